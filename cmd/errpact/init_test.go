// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written are all files below a folder, with slashes.
func written(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// fill writes files into a new folder.
func fill(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestInitFillsAnEmptyFolder(t *testing.T) {
	t.Chdir(filepath.Join(fill(t, map[string]string{"shop/.keep": ""}), "shop"))
	got := call(t, "", "init")
	want := []string{
		".keep", "buf.gen.yaml", "buf.yaml", "go.mod", "proto/shop/v1/errors.proto",
		"third_party/errpact/v1/error_code.proto", "third_party/errpact/v1/error_detail.proto", "third_party/errpact/v1/options.proto",
		"tools/go.mod",
	}
	if diff := cmp.Diff(want, written(t, ".")); diff != "" || got.exit != exitOK || got.err != "" {
		t.Errorf("init = %+v; files (-want +got):\n%s", got, diff)
	}
	for _, name := range want[1:] {
		if !strings.Contains(got.out, "wrote "+name+"\n") {
			t.Errorf("init does not say that it wrote %s:\n%s", name, got.out)
		}
	}
	if enum := readFile(t, want[4]); !strings.Contains(enum, `option go_package = "example.com/shop/gen/shop/v1;shopv1";`) || strings.Contains(enum, "{{") {
		t.Errorf("the enum is\n%s", enum)
	}
	_, next, _ := strings.Cut(got.out, "Run next:\n\n")
	var commands strings.Builder
	for _, command := range nextCommands("latest") {
		commands.WriteString("  " + command + "\n")
	}
	if next != commands.String() {
		t.Errorf("init ends with\n%s\nwant\n%s", next, commands.String())
	}
	if again := call(t, "", "init"); again.exit != exitOK || again.out != "\nRun next:\n\n"+next {
		t.Errorf("a second init = %+v, want nothing to do", again)
	}
}

func TestInitKeepsWhatIsThere(t *testing.T) {
	for name, test := range map[string]struct{ file, said string }{
		"buf.yaml":       {"buf.yaml", "kept buf.yaml, which is there already: have it say, besides what it says:\n  \n  version: v2\n  modules:\n    - path: proto\n"},
		"buf.gen.yaml":   {"buf.gen.yaml", "kept buf.gen.yaml, which is there already: have it say, besides what it says:\n  \n  version: v2\n  plugins:\n"},
		"go.mod":         {"go.mod", ""},
		"tools/go.mod":   {"tools/go.mod", "kept tools/go.mod, which is there already\n"},
		"the enum":       {"proto/shop/v1/errors.proto", "kept proto/shop/v1/errors.proto, which is there already\n"},
		"other protos":   {"third_party/errpact/v1/options.proto", "kept third_party/errpact/v1/options.proto, which is there already: it is of another version: run `go tool errpact protos`\n"},
		"something else": {"main.go", ""},
	} {
		t.Run(name, func(t *testing.T) {
			const mine = "module acme.example/shop // mine\n"
			folder := fill(t, map[string]string{test.file: mine})
			got := call(t, "", "init", "-module", "acme.example/shop", folder)
			if content := readFile(t, filepath.Join(folder, test.file)); content != mine {
				t.Errorf("%s is overwritten:\n%s", test.file, content)
			}
			if got.exit != exitOK || !strings.Contains(got.out, test.said) || (test.said == "") == strings.Contains(got.out, "kept ") {
				t.Errorf("init = %+v, want it to say %q", got, test.said)
			}
			if files := written(t, folder); len(files) < 8 || !slices.Contains(files, "proto/shop/v1/errors.proto") {
				t.Errorf("init wrote %v, want what was not there", files)
			}
		})
	}
}

func TestInitGoesByTheModule(t *testing.T) {
	for name, test := range map[string]struct {
		goMod  map[string]string
		folder string
		flags  []string
		// option is the enum's go_package, err is printed if the enum has no such option.
		option, err string
		exit        int
	}{
		"a go.mod":          {goMod: map[string]string{"go.mod": "module acme.example/shop\n"}, option: "acme.example/shop/gen/shop/v1;shopv1"},
		"above":             {goMod: map[string]string{"go.mod": "module acme.example/all\n"}, folder: "apis/shop", option: "acme.example/all/apis/shop/gen/shop/v1;shopv1"},
		"the nearest":       {goMod: map[string]string{"go.mod": "module acme.example/all\n", "shop/go.mod": "module acme.example/shop\n"}, folder: "shop", option: "acme.example/shop/gen/shop/v1;shopv1"},
		"the same by hand":  {goMod: map[string]string{"go.mod": "module acme.example/shop\n"}, flags: []string{"-module", "acme.example/shop"}, option: "acme.example/shop/gen/shop/v1;shopv1"},
		"one of its own":    {goMod: map[string]string{"go.mod": "module acme.example/all\n"}, folder: "shop", flags: []string{"-module", "acme.example/shop"}, option: "acme.example/shop/gen/shop/v1;shopv1"},
		"none":              {folder: "Big Shop", option: "example.com/big_shop/gen/big_shop/v1;bigshopv1"},
		"by hand":           {flags: []string{"-module", "acme.example/shop", "-package", "acme.store.v2"}, option: "acme.example/shop/gen/acme/store/v2;storev2"},
		"another than's":    {goMod: map[string]string{"go.mod": "module acme.example/shop\n"}, flags: []string{"-module", "acme.example/store"}, err: `want -module acme.example/shop, as go.mod has it, or none, have "acme.example/store"`, exit: exitProblem},
		"a broken go.mod":   {goMod: map[string]string{"go.mod": "go 1.26.0\n"}, err: "want a line like", exit: exitProblem},
		"a module of none":  {flags: []string{"-module", "acme example"}, err: `want a module like acme.example/shop, have "acme example"`, exit: exitUsage},
		"a package of none": {flags: []string{"-module", "a.example/b", "-package", "shop"}, err: `have "shop"`, exit: exitUsage},
		"a domain of none":  {flags: []string{"-module", "a.example/b", "-domain", "a b"}, err: `have "a b"`, exit: exitUsage},
		"two folders":       {flags: []string{"-module", "a.example/b", "one"}, err: "want at most one FOLDER, have 2", exit: exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			root := fill(t, test.goMod)
			folder := filepath.Join(root, test.folder)
			got := call(t, "", append(append([]string{"init"}, test.flags...), folder)...)
			if got.exit != test.exit || !strings.Contains(got.err, test.err) {
				t.Fatalf("init = %+v, want exit %d and %q", got, test.exit, test.err)
			}
			enums, err := filepath.Glob(filepath.Join(folder, "proto", "*", "*", "errors.proto"))
			deeper, _ := filepath.Glob(filepath.Join(folder, "proto", "*", "*", "*", "errors.proto"))
			switch enums = append(enums, deeper...); {
			case err != nil || test.err != "" && len(enums) > 0:
				t.Errorf("enums = %v, %v; want none", enums, err)
			case test.err == "" && (len(enums) != 1 || !strings.Contains(readFile(t, enums[0]), `option go_package = "`+test.option+`";`)):
				t.Errorf("enums = %v, want one in %s", enums, test.option)
			}
		})
	}
}

func TestProtosReplacesOlderOnes(t *testing.T) {
	t.Chdir(fill(t, map[string]string{"third_party/errpact/v1/options.proto": "older", "third_party/google/api/http.proto": "not ours"}))
	got := call(t, "", "protos")
	for _, name := range []string{"options.proto", "error_code.proto", "error_detail.proto"} {
		ours := readFile(t, filepath.Join("third_party/errpact/v1", name))
		if !strings.Contains(ours, "package errpact.v1;") || !strings.Contains(got.out, "wrote third_party/errpact/v1/"+name+"\n") {
			t.Errorf("%s is %.40q; protos = %+v", name, ours, got)
		}
	}
	if theirs := readFile(t, "third_party/google/api/http.proto"); theirs != "not ours" {
		t.Errorf("another's file is now %q", theirs)
	}
	if got := call(t, "", "protos", "-o", "vendored/protos"); got.exit != exitOK || len(written(t, "vendored")) != 3 {
		t.Errorf("protos -o = %+v, wrote %v", got, written(t, "vendored"))
	}
	if got := call(t, "", "protos", "here"); got.exit != exitUsage {
		t.Errorf("protos with an argument = %+v", got)
	}
	if got := call(t, "", "protos", "-o", "third_party/google/api/http.proto"); got.exit != exitProblem {
		t.Errorf("protos into a file = %+v", got)
	}
}

// TestInitPinsWhatTheRepositoryPins: the versions that are written are those that this repository is tested with.
func TestInitPinsWhatTheRepositoryPins(t *testing.T) {
	folder := t.TempDir()
	if got := call(t, "", "init", folder); got.exit != exitOK {
		t.Fatalf("init = %+v", got)
	}
	goLine := regexp.MustCompile(`(?m)^go .*$`)
	for _, name := range []string{"go.mod", "tools/go.mod"} {
		got, want := goLine.FindString(readFile(t, filepath.Join(folder, name))), goLine.FindString(readFile(t, "../../go.mod"))
		if got != want {
			t.Errorf("%s has %q, want %q", name, got, want)
		}
	}
	pinned := regexp.MustCompile(`github.com/bufbuild/buf (\S+)`).FindStringSubmatch(readFile(t, "../../tools/go.mod"))
	if len(pinned) != 2 || pinned[1] != bufVersion {
		t.Errorf("buf is %q in tools/go.mod, want %s", pinned, bufVersion)
	}
}

// TestCatalogueDocShowsWhatInitWrites: the files on the page are those that a reader gets, and so are the commands.
func TestCatalogueDocShowsWhatInitWrites(t *testing.T) {
	page := readFile(t, "../../docs/catalogue.md")
	folder := t.TempDir()
	if got := call(t, "", "init", folder); got.exit != exitOK {
		t.Fatalf("init = %+v", got)
	}
	for _, name := range []string{"buf.yaml", "buf.gen.yaml"} {
		if want := "`" + name + "`:\n\n```yaml\n" + readFile(t, filepath.Join(folder, name)) + "```\n"; !strings.Contains(page, want) {
			t.Errorf("the page does not show %s as\n%s", name, want)
		}
	}
	for _, command := range nextCommands("latest")[:5] {
		if !strings.Contains(page, "\n$ "+command+"\n") {
			t.Errorf("the page does not have %s", command)
		}
	}
}
