// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"bufio"
	"cmp"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var proxy = flag.String("proxy", "../../.build/release/proxy", "the module proxy that `make release` fills")

// user is somebody at a shell in an empty folder.
type user struct {
	t   *testing.T
	dir string
	env []string
	// server was started in the background, and log is what it writes to stderr. Read it after stop.
	server *exec.Cmd
	log    strings.Builder
}

// newUser has the caches of this machine, since buf takes minutes to compile. What they get of the release is removed
// afterwards.
func newUser(t *testing.T) *user {
	t.Helper()
	released, err := filepath.Abs(*proxy)
	if err != nil {
		t.Fatal(err)
	}
	versions, err := os.ReadFile(filepath.Join(released, module, "@v", "list"))
	if err != nil {
		t.Fatalf("want a release to test, have none: run `make setup`, or `make release` with a VERSION that no other release had: %v", err)
	}
	home := t.TempDir()
	dir, bin := filepath.Join(home, "shop"), filepath.Join(home, "bin")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cache := goEnv(t, "GOMODCACHE")
	t.Cleanup(func() { forget(t, cache, strings.TrimSpace(string(versions))) })
	return &user{t: t, dir: dir, env: []string{
		"GOPROXY=file://" + released + ",file://" + cache + "/cache/download," + goEnv(t, "GOPROXY"), "GONOSUMDB=" + module + "," + module + "/*", "GOPRIVATE=",
		"GOFLAGS=-modcacherw", "GOWORK=off", "GOBIN=" + bin, "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@acme.example", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@acme.example",
	}}
}

const module = "github.com/errpact/errpact"

// forget removes what a cache of modules has of a version of ours.
func forget(t *testing.T, cache, version string) {
	for _, root := range []string{filepath.Join(cache, "github.com/errpact"), filepath.Join(cache, "cache/download/github.com/errpact")} {
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && strings.HasSuffix(name, "@"+version):
				return cmp.Or(os.RemoveAll(name), fs.SkipDir)
			case !entry.IsDir() && strings.HasPrefix(entry.Name(), version+"."):
				return os.Remove(name)
			}
			return nil
		})
		if err != nil {
			t.Errorf("remove %s of the release from the cache of modules: %v", root, err)
		}
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

// run gives what a line of a shell prints, and fails the test where the line fails.
func (u *user) run(line string) string {
	u.t.Helper()
	out, err := u.try(line)
	if err != nil {
		u.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return out
}

// try gives what a line prints to stdout; where it fails, to stderr as well.
func (u *user) try(line string) (string, error) {
	command := u.command(line)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return string(out) + stderr.String(), err
	}
	return string(out), nil
}

// command returns a line that is not run yet.
func (u *user) command(line string) *exec.Cmd {
	u.t.Logf("$ %s", line)
	command := exec.CommandContext(u.t.Context(), "sh", "-c", line)
	command.Dir, command.Env = u.dir, append(os.Environ(), u.env...)
	return command
}

// start starts a server in the background, and returns when the server has written a line.
func (u *user) start(line string) {
	u.t.Helper()
	u.server = u.command("exec " + line)
	u.server.Stderr = &u.log
	stdout, err := u.server.StdoutPipe()
	if err != nil {
		u.t.Fatal(err)
	}
	if err := u.server.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() { _ = u.server.Process.Kill() }) // it may have ended
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		u.t.Fatalf("%s prints no line: %v", line, err)
	}
}

// stop ends the server.
func (u *user) stop() {
	u.t.Helper()
	if err := u.server.Process.Kill(); err != nil {
		u.t.Fatal(err)
	}
	_ = u.server.Wait() // it says that the server was killed
}

func (u *user) read(name string) string {
	u.t.Helper()
	content, err := os.ReadFile(filepath.Join(u.dir, name))
	if err != nil {
		u.t.Fatal(err)
	}
	return string(content)
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

// replace changes a file.
func (u *user) replace(name, from, to string) {
	u.t.Helper()
	content := u.read(name)
	if !strings.Contains(content, from) {
		u.t.Fatalf("%s does not have %q:\n%s", name, from, content)
	}
	u.write(name, strings.Replace(content, from, to, 1))
}
