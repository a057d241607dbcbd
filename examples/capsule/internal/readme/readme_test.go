// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package readme

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	capsule "github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the fenced blocks of a language.
func blocks(text, language string) []string {
	var found []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

// squeeze takes indentation away.
func squeeze(text string) string {
	return regexp.MustCompile(`(?m)^\s+`).ReplaceAllString(text, "")
}

func TestGoCodeOfREADMEIsCompiled(t *testing.T) {
	compiled, err := os.ReadFile("code_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := blocks(readme(t), "go")
	if len(found) != 2 {
		t.Fatalf("README has %d blocks of Go, want a server and a client", len(found))
	}
	for _, block := range found {
		if !strings.Contains(squeeze(string(compiled)), squeeze(block)) {
			t.Errorf("code_test.go does not have\n%s", block)
		}
	}
}

func TestProtoOfREADMEIsTheCatalogues(t *testing.T) {
	proto, err := os.ReadFile("../../../../proto/errpact/v1/error_code.proto")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks(readme(t), "proto") {
		if !strings.Contains(squeeze(string(proto)), squeeze(block)) {
			t.Errorf("error_code.proto does not have\n%s", block)
		}
	}
}

func TestTableOfREADMEIsTheCatalogue(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| (\w+) \| (\w+) \| (\d+) \| (.+) \|$`).FindAllStringSubmatch(readme(t), -1)
	codes := errpactv1err.Catalogue.Codes()
	if len(rows) != len(codes) {
		t.Fatalf("README has %d codes, want %d", len(rows), len(codes))
	}
	for i, code := range codes {
		got := strings.Join(rows[i][1:], " | ")
		want := strings.Join([]string{
			strconv.Itoa(int(code.Number())), strings.TrimPrefix(code.Name(), "ERROR_CODE_"),
			connect.Code(code.ConnectCode()).String(), strconv.Itoa(code.HTTPStatus()), code.Message(),
		}, " | ")
		if got != want {
			t.Errorf("README has %s, want %s", got, want)
		}
	}
}

func TestCommandsOfREADMEAnswerSo(t *testing.T) {
	db, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "capsule.db"), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	handler, err := capsule.New(capsule.Config{Store: db})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	defer listening.Close()
	found := blocks(readme(t), "console")
	if len(found) == 0 {
		t.Fatal("README has no commands")
	}
	for _, block := range found {
		command, want, _ := strings.Cut(block, "\n")
		got := run(t, strings.Replace(command, "http://127.0.0.1:8080", listening.URL, 1))
		if got != strings.TrimSpace(want) {
			t.Errorf("%s\nanswers %s\nwant    %s", command, got, want)
		}
	}
}

// run does what `curl -s URL -H … -d …` does.
func run(t *testing.T, command string) string {
	t.Helper()
	words := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(command, -1)
	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}
	url, body, method := "", "", http.MethodGet
	header := make(http.Header)
	for i := 2; i < len(words); i++ { // after "$ curl"
		switch words[i] {
		case "-s":
		case "-H":
			i++
			key, value, _ := strings.Cut(words[i], ": ")
			header.Set(key, value)
		case "-d":
			i++
			body, method = words[i], http.MethodPost
		default:
			url = words[i]
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
