// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package pgtest runs a real PostgreSQL for a test: one of its own, which it may stop, kill and fill
// up. It needs no more than the binaries, as Debian's package postgresql has them.
package pgtest

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Server is a PostgreSQL that belongs to one test. Its methods fail the test on errors.
type Server struct {
	t   testing.TB
	bin string
	// dir has the data and the unix socket: no port is taken, so none can be taken by another.
	dir      string
	settings []string

	cmd    *exec.Cmd
	exited chan struct{}
	log    *log

	databases int
}

// Start runs a PostgreSQL until the test ends. The settings, such as "fsync=on", overrule the fast
// ones that it has. Without PostgreSQL on this machine the test is skipped, but under CI it fails.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	bin := binaries()
	if bin == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("pgtest: PostgreSQL is not installed, and under CI it has to be: apt-get install postgresql")
		}
		t.Skip("pgtest: PostgreSQL is not installed: apt-get install postgresql")
	}
	dir, err := newFolder()
	must(t, err)
	s := &Server{t: t, bin: bin, dir: dir, settings: append(fast(), settings...)}
	t.Cleanup(func() {
		if s.cmd != nil {
			s.Stop()
		}
		must(t, os.RemoveAll(dir))
	})
	out, err := s.command("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
		"--no-sync", "--pgdata="+s.data()).CombinedOutput()
	if err != nil {
		t.Fatalf("pgtest: initdb: %v\n%s", err, out)
	}
	s.Start()
	return s
}

// fast leaves out what outlives a power cut. What has been committed outlives [Server.Crash].
func fast() []string {
	return []string{"fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB"}
}

// binaries is the folder of initdb and postgres, or "". Debian leaves it out of PATH.
func binaries() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is good
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// newFolder makes a folder for the server. A test's own folder is named after the test, and so may be
// too long for a unix socket, whose whole path has a hundred bytes.
func newFolder() (string, error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", err
	}
	return dir, giveAway(dir)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	// Without the test's context, which ends before its cleanups: the server is stopped in one.
	return &exec.Cmd{
		Path:        filepath.Join(s.bin, name),
		Args:        append([]string{name}, args...),
		Dir:         s.dir,
		Env:         append(os.Environ(), "LC_ALL=C", "PGTZ=UTC"),
		SysProcAttr: attributes(),
	}
}

// Start starts the server after [Server.Stop] or [Server.Crash], and returns when it takes
// connections.
func (s *Server) Start() {
	s.t.Helper()
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses="}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	s.cmd, s.exited, s.log = s.command("postgres", args...), make(chan struct{}), newLog()
	stderr, err := s.cmd.StderrPipe()
	must(s.t, err, s.cmd.Start())
	cmd, exited := s.cmd, s.exited
	go func() {
		s.log.read(stderr)
		_ = cmd.Wait() // the log says more than the exit code
		close(exited)
	}()
	select {
	case <-s.log.ready:
	case <-s.exited:
		s.cmd = nil
		s.t.Fatalf("pgtest: postgres ended:\n%s", s.log)
	}
}

// Stop stops the server as its operator would: transactions are cut off, connections closed.
func (s *Server) Stop() { s.t.Helper(); s.end(syscall.SIGINT) }

// Crash ends the server at once; it has to recover when it starts.
func (s *Server) Crash() { s.t.Helper(); s.end(syscall.SIGQUIT) }

// Restart is [Server.Stop] and [Server.Start].
func (s *Server) Restart() { s.t.Helper(); s.Stop(); s.Start() }

func (s *Server) end(signal os.Signal) {
	s.t.Helper()
	must(s.t, s.cmd.Process.Signal(signal))
	<-s.exited
	s.cmd = nil
}

// URL is the URL of a database on this server.
func (s *Server) URL(database string) string { return location(s.dir, database) }

// socket is the name of the server's socket, in its folder.
const socket = ".s.PGSQL.5432"

func location(dir, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database,
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}}.Encode()}
	return u.String()
}

// As is the URL of the same database for another user.
func As(user, location string) string {
	return strings.Replace(location, "postgres@", user+"@", 1)
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatalf("pgtest: %v", err)
		}
	}
}
