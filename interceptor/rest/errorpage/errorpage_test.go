// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errorpage_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest/errorpage"
	"github.com/errpact/errpact/mapping"
)

func TestHandler(t *testing.T) {
	handler, err := errorpage.Handler("Errors")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, test := range []struct {
		method, query string
		status        int
		contentType   string
		body          string
	}{
		{"GET", "", 200, "text/html; charset=utf-8", `id="ERROR_CODE_NOT_EXIST"`},
		{"HEAD", "", 200, "text/html; charset=utf-8", ""},
		{"GET", "?format=html", 200, "text/html; charset=utf-8", "<title>Errors</title>"},
		{"GET", "?format=markdown", 200, "text/markdown; charset=utf-8", "# Errors"},
		{"GET", "?format=json", 200, "application/json", `"title":"Errors"`},
		{"GET", "?format=pdf", 404, "text/plain; charset=utf-8", "Not Found"},
		{"POST", "", 405, "text/plain; charset=utf-8", "Method Not Allowed"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), test.method, server.URL+"/errors"+test.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != test.status || res.Header.Get("Content-Type") != test.contentType || !strings.Contains(string(body), test.body) {
			t.Errorf("%s %s = %d %s, want %d %s with %q", test.method, test.query, res.StatusCode, res.Header, test.status, test.contentType, test.body)
		}
		if test.status == 200 && !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s %s: no Content-Security-Policy", test.method, test.query)
		}
	}
}

func TestHandlerOfABrokenCatalogue(t *testing.T) {
	broken := mapping.LazyCatalogue(func() protoreflect.EnumDescriptor { return nil })
	if _, err := errorpage.Handler("Errors", errpactv1err.Catalogue, broken); err == nil {
		t.Error("Handler() has no error for a catalogue that cannot be read")
	}
}

func TestURL(t *testing.T) {
	for _, base := range []string{"https://x.example/errors", "https://x.example/errors#"} {
		if got, want := errorpage.URL(base)(errpactv1err.ContainerUnpackingFailedInvalidHash),
			"https://x.example/errors#ERROR_CODE_CONTAINER_UNPACKING_FAILED.INVALID_HASH"; got != want {
			t.Errorf("URL() = %q, want %q", got, want)
		}
	}
}
