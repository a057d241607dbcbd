// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
)

// What follows is the code of the page, to the letter.

func aroundVanguard(service interopv1connect.TroubleServiceHandler) (http.Handler, error) {
	path, handler := interopv1connect.NewTroubleServiceHandler(service, connect.WithInterceptors(interceptor.New()))
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, handler)})
	if err != nil {
		return nil, err
	}
	return rest.Handler(transcoder), nil
}

func aroundServeMux(things http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /things", things)
	return rest.Handler(mux, rest.WithSkip(func(r *http.Request) bool { return r.URL.Path == "/healthz" }))
}

func inOrder(api http.Handler, gzip, cors, auth func(http.Handler) http.Handler) http.Handler {
	return gzip(rest.Handler(cors(auth(api))))
}

// TestPageIsCompiled: each block of Go in the page is in this file.
func TestPageIsCompiled(t *testing.T) {
	page, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("mount_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) != 3 {
		t.Errorf("%d blocks, want 3", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(string(code), "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}

// TestG12MountedAsThePageSays asks each mount for a path that is not there, and CORS for its header.
func TestG12MountedAsThePageSays(t *testing.T) {
	api, err := aroundVanguard(interopv1connect.UnimplementedTroubleServiceHandler{})
	if err != nil {
		t.Fatal(err)
	}
	plain := func(next http.Handler) http.Handler { return next }
	cors := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			next.ServeHTTP(w, r)
		})
	}
	auth := func(http.Handler) http.Handler { return text(http.StatusUnauthorized) }
	missing := want{status: 404, number: 10, message: "Resource does not exist"}
	refused := want{status: 401, number: 6, message: "Access token is not provided", header: []string{"Access-Control-Allow-Origin", "*"}}
	for name, test := range map[string]struct {
		handler http.Handler
		want    want
	}{
		"vanguard": {api, missing}, "ServeMux": {aroundServeMux(http.NotFoundHandler()), missing},
		"in order": {inOrder(api, plain, cors, auth), refused},
	} {
		t.Run(name, func(t *testing.T) {
			r := gets(name, "/nope", test.want)
			test.want.check(t, r.method, r.send(t, serve(t, test.handler, true)))
		})
	}
}
