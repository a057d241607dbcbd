// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package readme

import (
	"context"
	"log/slog"
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
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/emptypb"

	capsule "github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/observed"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(observed.Run(m, "../../returns.txt"))
}

func readme(t *testing.T) string {
	t.Helper()
	return read(t, "../../../../README.md")
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

func TestTableOfTheServerPageIsTheCatalogue(t *testing.T) {
	page := read(t, "../../../../docs/server.md")
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| (\w+) \| (\w+) \| (\d+) \| (.+) \|$`).FindAllStringSubmatch(page, -1)
	codes := errpactv1err.Catalogue.Codes()
	if len(rows) != len(codes) {
		t.Fatalf("the page has %d codes, want %d", len(rows), len(codes))
	}
	for i, code := range codes {
		got := strings.Join(rows[i][1:], " | ")
		want := strings.Join([]string{
			strconv.Itoa(int(code.Number())), strings.TrimPrefix(code.Name(), "ERROR_CODE_"),
			connect.Code(code.ConnectCode()).String(), strconv.Itoa(code.HTTPStatus()), code.Message(),
		}, " | ")
		if got != want {
			t.Errorf("the page has %s, want %s", got, want)
		}
	}
	if !strings.Contains(readme(t), strconv.Itoa(len(codes))+" entries]") {
		t.Errorf("README does not say that there are %d entries", len(codes))
	}
}

func TestCommandsOfREADMEAnswerSo(t *testing.T) {
	db, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "capsule.db"), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	handler, err := capsule.New(capsule.Config{Store: db, URL: "http://127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	defer listening.Close()
	if len(blocks(readme(t), "console")) == 0 {
		t.Fatal("README has no commands")
	}
	s := &shell{t: t, at: map[string]string{"http://127.0.0.1:8080": listening.URL}}
	if diff := cmp.Diff(readme(t), s.runAll(readme(t))); diff != "" {
		t.Errorf("what README says (-) and what its commands print (+):\n%s", diff)
	}
}

// TestStartPageShowsWhatConnectSendsByItself calls a handler without errpact, which returns an error of package os.
func TestStartPageShowsWhatConnectSendsByItself(t *testing.T) {
	const file = "/srv/folders/f-17"
	handler := connect.NewUnaryHandler("/acme.v1.FolderService/GetFolder",
		func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
			_, err := os.Open(file)
			return nil, err
		})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if page := read(t, "../../../../tools/site/layout/start.html"); !strings.Contains(page, answer.Body.String()) {
		t.Errorf("the page does not show %s", answer.Body)
	}
}
