// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// Folder is what one container brought.
type Folder struct {
	ID      string
	Created time.Time
	// Payload is the container's payload.json, to the letter.
	Payload string
	// Media are in the order of their names. [Store.Folder] leaves their Data out.
	Media []Media
}

// Media is one file of a folder.
type Media struct {
	Name   string
	Size   int
	SHA256 string
	Data   []byte
}

// Summary is a folder in a list.
type Summary struct {
	ID      string
	Created time.Time
	Media   int
}

// Analysis is one analysis of a folder.
type Analysis struct {
	ID       string
	FolderID string
	Type     string
	Created  time.Time
}

// CreateFolder stores a folder with its media and uses up the session token, all in one
// transaction. The token is good for one folder even if several containers bring it at once. It
// returns [ErrSessionToken] if the token is unknown, used or over at f.Created.
func (s *Store) CreateFolder(ctx context.Context, f Folder, sessionToken string) error {
	return s.update(ctx, "create folder", func(ctx context.Context, tx *sql.Tx) error {
		if err := useSessionToken(ctx, tx, sessionToken, f.Created); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO folders (folder_id, created_at, payload) VALUES ($1, $2, $3)`,
			f.ID, toMicros(f.Created), f.Payload)
		for i := 0; i < len(f.Media) && err == nil; i++ {
			m := f.Media[i]
			_, err = tx.ExecContext(ctx,
				`INSERT INTO media (folder_id, name, size, sha256, data) VALUES ($1, $2, $3, $4, $5)`,
				f.ID, m.Name, m.Size, m.SHA256, m.Data)
		}
		return err
	})
}

// isText says whether a key can be one of ours. PostgreSQL has no text with a NUL in it, and calls
// it an error to look for one.
func isText(key string) bool { return !strings.Contains(key, "\x00") }

// Folder returns a folder without its media's data, or [ErrNotExist].
func (s *Store) Folder(ctx context.Context, id string) (Folder, error) {
	f := Folder{ID: id}
	if !isText(id) {
		return f, ErrNotExist
	}
	err := s.view(ctx, "read folder", func(ctx context.Context, tx *sql.Tx) error {
		var created int64
		err := tx.QueryRowContext(ctx,
			`SELECT created_at, payload FROM folders WHERE folder_id = $1`, id).Scan(&created, &f.Payload)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotExist
		}
		if err != nil {
			return err
		}
		f.Created = fromMicros(created)
		f.Media, err = mediaOf(ctx, tx, id)
		return err
	})
	return f, err
}

func mediaOf(ctx context.Context, tx *sql.Tx, id string) (media []Media, err error) {
	rows, err := tx.QueryContext(ctx,
		`SELECT name, size, sha256 FROM media WHERE folder_id = $1 ORDER BY name`, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m Media
		if err := rows.Scan(&m.Name, &m.Size, &m.SHA256); err != nil {
			return nil, err
		}
		media = append(media, m)
	}
	return media, rows.Err()
}

// Folders returns up to limit folders, the newest first, after skipping offset of them.
func (s *Store) Folders(ctx context.Context, limit, offset int) (folders []Summary, err error) {
	err = s.view(ctx, "list folders", func(ctx context.Context, tx *sql.Tx) (err error) {
		rows, err := tx.QueryContext(ctx,
			`SELECT folder_id, created_at, (SELECT COUNT(*) FROM media WHERE media.folder_id = folders.folder_id)
			 FROM folders ORDER BY created_at DESC, folder_id LIMIT $1 OFFSET $2`, limit, offset)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var f Summary
			var created int64
			if err := rows.Scan(&f.ID, &created, &f.Media); err != nil {
				return err
			}
			f.Created = fromMicros(created)
			folders = append(folders, f)
		}
		return rows.Err()
	})
	return folders, err
}

// DeleteFolder deletes a folder with its media and analyses. It returns [ErrNotExist] if there is
// no such folder.
func (s *Store) DeleteFolder(ctx context.Context, id string) error {
	if !isText(id) {
		return ErrNotExist
	}
	return s.update(ctx, "delete folder", func(ctx context.Context, tx *sql.Tx) error {
		return affected(tx.ExecContext(ctx, `DELETE FROM folders WHERE folder_id = $1`, id))
	})
}

// AddAnalysis adds an analysis to its folder. It returns [ErrNotExist] if there is no such folder.
func (s *Store) AddAnalysis(ctx context.Context, a Analysis) error {
	if !isText(a.FolderID) {
		return ErrNotExist
	}
	return s.update(ctx, "add analysis", func(ctx context.Context, tx *sql.Tx) error {
		err := affected(tx.ExecContext(ctx,
			`INSERT INTO analyses (analysis_id, folder_id, type, created_at)
			 SELECT CAST($1 AS TEXT), folder_id, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM folders WHERE folder_id = $4`,
			a.ID, a.Type, toMicros(a.Created), a.FolderID))
		if isForeignKeyViolation(err) { // the folder was deleted after it had been found
			return errors.Join(ErrNotExist, err)
		}
		return err
	})
}
