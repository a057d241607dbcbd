// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"text/template"

	"github.com/errpact/errpact/proto"
)

// ThirdParty is the folder of the protos that others wrote.
const ThirdParty = "third_party"

// goVersion is the least that errpact needs, which its own go.mod states.
const goVersion = "1.26.0"

// File is a file of a project.
type File struct {
	// Path is relative to the project's folder, with slashes.
	Path    string
	Content []byte
	// Missing says what a file of this name that is there already needs; empty if nothing can be said.
	Missing string
}

//go:embed files
var files embed.FS

var errorsProto = template.Must(template.ParseFS(files, "files/errors.proto.tmpl"))

// Files returns all files of the project, with go.mod if it is to have one.
func (p Project) Files(goMod bool) ([]File, error) {
	var all []File
	if goMod {
		all = append(all, File{Path: "go.mod", Content: []byte("module " + p.ImportPath + "\n\ngo " + goVersion + "\n")})
	}
	all = append(all, File{Path: "tools/go.mod", Content: []byte("module " + p.ImportPath + "/tools\n\ngo " + goVersion + "\n")})
	for _, name := range []string{"buf.yaml", "buf.gen.yaml"} {
		content, err := files.ReadFile("files/" + name)
		if err != nil {
			return nil, err
		}
		all = append(all, File{Path: name, Content: content, Missing: "have it say, besides what it says:\n\n" + string(content)})
	}
	var enum bytes.Buffer
	if err := errorsProto.Execute(&enum, p); err != nil {
		return nil, err
	}
	all = append(all, File{Path: path.Join("proto", p.folder(), "errors.proto"), Content: enum.Bytes()})
	protos, err := Protos()
	if err != nil {
		return nil, err
	}
	for _, f := range protos {
		f.Path, f.Missing = path.Join(ThirdParty, f.Path), "it is of another version: run `go tool errpact protos`"
		all = append(all, f)
	}
	return all, nil
}

// Protos returns the protos of errpact, under the paths by which others import them.
func Protos() ([]File, error) {
	var all []File
	err := fs.WalkDir(proto.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := proto.Files.ReadFile(name)
		all = append(all, File{Path: name, Content: content})
		return err
	})
	return all, err
}

// An Outcome says whether a file was written, and if not, why.
type Outcome int

const (
	// Created is a file that was not there.
	Created Outcome = iota
	// Same is a file that was there, with the same content.
	Same
	// Kept is a file that was there, with another content, and still has it.
	Kept
)

// Create writes the file below folder, unless there is one.
func (f File) Create(folder string) (Outcome, error) {
	name, err := f.in(folder)
	if err != nil {
		return Kept, err
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		content, err := os.ReadFile(name)
		if err == nil && bytes.Equal(content, f.Content) {
			return Same, nil
		}
		return Kept, err
	}
	if err != nil {
		return Kept, err
	}
	_, err = file.Write(f.Content)
	return Created, errors.Join(err, file.Close())
}

// Write writes the file below folder, whatever was there.
func (f File) Write(folder string) error {
	name, err := f.in(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(name, f.Content, 0o644)
}

// in returns the file's name below folder, and makes the folders on the way.
func (f File) in(folder string) (string, error) {
	name := filepath.Join(folder, filepath.FromSlash(f.Path))
	return name, os.MkdirAll(filepath.Dir(name), 0o755)
}
