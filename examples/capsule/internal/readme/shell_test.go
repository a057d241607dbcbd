// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package readme

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shell does what a README tells people to do, as far as they need: curl, capsule, chmod, kill, and
// one variable. It is no shell and no curl, so that the tests need neither.
type shell struct {
	t *testing.T
	// dir is where the commands run, and capsule the program that ./capsule is.
	dir, capsule string
	// at tells where things really are that the README has at addresses of its own.
	at map[string]string
	// folder is what $FOLDER stands for: the id of the folder that was made last.
	folder string
	// job is what was started last in the background.
	job *exec.Cmd
}

// console is a fenced block of commands, each with what it prints.
var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// command is a line, or several that end with a backslash, and what is printed up to the next one.
var command = regexp.MustCompile(`(?m)^\$ ((?:.*\\\n)*.*)\n((?:[^$\n].*\n|\n)*)`)

// runAll runs the commands of a text, and returns the text with their real output. Output that the text shortens with
// "…" stays as it is, if it is true.
func (s *shell) runAll(text string) string {
	return console.ReplaceAllStringFunc(text, func(block string) string {
		return command.ReplaceAllStringFunc(block, func(part string) string {
			match := command.FindStringSubmatch(part)
			got := strings.TrimSpace(s.run(match[1]))
			if shown := strings.TrimSpace(match[2]); isShortOf(shown, got) {
				got = shown
			}
			if strings.HasPrefix(match[1], "FOLDER=") { // of the reader's own folder
				match[1] = "FOLDER=" + s.folder
			}
			if got != "" {
				got += "\n"
			}
			blank := ""
			if strings.HasSuffix(match[2], "\n\n") || match[2] == "\n" {
				blank = "\n"
			}
			return "$ " + match[1] + "\n" + got + blank
		})
	})
}

// isShortOf reports whether an output is another one in which "…" stands for parts left out.
func isShortOf(short, long string) bool {
	parts := strings.Split(regexp.QuoteMeta(short), "…")
	return len(parts) > 1 && regexp.MustCompile(`(?s)^`+strings.Join(parts, `.+`)+`$`).MatchString(long)
}

func (s *shell) run(line string) string {
	s.t.Helper()
	for from, to := range s.at {
		line = strings.ReplaceAll(line, from, to)
	}
	line = strings.ReplaceAll(strings.ReplaceAll(line, "\\\n", " "), "$FOLDER", s.folder)
	words := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1)
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	switch name, args := words[0], words[1:]; {
	case name == "curl":
		return s.curl(args)
	case name == "./capsule" && args[len(args)-1] == "&":
		s.start(args[:len(args)-1])
	case name == "./capsule":
		cmd := exec.CommandContext(s.t.Context(), s.capsule, args...)
		cmd.Dir = s.dir
		out, _ := cmd.CombinedOutput() // which says what went wrong, if something should
		return string(out)
	case line == "kill $!":
		s.stop()
	case name == "chmod":
		s.must(exec.CommandContext(s.t.Context(), "chmod", args[0], filepath.Join(s.dir, args[1])).Run())
	case strings.HasPrefix(name, "FOLDER="):
	default:
		s.t.Fatalf("the shell does not know %s", line)
	}
	return ""
}

// start starts capsule in the background, and returns when it says that it is there.
func (s *shell) start(args []string) {
	s.t.Helper()
	switch args[0] {
	case "serve":
		args = append(args, "-addr", "127.0.0.1:0")
	case "analyzer":
		args = append(args, "-addr", strings.TrimPrefix(s.at["http://127.0.0.1:8081"], "http://"))
	}
	cmd := exec.CommandContext(s.t.Context(), s.capsule, args...)
	cmd.Dir = s.dir
	stdout, err := cmd.StdoutPipe()
	s.must(err)
	s.must(cmd.Start())
	s.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
	line, err := bufio.NewReader(stdout).ReadString('\n')
	s.must(err)
	if args[0] == "serve" {
		s.at["http://127.0.0.1:8080"] = regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	s.job = cmd
}

func (s *shell) stop() {
	s.t.Helper()
	s.must(s.job.Process.Signal(os.Interrupt))
	s.must(s.job.Wait())
}

func (s *shell) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// curl does what curl does with -s, -i, -X, -H, -d and --data-binary @FILE.
func (s *shell) curl(args []string) string {
	s.t.Helper()
	url, method, headers := "", http.MethodGet, false
	var body []byte
	header := make(http.Header)
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "-s":
		case "-i":
			headers = true
		case "-X":
			i++
			method = args[i]
		case "-H":
			i++
			key, value, _ := strings.Cut(args[i], ": ")
			header.Set(key, value)
		case "-d":
			i++
			body, method = []byte(args[i]), http.MethodPost
		case "--data-binary":
			i++
			data, err := os.ReadFile(filepath.Join(s.dir, strings.TrimPrefix(args[i], "@")))
			s.must(err)
			body, method = data, http.MethodPost
		default:
			url = args[i]
		}
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, url, bytes.NewReader(body))
	s.must(err)
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	s.must(err)
	answer, err := io.ReadAll(res.Body)
	s.must(err)
	s.must(res.Body.Close())
	if id := regexp.MustCompile(`"folder_id": ?"([A-Z2-7]{26})", ?"create_time"`).FindSubmatch(answer); id != nil {
		s.folder = string(id[1])
	}
	if headers {
		return head(res) + string(answer)
	}
	return string(answer)
}

// head is what curl -i prints, except for what differs each time.
func head(res *http.Response) string {
	lines := fmt.Sprintf("%s %s\n", res.Proto, res.Status)
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		if name == "Date" || name == "Content-Length" {
			continue
		}
		for _, value := range res.Header[name] {
			lines += name + ": " + value + "\n"
		}
	}
	return lines + "\n"
}
