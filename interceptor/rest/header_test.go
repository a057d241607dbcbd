// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestHeadersKeptAndDropped sets every header that matters before an error, and changes some after.
func TestHeadersKeptAndDropped(t *testing.T) {
	kept := map[string]string{
		"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Expose-Headers": "X-Request-Id",
		"Allow": "GET", "Cache-Control": "private, max-age=5", "Content-Security-Policy": "default-src 'none'",
		"Location": "/there", "Retry-After": "7", "Set-Cookie": "a=b", "Strict-Transport-Security": "max-age=1",
		"Www-Authenticate": "Basic", "X-Own": "kept", "Link": "</doc>", "Server": "own",
	}
	dropped := []string{
		"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location", "Content-Md5", "Content-Range",
		"Content-Digest", "Repr-Digest", "Digest", "Etag", "Last-Modified", "Trailer", "Accept-Ranges", "Accept-Encoding",
		"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin", "Grpc-Encoding", "Grpc-Metadata-X", "Connect-Accept-Encoding",
		http.TrailerPrefix + "X-Sum",
	}
	serveTwice(t, func() http.Handler {
		return quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			for key, value := range kept {
				w.Header().Set(key, value)
			}
			for _, key := range dropped {
				w.Header().Set(key, canary)
			}
			w.Header().Set("Content-Length", "3")
			w.WriteHeader(401)
			w.Header().Set("X-Own", canary)
			w.Header().Set("X-Late", canary)
			w.Header().Del("Allow")
		})
	}, func(t *testing.T, s *httptest.Server) {
		a := get(t, s)
		a.wantNoCanary(t)
		if a.status != 401 || a.body != envelope(6, "Access token is not provided") {
			t.Errorf("answer = %d %s", a.status, a.body)
		}
		for key, value := range kept {
			if got := a.header[key]; len(got) != 1 || got[0] != value {
				t.Errorf("%s = %q, want %q", key, got, value)
			}
		}
		for _, key := range dropped {
			if got, ok := a.header[key]; ok {
				t.Errorf("%s = %q, want none", key, got)
			}
		}
	})
}

func TestVary(t *testing.T) {
	for before, want := range map[string]string{
		"": "Accept", "Origin": "Origin, Accept", "Origin, accept": "Origin, accept", "*": "*", "Accept-Language": "Accept-Language, Accept",
	} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			if before != "" {
				w.Header().Set("Vary", before)
			}
			rest.NotFound(w, r)
		}))
		if got := strings.Join(get(t, s).header["Vary"], ", "); got != want {
			t.Errorf("Vary %q becomes %q, want %q", before, got, want)
		}
	}
}

// TestChallenge gives every 401 a WWW-Authenticate, as RFC 6750, section 3, has it.
func TestChallenge(t *testing.T) {
	for _, test := range []struct {
		name, challenge, own string
		header               []string
		want                 string
	}{
		{"default", "", "", nil, `Bearer realm="api"`},
		{"default with a credential", "", "", []string{"Authorization", "Bearer x"}, `Bearer realm="api", error="invalid_token"`},
		{"found by WithCredential", "", "", []string{"X-Token", "x"}, `Bearer realm="api", error="invalid_token"`},
		{"configured", `Bearer realm="shop", scope="read"`, "", nil, `Bearer realm="shop", scope="read"`},
		{"configured with a credential", `Bearer realm="shop"`, "", []string{"X-Token", "x"}, `Bearer realm="shop", error="invalid_token"`},
		{"no parameters", "bearer", "", []string{"X-Token", "x"}, `bearer error="invalid_token"`},
		{"an error of its own", `Bearer error="insufficient_scope"`, "", []string{"X-Token", "x"}, `Bearer error="insufficient_scope"`},
		{"an error of its own, after others", `Bearer realm="a\"", scope="x", Error = "insufficient_scope"`, "", []string{"X-Token", "x"}, `Bearer realm="a\"", scope="x", Error = "insufficient_scope"`},
		{"a realm that says error=", `Bearer realm="a, error=b \", error=c"`, "", []string{"X-Token", "x"}, `Bearer realm="a, error=b \", error=c", error="invalid_token"`},
		{"a parameter that ends so", `Bearer my_error="x"`, "", []string{"X-Token", "x"}, `Bearer my_error="x", error="invalid_token"`},
		{"another scheme", `Basic realm="shop"`, "", []string{"Authorization", "Basic x"}, `Basic realm="shop"`},
		{"the handler's own", `Basic realm="shop"`, `Digest realm="d"`, []string{"Authorization", "x"}, `Digest realm="d"`},
	} {
		policy := newPolicy(t, nil, mapping.WithCredential(func(h http.Header) bool {
			return h.Get("Authorization") != "" || h.Get("X-Token") != ""
		}))
		for kind, fail := range map[string]http.HandlerFunc{
			"text":       func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusUnauthorized) },
			"rest.Error": func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.AuthInvalid) },
			"without the credential": func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("Authorization") // as an auth middleware may
				r.Header.Del("X-Token")
				http.Error(w, canary, http.StatusUnauthorized)
			},
		} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if test.own != "" {
						w.Header().Set("WWW-Authenticate", test.own)
					}
					fail(w, r)
				}), rest.WithPolicy(policy), rest.WithChallenge(test.challenge)))
				number, message := 7, "Access token is invalid"
				if len(test.header) == 0 && kind != "rest.Error" {
					number, message = 6, "Access token is not provided"
				}
				a := get(t, s, test.header...)
				a.want(t, 401, envelope(number, message))
				if got := a.header["Www-Authenticate"]; len(got) != 1 || got[0] != test.want {
					t.Errorf("WWW-Authenticate = %q, want %q", got, test.want)
				}
			})
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for _, test := range []struct {
		delay time.Duration
		want  string
	}{
		{0, ""}, {-time.Second, ""}, {1, "1"}, {time.Second, "1"}, {time.Second + 1, "2"}, {59*time.Second + time.Millisecond, "60"},
		{24 * time.Hour, "86400"}, {24*time.Hour + 1, "86400"}, {1<<63 - 1, "86400"},
	} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(test.delay))
		}))
		if got := get(t, s).header.Get("Retry-After"); got != test.want {
			t.Errorf("Retry-After of %v = %q, want %q", test.delay, got, test.want)
		}
	}
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT") // a limiter's own
		w.WriteHeader(429)
	}))
	a := get(t, s)
	a.want(t, 429, envelope(0, "Too Many Requests"))
	if got := a.header.Get("Retry-After"); got != "Fri, 31 Dec 1999 23:59:59 GMT" {
		t.Errorf("Retry-After = %q", got)
	}
}

