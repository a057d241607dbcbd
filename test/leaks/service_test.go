// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/trouble"
)

// service is how a service is built: RPC and REST on one port.
type service struct {
	answer trouble.Answer
	policy *mapping.Policy
	// bare leaves errpact away.
	bare bool
}

// handler mounts the service as a real one is: Connect's handlers for RPC, vanguard around them for
// REST, plain net/http beside it, rest.Handler around all, and compression outermost.
func (s service) handler(t testing.TB, rpc http.Handler) http.Handler {
	t.Helper()
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{
		vanguard.NewService(servicePath, rpc, vanguard.WithTargetCodecs(vanguard.CodecProto)),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(servicePath, rpc)
	mux.HandleFunc("/own/{name}", s.own)
	mux.HandleFunc("/text/{name}", s.text)
	mux.Handle("/", transcoder)
	if s.bare {
		return compressed(mux)
	}
	return compressed(rest.Handler(mux, rest.WithPolicy(s.policy)))
}

// own is a handler of net/http that answers by rest.Error.
func (s service) own(w http.ResponseWriter, r *http.Request) {
	err := s.answer(r.Context(), r.PathValue("name"))
	switch {
	case err == nil:
		_, _ = io.WriteString(w, "{}")
	case s.bare:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		rest.Error(w, r, err)
	}
}

// text is a handler of net/http that knows nothing of errpact.
func (s service) text(w http.ResponseWriter, r *http.Request) {
	if err := s.answer(r.Context(), r.PathValue("name")); err != nil {
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

// newPolicy is a policy that reports to nobody, unless the options say otherwise.
func newPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}
