// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

func TestG12ServeMux(t *testing.T) {
	mux := http.NewServeMux()
	ok := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") }
	mux.HandleFunc("GET /folders", ok)
	mux.HandleFunc("POST /folders", ok)
	mux.HandleFunc("DELETE /folders", ok)
	mux.HandleFunc("/tree/", ok)
	serveTwice(t, func() http.Handler { return quiet(t, mux) }, func(t *testing.T, s *httptest.Server) {
		send(t, s, "GET", "/nothing", "").want(t, 404, envelope(10, "Resource does not exist"))
		a := send(t, s, "PATCH", "/folders", "{}")
		a.want(t, 405, envelope(1, "Method is not allowed"))
		if allow := a.header["Allow"]; len(allow) != 1 || allow[0] != "DELETE, GET, HEAD, POST" {
			t.Errorf("Allow = %q", allow)
		}
		if a := send(t, s, "GET", "/folders", ""); a.status != 200 || a.body != "fine" || a.header.Get("X-Request-Id") != "" {
			t.Errorf("success = %+v", a)
		}
		a = send(t, s, "GET", "/tree", "")
		if a.status != http.StatusTemporaryRedirect || a.header.Get("Location") != "/tree/" || !strings.Contains(a.body, "<a href") {
			t.Errorf("redirect = %+v", a)
		}
	})
}

func TestAllowIsOneSortedHeader(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Allow"] = []string{"PUT,GET", " DELETE ,, GET"}
		rest.MethodNotAllowed(w, r)
	}))
	a := get(t, s)
	a.want(t, 405, envelope(1, "Method is not allowed"))
	if allow := a.header["Allow"]; len(allow) != 1 || allow[0] != "DELETE, GET, PUT" {
		t.Errorf("Allow = %q", allow)
	}
}

func TestRedirectsAndNotModifiedAreLeftAlone(t *testing.T) {
	for _, status := range []int{301, 302, 303, 304, 307, 308} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/there")
			w.Header().Set("Etag", `"a"`)
			w.WriteHeader(status)
		}))
		a := get(t, s)
		if a.status != status || a.header.Get("Location") != "/there" || a.header.Get("Etag") != `"a"` || a.body != "" ||
			a.header.Get("X-Request-Id") != "" || a.header.Get("Vary") != "" {
			t.Errorf("answer = %+v", a)
		}
	}
}

// decoding is a plain handler that reads JSON, and gives what goes wrong to answer.
func decoding(answer func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			answer(w, r, err)
			return
		}
		_, _ = io.WriteString(w, "fine")
	}), 16)
}

func TestMaxBytesHandler(t *testing.T) {
	large := `{"a":"` + strings.Repeat("x", 1<<20) + `"}`
	s := serve(t, quiet(t, decoding(rest.Error)))
	send(t, s, "POST", "/", large).want(t, 413, envelope(3, "Request Entity Too Large"))
	if a := send(t, s, "POST", "/", `{"a":1}`); a.status != 200 || a.body != "fine" {
		t.Errorf("success = %+v", a)
	}
	s = serve(t, quiet(t, decoding(func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
	})))
	send(t, s, "POST", "/", large).want(t, 413, envelope(3, "Request Entity Too Large"))
}

// TestTimeoutHandler has a handler that records its error when the timeout has been answered.
func TestTimeoutHandler(t *testing.T) {
	late := map[string]http.HandlerFunc{
		"another status": func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.NotExist) },
		"the same status": func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.DatabaseTemporarilyUnavailable)
		},
		"text":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusTeapot) },
		"panic": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, end := range late {
		t.Run(name, func(t *testing.T) {
			answered, ended := make(chan struct{}), make(chan struct{})
			slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				<-answered
				end(w, r)
			})
			inner := http.TimeoutHandler(slow, time.Millisecond, canary)
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
				inner.ServeHTTP(&signalWriter{w, answered}, r)
				<-ended
			}))
			get(t, s).want(t, 503, envelope(11, "Service Unavailable"))
		})
	}
	inTime := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.NotExist.WithMetadata("id", "f"))
	})
	s := serve(t, quiet(t, http.TimeoutHandler(inTime, time.Minute, canary)))
	get(t, s).want(t, 404, `{"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"id":"f"}}}`)
}

