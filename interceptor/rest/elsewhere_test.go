// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// hash is an error that no status leads to, and hashEnvelope its answer.
var hash = errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("containerId", "c-1")

const hashEnvelope = `{"error_code":14,"error_message":"Invalid hash","details":{"reason":"INVALID_HASH","metadata":{"containerId":"c-1"}}}`

// batch serves two requests of its own, with the context of the one that it answers.
func batch(mux http.Handler, w http.ResponseWriter, r *http.Request) {
	for _, path := range []string{"/hash", "/ok"} {
		kept := httptest.NewRecorder()
		mux.ServeHTTP(kept, httptest.NewRequest(http.MethodGet, path, nil).WithContext(r.Context()))
		fmt.Fprintf(w, "%s %d %s %s\n", path, kept.Code, kept.Header().Get("Content-Type"), kept.Body)
	}
}

// TestErrorInARecorder is whole, and is no answer to the request around.
func TestErrorInARecorder(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	const parts = "/hash 400 application/json " + hashEnvelope + "\n/ok 200 text/plain fine\n"
	mux := http.NewServeMux()
	mux.HandleFunc("/hash", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, hash) })
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "fine")
	})
	mux.HandleFunc("/before", func(w http.ResponseWriter, r *http.Request) { batch(mux, w, r) })
	mux.HandleFunc("/after", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "[")
		batch(mux, w, r)
	})
	mux.HandleFunc("/fails", func(w http.ResponseWriter, r *http.Request) {
		batch(mux, httptest.NewRecorder(), r)
		rest.Error(w, r, errpactv1err.NotExist)
	})
	mux.HandleFunc("/sums", func(w http.ResponseWriter, r *http.Request) {
		one, two := httptest.NewRecorder(), httptest.NewRecorder()
		rest.Error(one, r, hash)
		rest.Error(two, r, errpactv1err.InvalidValue)
		http.Error(w, "["+one.Body.String()+","+two.Body.String()+"]", http.StatusBadRequest)
	})
	mux.HandleFunc("/twice", func(w http.ResponseWriter, r *http.Request) {
		one := httptest.NewRecorder()
		rest.Error(one, r, hash)
		http.Error(w, "["+one.Body.String()+","+one.Body.String()+"]", http.StatusBadRequest)
	})
	mux.HandleFunc("/compresses", func(w http.ResponseWriter, r *http.Request) {
		rest.Error(httptest.NewRecorder(), r, hash)
		rest.Error(httptest.NewRecorder(), r, errpactv1err.InvalidValue)
		w.Header().Set("Content-Encoding", "rot13")
		http.Error(w, canary, http.StatusBadRequest)
	})
	mux.HandleFunc("/retries", func(w http.ResponseWriter, r *http.Request) {
		rest.Error(httptest.NewRecorder(), r, hash)
		last := httptest.NewRecorder()
		rest.Error(last, r, hash)
		replay(w, last)
	})
	mux.HandleFunc("/retries/otherwise", func(w http.ResponseWriter, r *http.Request) {
		rest.Error(httptest.NewRecorder(), r, connect.NewError(connect.CodeAlreadyExists, errors.New("is taken"))) // which has the same body
		last := httptest.NewRecorder()
		rest.Error(last, r, errpactv1err.InvalidValue.New("is taken"))
		replay(w, last)
	})
	mux.HandleFunc("/writes", func(w http.ResponseWriter, r *http.Request) {
		batch(mux, httptest.NewRecorder(), r)
		http.Error(w, canary, http.StatusBadRequest)
	})
	var told reported.Reports
	policy := newPolicy(t, &told)
	serveTwice(t, func() http.Handler { return rest.Handler(mux, rest.WithPolicy(policy)) }, func(t *testing.T, s *httptest.Server) {
		for path, want := range map[string]string{"/before": parts, "/after": "[" + parts} {
			told.Take()
			if a := send(t, s, http.MethodPost, path, "x"); a.err != nil || a.status != 200 || a.body != want {
				t.Errorf("%s: %d %s, %v\nwant %s", path, a.status, a.body, a.err, want)
			}
			if r := told.One(t); r.Sent.Code() != hash.Code() {
				t.Errorf("%s: reported %v", path, r.Sent)
			}
		}
		send(t, s, http.MethodPost, "/fails", "x").want(t, 404, envelope(10, "Resource does not exist"))
		send(t, s, http.MethodPost, "/sums", "x").want(t, 400, envelope(3, "Invalid structure"))
		send(t, s, http.MethodPost, "/twice", "x").want(t, 400, envelope(3, "Invalid structure"))
		send(t, s, http.MethodPost, "/compresses", "x").want(t, 400, envelope(3, "Invalid structure"))
		send(t, s, http.MethodPost, "/retries", "x").want(t, 400, hashEnvelope)
		send(t, s, http.MethodPost, "/retries/otherwise", "x").want(t, 400, envelope(4, "is taken"))
		send(t, s, http.MethodPost, "/writes", "x").want(t, 400, envelope(3, "Invalid structure"))
	})
	if log.Len() > 0 {
		t.Errorf("the log has %s", &log)
	}
}

