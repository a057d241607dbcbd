// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package readme

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOwnCatalogueOfREADME goes the way of another team: a module of its own elsewhere, with an empty
// cache of modules, the README's proto, the commands that the README names, and its Go. What this machine has of other
// modules fills the cache, so that neither the network nor the releases of a day decide.
func TestOwnCatalogueOfREADME(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	u := &user{t: t, dir: t.TempDir(), env: []string{
		"GOMODCACHE=" + t.TempDir(), "GOFLAGS=-mod=mod -modcacherw", "GOWORK=off",
		"GOPROXY=file://" + goEnv(t, "GOMODCACHE") + "/cache/download," + goEnv(t, "GOPROXY"), "GONOSUMDB=*",
	}}
	u.write("proto/acme/shop/v1/errors.proto", shopProto(t))
	u.write("proto/acme/shop/v1/old.proto", read(t, "testdata/shop/old.proto"))
	for _, name := range []string{"buf.yaml", "buf.gen.yaml"} {
		u.write(name, read(t, "testdata/shop/"+name))
	}
	program := read(t, "testdata/shop/main.go.txt")
	code := regexp.MustCompile("`([^`]*shopv1err\\.[^`]*)`").FindAllStringSubmatch(readme(t), -1)
	if len(code) != 2 {
		t.Errorf("README has %d lines of code with shopv1err, want one of a handler and one of a client", len(code))
	}
	for _, line := range code {
		if !strings.Contains(program, line[1]) {
			t.Errorf("the program of the test does not have\n%s", line[1])
		}
	}

	buf := strings.TrimSpace(u.run("go", "tool", "-C", root, "-modfile="+root+"/tools/go.mod", "-n", "buf"))
	staticcheck := strings.TrimSpace(u.run("go", "tool", "-C", root, "-modfile="+root+"/tools/go.mod", "-n", "staticcheck"))
	u.run("go", "mod", "init", "acme.example/shop")
	u.run("go", "mod", "edit", "-require", "github.com/errpact/errpact@v0.0.0", "-replace", "github.com/errpact/errpact="+root)
	// What is replaced is nowhere to be got, else it would be `go get -tool`.
	for _, command := range []string{"protoc-gen-errpact-go", "errpact"} {
		u.run("go", "mod", "edit", "-tool", "github.com/errpact/errpact/cmd/"+command)
	}
	u.run("go", "get", "-tool", "google.golang.org/protobuf/cmd/protoc-gen-go")
	u.run("go", "mod", "tidy")
	u.run("go", "tool", "errpact", "protos")
	u.run(buf, "generate")
	u.write("main.go", program)
	u.run("go", "vet", "./...")
	u.run(staticcheck, "./...")
	want := `true false
Out of stock A-7
409 {"error_code":1001,"error_message":"Out of stock","details":{"metadata":{"sku":"A-7"}}}
`
	if got := u.run("go", "run", "."); got != want {
		t.Errorf("the program prints\n%swant\n%s", got, want)
	}
	u.run(buf, "build", "-o", "image.binpb")
	explained := u.run("go", "tool", "errpact", "explain", "-catalogue", "image.binpb", strings.SplitN(want, " ", 4)[3])
	if !strings.Contains(explained, "SHOP_ERROR_OUT_OF_STOCK  (1001)") {
		t.Errorf("errpact explain prints\n%s", explained)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// user is somebody at a shell in a folder of their own.
type user struct {
	t   *testing.T
	dir string
	env []string
}

func (u *user) write(name, content string) {
	u.t.Helper()
	path := filepath.Join(u.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		u.t.Fatal(err)
	}
}

// run gives what a command prints. Commands of this checkout's own tools have this machine's cache.
func (u *user) run(name string, args ...string) string {
	u.t.Helper()
	command := exec.CommandContext(u.t.Context(), name, args...)
	command.Dir = u.dir
	command.Env = os.Environ()
	if len(args) < 2 || args[1] != "-C" {
		command.Env = append(command.Env, u.env...)
	}
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		u.t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shopProto returns the README's catalogue of another team.
func shopProto(t *testing.T) string {
	t.Helper()
	found := blocks(readme(t), "proto")
	if len(found) != 1 {
		t.Fatalf("README has %d blocks of proto, want a catalogue", len(found))
	}
	return found[0]
}