func TestRequestID(t *testing.T) {
	made := regexp.MustCompile(`^[0-9a-f]{32}$`)
	const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	var told reported.Reports
	s := serve(t, rest.Handler(http.NotFoundHandler(), rest.WithPolicy(newPolicy(t, &told))))
	for _, test := range []struct {
		name   string
		header []string
		want   string // empty is made up
	}{
		{"none", nil, ""},
		{"valid", []string{"X-Request-Id", "a.b_c:d/e+f=g@h-0"}, "a.b_c:d/e+f=g@h-0"},
		{"longest", []string{"X-Request-Id", strings.Repeat("a", 128)}, strings.Repeat("a", 128)},
		{"too long", []string{"X-Request-Id", strings.Repeat("a", 129)}, ""},
		{"very long", []string{"X-Request-Id", strings.Repeat("a", 60<<10)}, ""},
		{"a space", []string{"X-Request-Id", "a b"}, ""},
		{"not ASCII", []string{"X-Request-Id", "abc\xff"}, ""},
		{"empty", []string{"X-Request-Id", ""}, ""},
		{"traceparent", []string{"Traceparent", trace}, "4bf92f3577b34da6a3ce929d0e0e4736"},
		{"both", []string{"X-Request-Id", "mine", "Traceparent", trace}, "mine"},
		{"an invalid one, and traceparent", []string{"X-Request-Id", "a b", "Traceparent", trace}, "4bf92f3577b34da6a3ce929d0e0e4736"},
		{"a broken traceparent", []string{"Traceparent", trace[:40]}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			told.Take()
			a := get(t, s, test.header...)
			a.want(t, 404, envelope(10, "Resource does not exist"))
			got := a.header["X-Request-Id"]
			if len(got) != 1 || test.want != "" && got[0] != test.want || test.want == "" && !made.MatchString(got[0]) {
				t.Errorf("X-Request-Id = %q, want %q", got, test.want)
			}
			if report := told.One(t); report.RequestID != got[0] {
				t.Errorf("the report has %q, the answer %q", report.RequestID, got)
			}
		})
	}
}

// TestHEAD has the headers of the answer, and no body.
func TestHEAD(t *testing.T) {
	serveTwice(t, func() http.Handler { return quiet(t, http.NotFoundHandler()) }, func(t *testing.T, s *httptest.Server) {
		a := send(t, s, "HEAD", "/", "")
		body := envelope(10, "Resource does not exist")
		if a.status != 404 || a.body != "" || a.header.Get("Content-Type") != "application/json" || a.err != nil {
			t.Errorf("answer = %+v", a)
		}
		if got := a.header.Get("Content-Length"); got != fmt.Sprint(len(body)) {
			t.Errorf("Content-Length = %q of %d", got, len(body))
		}
	})
}

// TestChallengeWithoutAHandler: rest.Error alone asks for the credential itself, whatever the error has
// besides its code.
func TestChallengeWithoutAHandler(t *testing.T) {
	for name, err := range map[string]error{"a code": errpactv1err.AuthInvalid, "a message": errpactv1err.AuthInvalid.New("no")} {
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) }))
		for want, header := range map[string][]string{
			`Bearer realm="api"`:                        nil,
			`Bearer realm="api", error="invalid_token"`: {"Authorization", "Bearer x"},
		} {
			a := get(t, s, header...)
			if got := a.header["Www-Authenticate"]; a.status != 401 || len(got) != 1 || got[0] != want {
				t.Errorf("%s: %d, WWW-Authenticate = %q, want %q", name, a.status, got, want)
			}
		}
	}
}

// TestTheIDOfWhatWasAnsweredOnceStays: under it the report of that answer has the cause, whatever the status.
func TestTheIDOfWhatWasAnsweredOnceStays(t *testing.T) {
	classify := func(err error) (mapping.Classification, bool) {
		return mapping.Classification{Source: mapping.SourceLocal, ConnectCode: mapping.ConnectCode(connect.CodeInvalidArgument), Message: canary, Node: err}, true
	}
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{RequestID: "inner", Classify: classify}, fmt.Errorf("x: %w", proto.Error))
	if sent := answer.Error(); sent.HTTPStatus() != 400 || sent.RequestID() != "inner" {
		t.Fatalf("%v with status %d and id %q is not what is wanted here", sent, sent.HTTPStatus(), sent.RequestID())
	}
	for _, err := range []error{answer.Error(), fmt.Errorf("wrapped: %w", answer.Error())} {
		w := httptest.NewRecorder()
		rest.Error(w, httptest.NewRequest(http.MethodGet, "/", nil), err)
		if id := w.Header().Get(mapping.HeaderRequestID); id != "inner" {
			t.Errorf("%v: the id is %q", err, id)
		}
	}
}
