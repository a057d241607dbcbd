// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command english holds the measurable part of how the project writes: at most one in twenty exported functions is
// documented as "X is …", and some phrases that are not English stand nowhere. It reads the comments and texts of all Go
// files, the comments of all protos, and all pages.
//
//	english [-list] FOLDER
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// maxShare is the largest share of exported functions whose comment may start with "X is" or "X are".
const maxShare = 0.05

// phrases are never written. The pages that quote somebody else's text would be the exception, and there are none.
var phrases = regexp.MustCompile(`(?i)\b(?:mends?|mended|but for|is none|are none|of one's own|of ones own|tells? of|says? of|sees? to it that)\b`)

// A finding is a place and what is wrong there.
type finding struct {
	place, text string
}

// A report is what was found in the whole tree.
type report struct {
	functions int
	// described are the exported functions documented as "X is …".
	described []finding
	phrases   []finding
}

func main() {
	list := flag.Bool("list", false, "print the functions that are documented as \"X is …\", even if there are few")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: english [-list] FOLDER")
		os.Exit(2)
	}
	found, err := read(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "english:", err)
		os.Exit(1)
	}
	if !found.print(os.Stdout, *list) {
		os.Exit(1)
	}
}

// print writes the findings. It reports whether the tree passes.
func (r *report) print(w io.Writer, list bool) bool {
	for _, f := range r.phrases {
		fmt.Fprintf(w, "%s: %q\n", f.place, f.text)
	}
	tooMany := float64(len(r.described)) > maxShare*float64(r.functions)
	if tooMany || list {
		for _, f := range r.described {
			fmt.Fprintf(w, "%s: %s\n", f.place, f.text)
		}
	}
	fmt.Fprintf(w, "english: %d of %d exported functions are documented as \"X is …\" (at most %.0f%%), and %d phrases to avoid\n",
		len(r.described), r.functions, 100*maxShare, len(r.phrases))
	return !tooMany && len(r.phrases) == 0
}

func read(folder string) (*report, error) {
	found := new(report)
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && isSkipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		switch filepath.Ext(name) {
		case ".go", ".proto", ".md":
		default:
			return nil
		}
		content, err := root.ReadFile(name)
		if err != nil {
			return err
		}
		return found.file(name, string(content))
	})
	return found, err
}

// isSkipped leaves out what others write, what is generated from what is read, and goldens.
func isSkipped(folder string) bool {
	switch folder {
	case "gen", "node_modules", "third_party", "testdata", "english":
		return true
	}
	return strings.HasPrefix(folder, ".")
}

func (r *report) file(name, content string) error {
	switch filepath.Ext(name) {
	case ".go":
		return r.goFile(name, content)
	case ".proto":
		for i, line := range strings.Split(content, "\n") {
			r.text(fmt.Sprintf("%s:%d", name, i+1), line)
		}
	default:
		for i, line := range strings.Split(content, "\n") {
			r.text(fmt.Sprintf("%s:%d", name, i+1), line)
		}
	}
	return nil
}

// goFile reads the comments and the texts of a file. The texts of tests are data.
func (r *report) goFile(name, content string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	at := func(pos token.Pos) string { return files.Position(pos).String() }
	for _, group := range file.Comments {
		r.text(at(group.Pos()), group.Text())
	}
	isTest := strings.HasSuffix(name, "_test.go")
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && !isTest {
				r.text(at(n.Pos()), n.Value)
			}
		case *ast.FuncDecl:
			if n.Name.IsExported() && !isTest && file.Name.Name != "main" {
				r.function(at(n.Pos()), n)
			}
		}
		return true
	})
	return nil
}

// function counts an exported function or method.
func (r *report) function(place string, f *ast.FuncDecl) {
	if f.Recv != nil && !isExportedType(f.Recv.List[0].Type) {
		return
	}
	r.functions++
	first, _, _ := strings.Cut(f.Doc.Text(), "\n")
	words := strings.Fields(first)
	if len(words) > 1 && words[0] == f.Name.Name && (words[1] == "is" || words[1] == "are") {
		r.described = append(r.described, finding{place, first})
	}
}

func isExportedType(e ast.Expr) bool {
	switch t := e.(type) {
	case *ast.StarExpr:
		return isExportedType(t.X)
	case *ast.IndexExpr:
		return isExportedType(t.X)
	case *ast.IndexListExpr:
		return isExportedType(t.X)
	case *ast.Ident:
		return t.IsExported()
	}
	return false
}

// text looks for the phrases, also where a line ends within one.
func (r *report) text(place, text string) {
	for _, match := range phrases.FindAllString(strings.Join(strings.Fields(text), " "), -1) {
		r.phrases = append(r.phrases, finding{place, match})
	}
}
