// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// lateEnds are the ends of handlers that run out of time. http.TimeoutHandler answers at the same moment, in another goroutine.
var lateEnds = map[string]func(http.ResponseWriter, *http.Request){
	"the usual handler": func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, r.Context().Err()) },
	"the same status": func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.DatabaseTemporarilyUnavailable)
	},
	"two errors": func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.NotExist)
		rest.MethodNotAllowed(w, r)
	},
	"an error with trailers": func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, &transport.RESTError{Err: errpactv1err.NotExist, Trailer: http.Header{"X-Sum": {"1"}}})
	},
	"an undecodable body": func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		front := &transport.Front{Undecided: true}
		front.Message = `proto: (line 1:2): unknown field "name"`
		rest.Error(w, r, front)
	},
	"a write that fails": func(w http.ResponseWriter, r *http.Request) {
		_, err := io.WriteString(w, "late")
		for err == nil { // until the timeout has been answered
			_, err = io.WriteString(w, "")
		}
		rest.Error(w, r, err)
	},
	"an error after the first byte": func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the beginning")
		rest.Error(w, r, r.Context().Err())
	},
	"a stream": func(_ http.ResponseWriter, r *http.Request) {
		_, _ = transport.FailStream(r.Context(), r.Context().Err())
	},
	"a success": func(w http.ResponseWriter, r *http.Request) {
		rest.SetStatus(r.Context(), http.StatusCreated)
		rest.SetRoute(r.Context(), "/late")
		_, _ = io.WriteString(w, "late")
	},
	"a refusal of another gate": func(w http.ResponseWriter, r *http.Request) {
		rest.Gate(refusing(http.NotFound))(http.NotFoundHandler()).ServeHTTP(w, r)
	},
	"headers that it changes": func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Content-Type", "text/html")
		r.Header.Del("Authorization")
		rest.Error(w, r, r.Context().Err())
	},
	"a panic": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
}

// serveLate serves requests whose handlers end when their time does. The result waits for those handlers.
func serveLate(t *testing.T, end func(http.ResponseWriter, *http.Request), timed func(http.Handler) http.Handler) (s *httptest.Server, wait func()) {
	t.Helper()
	var running sync.WaitGroup
	h := timed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer running.Done()
		<-r.Context().Done()
		end(w, r)
	}))
	s = serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		h.ServeHTTP(w, r)
	}))
	return s, func() {
		s.Close()
		running.Wait()
	}
}

func timeout(next http.Handler) http.Handler {
	return http.TimeoutHandler(next, time.Millisecond, "<html>"+canary)
}

// lateRequests are enough for the race detector to see both goroutines come first.
const lateRequests = 100

// TestG11LateHandlers is for the race detector, above all. Each caller gets one whole answer.
func TestG11LateHandlers(t *testing.T) {
	for name, end := range lateEnds {
		t.Run(name, func(t *testing.T) {
			s, wait := serveLate(t, end, timeout)
			defer wait()
			var all sync.WaitGroup
			for range lateRequests {
				all.Go(func() {
					a := send(t, s, http.MethodPost, "/", `{"name":1}`)
					a.wantNoCanary(t)
					// The end may have come before the timeout was answered.
					inTime := name == "a panic" && a.err != nil || (name == "a success" || name == "a stream" || name == "an error after the first byte") && a.status < 300
					if !inTime && (a.err != nil || a.status < 400 || !strings.HasPrefix(a.body, `{"error_code":`)) {
						t.Errorf("answer = %d %q, %v", a.status, a.body, a.err)
					}
				})
			}
			all.Wait()
		})
	}
}

// TestG11LateHandlersOfRPCs has the timeout in a gate. The caller gets an error of its own protocol, and never the
// timeout's page.
func TestG11LateHandlersOfRPCs(t *testing.T) {
	for _, name := range []string{"the usual handler", "two errors", "a refusal of another gate", "headers that it changes"} {
		t.Run(name, func(t *testing.T) {
			s, wait := serveLate(t, lateEnds[name], rest.Gate(timeout))
			defer wait()
			var all sync.WaitGroup
			for range lateRequests {
				all.Go(func() {
					a := send(t, s, http.MethodPost, procedure, "{}", "Content-Type", "application/json", "Connect-Protocol-Version", "1")
					a.wantNoCanary(t)
					if a.err != nil || a.status < 400 || !strings.HasPrefix(a.body, `{"code":`) {
						t.Errorf("answer = %d %q, %v", a.status, a.body, a.err)
					}
				})
			}
			all.Wait()
		})
	}
}

// TestLateWritesAreReportedAsTheRequestsEnd: the handler's own answer came too late, and the timeout's was sent.
func TestLateWritesAreReportedAsTheRequestsEnd(t *testing.T) {
	reports, policy := reporting(t)
	ended := make(chan struct{})
	late := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		lateEnds["a write that fails"](w, r)
	})
	s := serve(t, rest.Handler(timeout(late), rest.WithPolicy(policy)))
	get(t, s).want(t, 503, envelope(11, "Service Unavailable"))
	of, answered := <-reports, <-reports
	<-ended
	if of.Stage == mapping.StageTransport {
		of, answered = answered, of
	}
	if !of.CallerGone || of.Sent.ConnectCode() != 4 || !errors.Is(of.Err, http.ErrHandlerTimeout) {
		t.Errorf("reported %v, gone %v, of %v", of.Sent, of.CallerGone, of.Err)
	}
	if answered.CallerGone || answered.Sent.HTTPStatus() != 503 {
		t.Errorf("reported %v, gone %v, of %v", answered.Sent, answered.CallerGone, answered.Err)
	}
}
