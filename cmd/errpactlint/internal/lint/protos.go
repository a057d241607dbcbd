// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Protos finds .proto files by their names in descriptors, where they are at hand.
type Protos struct {
	roots []string // folders that names may start from
	above []string // folders above the package, the nearest first
	found map[protoName]protoFile
}

// protoName is a file's name and package in a descriptor: many packages have an "api.proto".
type protoName struct{ path, pkg string }

type protoFile struct{ path, text string }

// NewProtos looks in the given folders, and then from a package's folder up to the root of its repository; without
// one, up to that of its module.
func NewProtos(dir string, given ...string) *Protos {
	p := &Protos{roots: given, above: foldersAbove(dir), found: map[protoName]protoFile{}}
	for _, dir := range p.above {
		for _, sub := range append([]string{"", "proto", "protos", "api"}, bufModules(dir)...) {
			p.roots = append(p.roots, filepath.Join(dir, filepath.FromSlash(sub)))
		}
	}
	return p
}

// foldersAbove returns a package's folder and those above it, up to its repository's or else its module's.
func foldersAbove(dir string) []string {
	var all []string
	module := 0
	for {
		all = append(all, dir)
		if module == 0 && exists(filepath.Join(dir, "go.mod")) {
			module = len(all)
		}
		if exists(filepath.Join(dir, ".git")) {
			return all
		}
		if dir == filepath.Dir(dir) {
			return all[:max(module, 1)]
		}
		dir = filepath.Dir(dir)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

var bufModule = regexp.MustCompile(`(?m)^[\s-]*path:\s*["']?([^\s"'#]+)`)

// bufModules returns the folders of the modules in a folder's buf.yaml (https://buf.build/docs/configuration/v2/buf-yaml/#modules).
func bufModules(dir string) []string {
	text, err := os.ReadFile(filepath.Join(dir, "buf.yaml"))
	if err != nil {
		return nil
	}
	var folders []string
	for _, m := range bufModule.FindAllStringSubmatch(string(text), -1) {
		if !isCopied(path.Base(m[1])) {
			folders = append(folders, m[1])
		}
	}
	return folders
}

// isCopied reports whether a folder of a name usually has copies of others' files, which nobody edits.
func isCopied(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"third_party", "vendor", "node_modules"}, name)
}

// find returns a file by its name and package in a descriptor, from one of the roots, or else from any folder right
// below those above the package, if only one of them has it.
func (p *Protos) find(name, pkg string) protoFile {
	key := protoName{name, pkg}
	if f, ok := p.found[key]; ok {
		return f
	}
	all := filesIn(p.roots, name, pkg)
	for i := 0; len(all) == 0 && i < len(p.above); i++ {
		if all = filesIn(subfolders(p.above[i]), name, pkg); len(all) > 1 {
			all = nil
			break
		}
	}
	if len(all) == 0 {
		all = []protoFile{{}}
	}
	p.found[key] = all[0]
	return all[0]
}

// filesIn returns the files that have a name in one of the folders, and the package.
func filesIn(folders []string, name, pkg string) []protoFile {
	own := regexp.MustCompile(`\bpackage\s+` + regexp.QuoteMeta(pkg) + `\s*;`)
	var all []protoFile
	for _, folder := range folders {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if text, err := os.ReadFile(file); err == nil && (pkg == "" || own.Match(text)) {
			all = append(all, protoFile{file, string(text)})
		}
	}
	return all
}

// subfolders returns the folders in a folder, without hidden ones and those of others.
func subfolders(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() && !isCopied(e.Name()) {
			all = append(all, filepath.Join(dir, e.Name()))
		}
	}
	return all
}

// File returns the path of a file by its name and package in a descriptor; "" if it is not at hand.
func (p *Protos) File(name, pkg string) string { return p.find(name, pkg).path }

// line returns the place of a method, "shop.proto:23"; "" if the file is not at hand.
func (p *Protos) line(method protoreflect.MethodDescriptor) string {
	file := method.ParentFile()
	text := p.find(file.Path(), string(file.Package())).text
	start := regexp.MustCompile(`(?m)^\s*service\s+` + string(method.Parent().Name()) + `\b`).FindStringIndex(text)
	if start == nil {
		return ""
	}
	rpc := regexp.MustCompile(`(?m)^\s*rpc\s+` + string(method.Name()) + `\b`).FindStringIndex(text[start[1]:])
	if rpc == nil {
		return ""
	}
	before := text[:start[1]+rpc[1]]
	return fmt.Sprintf("%s:%d", filepath.Base(file.Path()), strings.Count(before, "\n")+1)
}
