// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package alerts has Prometheus watch the example, by the rules of errpact docs -format prometheus. `make alerts` runs
// it. `make test` does not, since Prometheus may not be installed.
package alerts

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/errpact/errpact/internal/testkit/observed"
)

// programs are capsule and errpact, built once.
var programs string

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	for _, program := range []string{"promtool", "prometheus"} {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			return 0, fmt.Errorf("%s is not installed", program)
		}
		fmt.Printf("skipped: %s is not installed\n", program)
		return 0, nil
	}
	if programs, err = os.MkdirTemp("", "alerts"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(programs)) }()
	build := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "../..", "github.com/errpact/errpact/cmd/errpact")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%v: %w\n%s", build, err, out)
	}
	return observed.Run(m, "../../returns.txt"), nil
}

// workshop is a folder with capsule and errpact in it.
type workshop struct {
	*testing.T
	dir string
}

func newWorkshop(t *testing.T) workshop {
	t.Helper()
	w := workshop{t, t.TempDir()}
	for _, program := range []string{"capsule", "errpact"} {
		w.must(os.Symlink(filepath.Join(programs, program), filepath.Join(w.dir, program)))
	}
	return w
}

func (w workshop) must(errs ...error) {
	w.Helper()
	if err := errors.Join(errs...); err != nil {
		w.Fatal(err)
	}
}

func (w workshop) write(name, text string) {
	w.Helper()
	w.must(os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600))
}

// run runs a line of a shell to its end.
func (w workshop) run(line string) string {
	w.Helper()
	cmd := exec.CommandContext(w.Context(), "sh", "-c", line)
	cmd.Dir = w.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}

// start starts a line of a shell, and returns what patterns find in what it prints, one after the other.
func (w workshop) start(line string, patterns ...string) []string {
	w.Helper()
	cmd := exec.CommandContext(w.Context(), "sh", "-c", "exec "+line)
	cmd.Dir = w.dir
	stdout, err := cmd.StdoutPipe()
	w.must(err, cmd.Start())
	w.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() }) // it has been killed
	var found []string
	lines := bufio.NewScanner(stdout)
	for len(found) < len(patterns) && lines.Scan() {
		if match := regexp.MustCompile(patterns[len(found)]).FindStringSubmatch(lines.Text()); match != nil {
			found = append(found, match[1])
		}
	}
	if len(found) < len(patterns) {
		w.Fatalf("%s prints no %s", line, patterns[len(found)])
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return found
}

// serve starts a line with `capsule serve -metrics` on free ports, and returns its URL and the address of its metrics.
func (w workshop) serve(line string) (url, metrics string) {
	w.Helper()
	found := w.start(line+" -addr 127.0.0.1:0", `on (http://[0-9.:]+)$`, `counts errors on http://([0-9.:]+)/metrics`)
	return found[0], found[1]
}

// watch starts a line with prometheus on a free port, where it asks and evaluates several times a second.
func (w workshop) watch(line, config string) (url string) {
	w.Helper()
	w.write("prometheus.yml", "global: {scrape_interval: 200ms, evaluation_interval: 200ms}\n"+config)
	storage := filepath.Join(w.dir, "data")
	found := w.start(line+" --web.listen-address=127.0.0.1:0 --log.format=json --storage.tsdb.path="+storage+" 2>&1",
		`"address":"([0-9.:]+)".*"Listening on"`, `(Server is ready to receive web requests)`)
	return "http://" + found[0]
}