// TestErrorInABuffer comes through a middleware whose writer does not lead to the Handler, with reason and metadata.
func TestErrorInABuffer(t *testing.T) {
	fails := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, hash) })
	buffered := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kept := httptest.NewRecorder()
		fails.ServeHTTP(kept, r)
		replay(w, kept)
	})
	for name, h := range map[string]http.Handler{"": buffered, "compressed": gzipped(buffered, false)} {
		s := serve(t, quiet(t, h))
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			want := hashEnvelope
			if method == http.MethodHead {
				want = ""
			}
			if a := send(t, s, method, "/", "", "Accept-Encoding", "gzip"); a.status != 400 || a.body != want || a.header.Get("Content-Length") != fmt.Sprint(len(hashEnvelope)) {
				t.Errorf("%s %s: %d %s %v", method, name, a.status, a.body, a.header)
			}
		}
	}
}

// TestErrorAfterAPartInABuffer: the buffer keeps the status, and in its body the envelope is not at the start, or is
// compressed in a way that nobody here inflates. That of http.TimeoutHandler keeps its first status, and has no
// envelope after a success.
func TestErrorAfterAPartInABuffer(t *testing.T) {
	partly := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "[")
		rest.Error(w, r, hash)
	})
	kept := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffer := &lastStatus{httptest.NewRecorder(), 200}
		partly.ServeHTTP(buffer, r)
		buffer.Code = buffer.status
		replay(w, buffer.ResponseRecorder)
	})
	turned := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buffer := httptest.NewRecorder()
		rest.Error(buffer, r, hash)
		w.Header().Set("Content-Encoding", "rot13")
		w.WriteHeader(buffer.Code)
		_, _ = io.WriteString(w, "rot13")
	})
	for name, h := range map[string]http.Handler{"kept": kept, "compressed": turned} {
		if a := send(t, serve(t, quiet(t, h)), http.MethodPost, "/", "x"); a.status != 400 || a.body != hashEnvelope {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	s := serve(t, quiet(t, http.TimeoutHandler(partly, time.Minute, "")))
	if a := send(t, s, http.MethodPost, "/", "x"); strings.Contains(a.body, "error_code") {
		t.Errorf("TimeoutHandler: %d %s", a.status, a.body)
	}
}

// lastStatus is a buffer that takes the last status that it is given.
type lastStatus struct {
	*httptest.ResponseRecorder
	status int
}

func (l *lastStatus) WriteHeader(status int) { l.status = status }

// replay sends what was kept.
func replay(w http.ResponseWriter, kept *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), kept.Header())
	w.WriteHeader(kept.Code)
	_, _ = w.Write(kept.Body.Bytes())
}

// TestErrorThatIsReplayed by a middleware that keeps answers: what it has kept is whole.
func TestErrorThatIsReplayed(t *testing.T) {
	var (
		mu   sync.Mutex
		kept = map[string]*httptest.ResponseRecorder{}
	)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		key := r.Header.Get("Idempotency-Key")
		if kept[key] == nil {
			kept[key] = httptest.NewRecorder()
			rest.Error(kept[key], r, hash)
		}
		replay(w, kept[key])
	})
	for trusted, again := range map[string]string{"trusted": hashEnvelope, "": envelope(3, "Invalid structure")} {
		opts := []rest.Option{}
		if trusted != "" {
			opts = append(opts, rest.WithTrustedBodies())
		}
		s := serve(t, quiet(t, h, opts...))
		for _, want := range []string{hashEnvelope, again} {
			send(t, s, http.MethodPost, "/", "x", "Idempotency-Key", "k"+trusted).want(t, 400, want)
		}
	}
}
