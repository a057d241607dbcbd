// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// nameHeader has, escaped, the name that an answer goes by.
const nameHeader = "Name"

// headerOf asks for what a name stands for.
func headerOf(name string) http.Header { return http.Header{nameHeader: {url.PathEscape(name)}} }

// answering is a service whose procedures end as a name asks.
func answering(answer trouble.Answer, options ...mapping.Option) suite.Service {
	return suite.Service{Options: options, Answer: func(ctx context.Context, header suite.Header) error {
		name, err := url.PathUnescape(header.Get(nameHeader))
		if err != nil {
			return err
		}
		return answer(ctx, name)
	}}
}

// house is where the handlers of net/http answer.
type house struct {
	answer trouble.Answer
	bare   bool
}

// newHouse mounts the service as a real one is: Connect's handlers for RPC, vanguard around others for REST, plain
// net/http beside it, rest.Handler around all, and compression outermost.
func newHouse(tb testing.TB, s suite.Service, rpc http.Handler, bindings func(trouble.Answer, *mapping.Policy) http.Handler) http.Handler {
	tb.Helper()
	policy := s.Policy(tb)
	if s.Bare {
		policy = nil
	}
	h := house{func(ctx context.Context, name string) error { return s.Answer(ctx, headerOf(name)) }, s.Bare}
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{
		vanguard.NewService(interopv1connect.TroubleServiceName, bindings(h.answer, policy), vanguard.WithTargetCodecs(vanguard.CodecProto)),
	})
	if err != nil {
		tb.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(path.Dir(suite.Unary)+"/", rpc)
	mux.HandleFunc("/own/{name}", h.own)
	mux.HandleFunc("/text/{name}", h.text)
	mux.Handle("/", transcoder)
	if s.Bare {
		return compressed(mux)
	}
	return compressed(rest.Handler(mux, rest.WithPolicy(policy)))
}

// own is a handler of net/http that answers by rest.Error.
func (h house) own(w http.ResponseWriter, r *http.Request) {
	err := h.answer(r.Context(), r.PathValue("name"))
	switch {
	case err == nil:
		_, _ = io.WriteString(w, "{}")
	case h.bare:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		rest.Error(w, r, err)
	}
}

// text is a handler of net/http that knows nothing of errpact.
func (h house) text(w http.ResponseWriter, r *http.Request) {
	if err := h.answer(r.Context(), r.PathValue("name")); err != nil {
		w.Header().Set("Etag", `"`+canary+`"`)
		http.Error(w, err.Error()+canary, http.StatusInternalServerError)
		return
	}
	_, _ = io.WriteString(w, "{}")
}

// compressed is a middleware that compresses what REST callers get.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/errpact.") || r.Header.Get("Accept-Encoding") != "gzip" {
			next.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		zw := &gzipWriter{ResponseWriter: w}
		next.ServeHTTP(zw, r)
		zw.finish() // not where next panicked
	})
}

type gzipWriter struct {
	http.ResponseWriter
	zw *gzip.Writer
}

func (g *gzipWriter) WriteHeader(status int) {
	if g.zw == nil && status >= http.StatusOK {
		g.Header().Set("Content-Encoding", "gzip")
		g.Header().Del("Content-Length")
		g.zw, _ = gzip.NewWriterLevel(g.ResponseWriter, gzip.BestSpeed)
	}
	g.ResponseWriter.WriteHeader(status)
}

func (g *gzipWriter) Write(p []byte) (int, error) {
	if g.zw == nil {
		g.WriteHeader(http.StatusOK)
	}
	return g.zw.Write(p)
}

// Flush is what vanguard asks a ResponseWriter for.
func (g *gzipWriter) Flush() {
	if g.zw != nil {
		_ = g.zw.Flush()
	}
	_ = http.NewResponseController(g.ResponseWriter).Flush()
}

func (g *gzipWriter) finish() {
	if g.zw != nil {
		_ = g.zw.Close()
	}
}
