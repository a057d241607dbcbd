// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "modernc.org/sqlite"             // registers the driver "sqlite"

	"github.com/errpact/errpact/examples/capsule/container"
)

// parcel is a container to upload, which is like no other.
type parcel struct {
	number  int
	packed  []byte
	payload string
	media   []medium

	// stored says that it is known to be stored; err is what was answered to its upload.
	stored bool
	err    error
}

// medium is a file of media as the database should have it.
type medium struct {
	name   string
	size   int
	sha256 string
}

// newParcel packs a parcel, with a session token of the server at url.
func newParcel(t *testing.T, number int, url string) *parcel {
	t.Helper()
	token, err := sessionToken(t.Context(), url, "demo-admin")
	must(t, err)
	p := &parcel{number: number, payload: fmt.Sprintf(`{"case": "%d"}`, number)}
	c := container.Container{Payload: []byte(p.payload), SessionToken: token}
	noise := rand.NewChaCha8([32]byte{byte(number), byte(number >> 8)})
	for i := range mediaOfAnUpload {
		data := make([]byte, 40_000+number)
		_, err := noise.Read(data)
		must(t, err)
		name := fmt.Sprintf("media/%d.jpg", i)
		c.Media = append(c.Media, container.File{Name: name, Data: data})
		p.media = append(p.media, mediumOf(name, data))
	}
	var packed bytes.Buffer
	must(t, container.Pack(&packed, c, []byte(container.DemoKey), container.NoFault))
	p.packed = packed.Bytes()
	return p
}

func mediumOf(name string, data []byte) medium {
	sum := sha256.Sum256(data)
	return medium{name, len(data), hex.EncodeToString(sum[:])}
}

// storedFolders reads all folders by their payload, past the server. Sizes and hashes are those that
// the data really has; a file that the database says otherwise of fails the test.
func storedFolders(t *testing.T, name string) map[string][][]medium {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(name, "postgres://") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, name)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	rows, err := db.QueryContext(t.Context(), `SELECT folders.folder_id, payload, name, size, sha256, data
		FROM folders LEFT JOIN media ON media.folder_id = folders.folder_id ORDER BY folders.folder_id, name`)
	must(t, err)
	defer func() { must(t, rows.Err(), rows.Close()) }()
	folders, last := map[string][][]medium{}, ""
	for rows.Next() {
		var id, payload string
		var file, hash sql.NullString
		var size sql.NullInt64
		var data []byte
		must(t, rows.Scan(&id, &payload, &file, &size, &hash, &data))
		if id != last {
			folders[payload] = append(folders[payload], nil)
			last = id
		}
		if !file.Valid {
			continue
		}
		m := mediumOf(file.String, data)
		if want := (medium{file.String, int(size.Int64), hash.String}); m != want {
			t.Errorf("folder %s has %v, and says that it is %v", id, m, want)
		}
		of := folders[payload]
		of[len(of)-1] = append(of[len(of)-1], m)
	}
	return folders
}
