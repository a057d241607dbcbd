// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package container

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Fault is a way in which a container can be broken, to see what a server says to it.
type Fault string

const (
	// NoFault is a good container.
	NoFault Fault = ""
	// WithoutPayload leaves payload.json out.
	WithoutPayload Fault = "payload"
	// WithoutMedia leaves all media out.
	WithoutMedia Fault = "media"
	// Damaged changes a byte of a packed file, as a bad disk would.
	Damaged Fault = "damage"
	// WrongSignature signs with another key.
	WrongSignature Fault = "signature"
	// WrongHash states another hash for a file.
	WrongHash Fault = "hash"
	// WrongSession holds a session token that nobody issued.
	WrongSession Fault = "session"
)

// Faults are all ways to break a container.
var Faults = []Fault{WithoutPayload, WithoutMedia, Damaged, WrongSignature, WrongHash, WrongSession}

// Pack writes c as a container signed with key, broken as fault says.
func Pack(w io.Writer, c Container, key []byte, fault Fault) error {
	if fault != NoFault && !slices.Contains(Faults, fault) {
		return fmt.Errorf("container: unknown fault %q", fault)
	}
	for _, f := range c.Media {
		if !strings.HasPrefix(f.Name, mediaFolder) || !allowed(f.Name) {
			return fmt.Errorf("container: %q cannot be the name of a medium", f.Name)
		}
	}
	files, err := contents(c, key, fault)
	if err != nil {
		return err
	}
	data, err := archive(files)
	if err != nil {
		return err
	}
	if fault == Damaged {
		damage(data, files[0].Data)
	}
	_, err = w.Write(data)
	return err
}

// contents are the files that go into the archive, in their order.
func contents(c Container, key []byte, fault Fault) ([]File, error) {
	var files []File
	if fault != WithoutPayload {
		files = append(files, File{payloadName, c.Payload})
	}
	if fault != WithoutMedia {
		files = append(files, c.Media...)
	}
	m := manifest{SessionToken: c.SessionToken, Files: map[string]string{}}
	for _, f := range files {
		m.Files[f.Name] = f.SHA256()
	}
	switch fault {
	case WrongSession:
		m.SessionToken = "nobody-issued-this"
	case WrongSignature:
		key = append([]byte("another-"), key...)
	case WrongHash:
		m.Files[files[len(files)-1].Name] = strings.Repeat("0", 64)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	signature := []byte(hex.EncodeToString(sign(text, key)))
	return append(files, File{manifestName, text}, File{signatureName, signature}), nil
}

// archive stores the files as they are: media are compressed already.
func archive(files []File) ([]byte, error) {
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, f := range files {
		w, err := zw.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Data); err != nil {
			return nil, err
		}
	}
	err := zw.Close()
	return buf.Bytes(), err
}

// damage changes the first byte of content, which stands in the archive as it is.
func damage(archive, content []byte) {
	if i := bytes.Index(archive, content); i >= 0 && len(content) > 0 {
		archive[i] ^= 0xff
	}
}
