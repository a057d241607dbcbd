// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package container

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

const (
	maxPathBytes = 200
	// A directory entry of the zip: its fixed part, a path, and what tools add to it.
	maxEntryBytes = 46 + maxPathBytes + 512
	// What archive/zip reads to find the directory.
	maxTailBytes = 128 << 10
	// Small files are allowed any ratio: a page of spaces is no bomb.
	ratioFrom = 1 << 20
)

// extract returns the files of the zip in data.
func extract(data []byte, limits Limits) ([]File, error) {
	if len(data) > limits.Bytes {
		return nil, invalid(fmt.Sprintf("it has %d bytes, and may have %d", len(data), limits.Bytes))
	}
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return nil, invalid("it is not a zip archive")
	}
	entries, err := list(data, limits)
	if err != nil {
		return nil, err
	}
	var files []File
	room := limits.UnpackedBytes
	seen := make(map[string]bool, len(entries))
	for _, entry := range entries {
		if err := checkEntry(entry, seen); err != nil {
			return nil, err
		}
		if entry.Name == mediaFolder {
			continue
		}
		content, err := read(entry, room, limits)
		if err != nil {
			return nil, err
		}
		room -= len(content)
		files = append(files, File{entry.Name, content})
	}
	return files, nil
}

// list reads the directory of the zip. What archive/zip may read for it is bounded, since it makes
// an object of each of the hundreds of thousands of entries that a small file can hold.
func list(data []byte, limits Limits) ([]*zip.File, error) {
	bounded := &boundedReaderAt{r: bytes.NewReader(data), left: maxTailBytes + limits.Files*maxEntryBytes}
	zr, err := zip.NewReader(bounded, int64(len(data)))
	if errors.Is(err, errTooMuch) || err == nil && len(zr.File) > limits.Files {
		return nil, invalid(fmt.Sprintf("it has more than %d files", limits.Files))
	}
	if err != nil {
		return nil, errpactv1err.InvalidTypeContainerDamaged.Wrap(err)
	}
	bounded.left = -1
	return zr.File, nil
}

// checkEntry refuses what no honest tool writes.
func checkEntry(entry *zip.File, seen map[string]bool) error {
	name := entry.Name
	problem := ""
	switch {
	case seen[name]:
		problem = "this path is there twice"
	case !allowed(name):
		problem = "this path is not allowed"
	case entry.Flags&1 != 0:
		problem = "this file is encrypted"
	case entry.Method != zip.Store && entry.Method != zip.Deflate:
		problem = "this file is compressed in an unknown way"
	}
	seen[name] = true
	if problem != "" {
		return invalid(problem).WithMetadata("file", printable(name))
	}
	return nil
}

// allowed says whether a container may hold a file of this path. An entry for the folder of the
// media is allowed, since archivers add one.
func allowed(name string) bool {
	switch name {
	case payloadName, manifestName, signatureName, mediaFolder:
		return true
	}
	return strings.HasPrefix(name, mediaFolder) && len(name) <= maxPathBytes && fs.ValidPath(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '\\' || r == ':' || !unicode.IsPrint(r) })
}

// IsMediaName says whether a file of media may have this name: "media/" and a plain path.
func IsMediaName(name string) bool {
	return strings.HasPrefix(name, mediaFolder) && name != mediaFolder && allowed(name)
}

// read unpacks a file of up to room bytes.
func read(entry *zip.File, room int, limits Limits) ([]byte, error) {
	if entry.Name == payloadName {
		room = min(room, limits.PayloadBytes)
	}
	if packed := entry.CompressedSize64; packed < uint64(room) {
		room = min(room, max(ratioFrom, int(packed)*limits.Ratio))
	}
	r, err := entry.Open()
	if err != nil {
		return nil, errpactv1err.InvalidTypeContainerDamaged.WithMetadata("file", entry.Name).Wrap(err)
	}
	defer func() { _ = r.Close() }() // frees a buffer, no more
	content, err := io.ReadAll(io.LimitReader(r, int64(room)+1))
	if len(content) > room {
		return nil, invalid("this file unpacks to too many bytes").WithMetadata("file", entry.Name)
	}
	if err != nil {
		return nil, errpactv1err.InvalidTypeContainerDamaged.WithMetadata("file", entry.Name).Wrap(err)
	}
	return content, nil
}

// printable is a name that a caller chose, fit to be shown.
func printable(name string) string {
	if allowed(name) {
		return name
	}
	return fmt.Sprintf("%.60q", name)
}

var errTooMuch = errors.New("container: zip directory is too long")

// boundedReaderAt reads left bytes and no more; a negative left is no bound.
type boundedReaderAt struct {
	r    io.ReaderAt
	left int
}

func (b *boundedReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if b.left >= 0 {
		if b.left -= len(p); b.left < 0 {
			b.left = 0
			return 0, errTooMuch
		}
	}
	return b.r.ReadAt(p, off)
}
