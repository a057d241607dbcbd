// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/errpact/errpact/internal/testkit/observed"
)

// TestMain lets the tests run this program itself: what they test is what people start. It holds all of them to what the
// methods declare.
func TestMain(m *testing.M) {
	if os.Getenv("CAPSULE_TEST_MAIN") != "" {
		main()
	}
	os.Exit(observed.Run(m, "returns.txt"))
}

func capsuleCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	// The race detector would make every process wait for a second at its end.
	cmd.Env = append(os.Environ(), "CAPSULE_TEST_MAIN=1", "GORACE=atexit_sleep_ms=0")
	cmd.Dir = t.TempDir()
	return cmd
}

// runCapsule runs capsule to its end.
func runCapsule(t *testing.T, args ...string) (stdout, stderr string, exitCode int) {
	t.Helper()
	cmd := capsuleCommand(t, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}

// process is a running `capsule serve`.
type process struct {
	url, greeting, db string
	cmd               *exec.Cmd
	stderr            *bytes.Buffer
}

// startServing starts `capsule serve` and reads its greeting.
func startServing(t *testing.T, args ...string) *process {
	t.Helper()
	db := filepath.Join(t.TempDir(), "capsule.db")
	s := &process{db: db, cmd: capsuleCommand(t, append([]string{"serve", "-addr", "127.0.0.1:0", "-db", db}, args...)...)}
	s.start(t)
	return s
}

func (s *process) start(t *testing.T) {
	t.Helper()
	s.stderr = new(bytes.Buffer)
	s.cmd.Stderr = s.stderr
	stdout, err := s.cmd.StdoutPipe()
	must(t, err, s.cmd.Start())
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // it may have ended
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && strings.Count(s.greeting, "curl") < 3 {
		s.greeting += lines.Text() + "\n"
	}
	s.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(s.greeting)
	if s.url == "" {
		t.Fatalf("serve printed no address: %s%s", s.greeting, s.stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
}

// stop asks the server to end, and returns its exit code.
func (s *process) stop(t *testing.T) int {
	t.Helper()
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	return s.wait(t)
}

func (s *process) wait(t *testing.T) int {
	t.Helper()
	if err := s.cmd.Wait(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			t.Fatal(err)
		}
	}
	return s.cmd.ProcessState.ExitCode()
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestUsage(t *testing.T) {
	cases := []struct {
		args   []string
		exit   int
		stdout string
		stderr string
	}{
		{[]string{"help"}, 0, "capsule serve", ""},
		{[]string{"-h"}, 0, "capsule serve", ""},
		{[]string{"serve", "-h"}, 0, "-container-key", ""},
		{[]string{"analyzer", "-h"}, 0, "-fault", ""},
		{[]string{"lock", "-h"}, 0, "-db", ""},
		{[]string{"pack", "-help"}, 0, "-break", ""},
		{nil, 2, "", "which command?"},
		{[]string{"eat"}, 2, "", `unknown command "eat"`},
		{[]string{"serve", "-port", "1"}, 2, "", "flag provided but not defined"},
		{[]string{"serve", "now"}, 2, "", `serve takes no arguments, but got "now"`},
		{[]string{"serve", "-analyzer", "127.0.0.1:8081"}, 2, "", "-analyzer must be a URL"},
		{[]string{"serve", "-analyzer-timeout", "0"}, 2, "", "-analyzer-timeout must be more than 0"},
		{[]string{"analyzer", "now"}, 2, "", `analyzer takes no arguments, but got "now"`},
		{[]string{"analyzer", "-fault", "all"}, 2, "", "-fault must be one of"},
		{[]string{"lock", "now"}, 2, "", `lock takes no arguments, but got "now"`},
		{[]string{"lock", "-db", "no-such.db"}, 1, "", "no-such.db"},
		{[]string{"pack", "x.jpg"}, 2, "", "-out is required"},
		{[]string{"pack", "-out", "x"}, 2, "", "name a file of media"},
		{[]string{"pack", "-out", "x", "x.jpg"}, 2, "", "needs a session token"},
		{[]string{"pack", "-out", "x", "-break", "all", "x.jpg"}, 2, "", "-break must be one of"},
		{[]string{"pack", "-out", "x", "-server", "http://127.0.0.1:1", "-session", "s", "x.jpg"}, 2, "", "exclude each other"},
		{[]string{"pack", "-out", "x", "-session", "s", "no-such.jpg"}, 1, "", "no-such.jpg"},
		{[]string{"serve", "-db", "no/such/folder.db"}, 1, "", "open database"},
		{[]string{"serve", "-addr", "nowhere"}, 1, "", "listen"},
	}
	for _, tc := range cases {
		t.Run(strings.Join(tc.args, " "), func(t *testing.T) {
			var out, errOut strings.Builder
			exit := exitCode(run(t.Context(), tc.args, &out, &errOut), &errOut)
			stdout, stderr := out.String(), errOut.String()
			if exit != tc.exit || !strings.Contains(stdout, tc.stdout) || !strings.Contains(stderr, tc.stderr) {
				t.Errorf("capsule %q = %d, want %d\nstdout: %s\nstderr: %s", tc.args, exit, tc.exit, stdout, stderr)
			}
			if exit != 0 && (stdout != "" || strings.Count(stderr, "\n") != 1) {
				t.Errorf("capsule %q: a mistake is one line of standard error\nstdout: %s\nstderr: %s", tc.args, stdout, stderr)
			}
		})
	}
}

func TestEndsOnSignals(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		s := startServing(t)
		must(t, s.cmd.Process.Signal(signal))
		if exit := s.wait(t); exit != 0 {
			t.Errorf("%v: exit code = %d, want 0: %s", signal, exit, s.stderr)
		}
	}
}

// TestGreeting runs the lines that serve prints, as they are.
func TestGreeting(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no curl")
		}
		t.Skip("there is no curl")
	}
	s := startServing(t)
	want := []string{"HTTP/1.1 200 OK", "HTTP/1.1 400 Bad Request", "HTTP/1.1 401 Unauthorized"}
	lines := regexp.MustCompile(`(?m)^  curl.*$`).FindAllString(s.greeting, -1)
	var got []string
	for _, line := range lines {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", line+" --silent --show-error").CombinedOutput()
		must(t, err)
		status, _, _ := strings.Cut(string(out), "\r\n")
		got = append(got, status)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the lines\n%s\nanswer %q, want %q", strings.Join(lines, "\n"), got, want)
	}
	for _, token := range []string{"demo-admin", "demo-operator", "demo-expired"} {
		if !strings.Contains(s.greeting, token) {
			t.Errorf("the greeting does not name %s", token)
		}
	}
}