// signalWriter tells when the answer has been begun.
type signalWriter struct {
	http.ResponseWriter
	begun chan struct{}
}

func (w *signalWriter) WriteHeader(status int) {
	w.ResponseWriter.WriteHeader(status)
	close(w.begun)
}

// TestTimeoutHandlerLateHeaders lets the middleware answer while the handler still changes the
// request's headers: only the race detector can fail it.
func TestTimeoutHandlerLateHeaders(t *testing.T) {
	stop, ended := make(chan struct{}), make(chan struct{})
	s := serve(t, quiet(t, http.TimeoutHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			default:
				r.Header.Set("X-Request-Id", "changed")
				r.Header.Del("Authorization")
				r.Header.Set("Accept", "text/html")
			}
		}
	}), time.Millisecond, "")))
	a := get(t, s, "X-Request-Id", "mine", "Authorization", "x")
	close(stop)
	<-ended
	a.want(t, 503, envelope(11, "Service Unavailable"))
	if id := a.header.Get("X-Request-Id"); id != "mine" {
		t.Errorf("X-Request-Id = %q", id)
	}
}

func proxyTo(t *testing.T, address string) *httputil.ReverseProxy {
	t.Helper()
	target, err := url.Parse("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return proxy
}

func TestReverseProxyToADeadUpstream(t *testing.T) {
	address := loopback.ClosedAddress(t)
	s := serve(t, quiet(t, proxyTo(t, address)))
	get(t, s).want(t, 502, envelope(11, "External service failed"))

	proxy := proxyTo(t, address)
	proxy.ErrorHandler = rest.Error
	s = serve(t, quiet(t, proxy))
	a := get(t, s)
	a.want(t, 502, `{"error_code":11,"error_message":"External service is unreachable",`+
		`"details":{"reason":"UNREACHABLE","retry_delay":"1s"}}`)
	if a.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After = %q", a.header.Get("Retry-After"))
	}
}

// TestReverseProxyCutShort is an upstream that dies in the middle of its answer.
func TestReverseProxyCutShort(t *testing.T) {
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	serveTwice(t, func() http.Handler { return quiet(t, proxyTo(t, upstream.Listener.Addr().String())) }, func(t *testing.T, s *httptest.Server) {
		get(t, s).wantAborted(t)
	})
}

func TestNothingWrittenIsASuccess(t *testing.T) {
	s := serve(t, quietFunc(t, func(http.ResponseWriter, *http.Request) {}))
	if a := get(t, s); a.status != 200 || a.body != "" || a.header.Get("Content-Length") != "0" {
		t.Errorf("answer = %+v", a)
	}
	s = serve(t, rest.Handler(nil, nil, rest.WithPolicy(newPolicy(t, nil))))
	get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
}

// TestPatternAndFormsReachTheOutside are what net/http, or a log, reads from the original request.
func TestPatternAndFormsReachTheOutside(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upload/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(0); err != nil {
			t.Error(err)
		}
		rest.Error(w, r, errors.New(canary))
	})
	h := quiet(t, mux)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		if r.Pattern != "POST /upload/{id}" || r.MultipartForm == nil {
			t.Errorf("Pattern = %q, MultipartForm = %v", r.Pattern, r.MultipartForm)
		}
	}))
	body := "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\ntext\r\n--b--\r\n"
	send(t, s, "POST", "/upload/7", body, "Content-Type", "multipart/form-data; boundary=b").
		want(t, 500, envelope(0, "Unknown server side error occurred"))
}
