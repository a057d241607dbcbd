// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// texts are bodies that an error may have, with a canary in each.
var texts = map[string]string{
	"text":              canary,
	"HTML":              "<html><body>" + canary + "</body></html>",
	"forged envelope":   `{"error_code":12,"error_message":"` + canary + `","details":{"host":"` + canary + `"}}`,
	"forged problem":    `{"type":"about:blank","status":404,"error_code":12,"error_message":"` + canary + `","details":null}`,
	"google.rpc.Status": `{"code":5,"message":"` + canary + `","details":[{"@type":"type.googleapis.com/x.Y","text":"` + canary + `"}]}`,
	"Connect JSON":      `{"code":"not_found","message":"` + canary + `","details":[{"type":"x.Y","value":"eA","debug":"` + canary + `"}]}`,
	"Google's JSON": `{"error":{"code":404,"status":"NOT_FOUND","message":"` + canary + `","errors":[{"reason":"` + canary + `"}],"details":[` +
		`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CANARY","domain":"` + canary + `","metadata":{"a":"` + canary + `"}},` +
		`{"@type":"type.googleapis.com/errpact.v1.ErrorDetail","code":12,"detailsJson":"\"` + canary + `\""}]}}`,
	"Google's JSON in a list": `[{"error":{"code":404,"status":"NOT_FOUND","message":"` + canary + `"}}]`,
	"a stream's end": `{"error":{"code":"not_found","message":"` + canary + `","details":[{"type":"errpact.v1.ErrorDetail","value":"CAw"},` +
		`{"type":"` + canary + `","value":"` + canary + `"}]},"metadata":{"x-canary":["` + canary + `"]}}`,
	"a Status below a key":          `{"error":{"code":5.0,"message":"` + canary + `"}}`,
	"unknown bytes":                 `{"code":5,"message":"` + canary + `","details":[{"@type":"x/` + canary + `","@error":"` + canary + `","@value":"` + canary + `"}]}`,
	"a ConnectError":                `{"name":"` + canary + `","rawMessage":"` + canary + `","code":5,"details":[{"type":"x.Y","value":{"0":120}}]}`,
	"a byte order mark":             "\ufeff" + `{"code":"not_found","message":"` + canary + `"}`,
	"forged with a byte order mark": "\ufeff" + `{"error_code":12,"error_message":"` + canary + `","details":null}`,
	"forged with 1.2e1":             `{"error_code":1.2e1,"error_message":"` + canary + `","details":null}`,
	"own JSON":                      `{"code":404,"message":"` + canary + `"}`,
	"odd code":                      `{"code":{"a":1},"message":["` + canary + `"],"details":"` + canary + `"}`,
	"huge code":                     `{"code":99999999999999999999,"message":"` + canary + `"}`,
	"broken JSON":                   `{"code":5,"message":"` + canary,
	"binary":                        "\x00\xff" + canary,
}

// TestG1NoTextOfOthersGoesOut writes each body under each Content-Type, compressed and not.
func TestG1NoTextOfOthersGoesOut(t *testing.T) {
	for name, text := range texts {
		for _, contentType := range []string{"", "text/plain", "application/json", "application/proto", "application/", "text/html"} {
			for _, compressed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/%v", name, contentType, compressed), func(t *testing.T) {
					s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Type", contentType)
						if !compressed {
							w.WriteHeader(404)
							_, _ = io.WriteString(w, text)
							return
						}
						w.Header().Set("Content-Encoding", "gzip")
						w.WriteHeader(404)
						zw := gzip.NewWriter(w)
						_, _ = io.WriteString(zw, text)
						_ = zw.Close()
					}))
					get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
				})
			}
		}
	}
}

// TestG2UpstreamsEnvelope comes through a proxy, and is not ours.
func TestG2UpstreamsEnvelope(t *testing.T) {
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(404)
				_, _ = io.WriteString(w, text)
			}))
			s := serve(t, quiet(t, proxyTo(t, upstream.Listener.Addr().String())))
			get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
		})
	}
}

// TestTrustedBodies lets envelopes pass, and nothing else.
func TestTrustedBodies(t *testing.T) {
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(404)
				_, _ = io.WriteString(w, text)
			}))
			s := serve(t, quiet(t, proxyTo(t, upstream.Listener.Addr().String()), rest.WithTrustedBodies()))
			a := get(t, s)
			if !strings.HasPrefix(name, "forged") {
				a.want(t, 404, envelope(10, "Resource does not exist"))
			} else if a.status != 404 || a.body != text || a.header.Get("Content-Length") != fmt.Sprint(len(text)) {
				t.Errorf("answer = %+v", a)
			}
		})
	}
}

// TestTrustedBodyOfA401 has a challenge, as every 401.
func TestTrustedBodyOfA401(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(401)
		_, _ = io.WriteString(w, envelope(8, "expired"))
	}, rest.WithTrustedBodies()))
	a := get(t, s, "Authorization", "x")
	if a.status != 401 || a.body != envelope(8, "expired") || a.header.Get("Www-Authenticate") != `Bearer realm="api", error="invalid_token"` {
		t.Errorf("answer = %+v", a)
	}
}

// TestTrustedBodyTooLarge is cut by what is held, and so it is not an envelope.
func TestTrustedBodyTooLarge(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		_, _ = io.WriteString(w, envelope(8, strings.Repeat("x", 70<<10)))
	}, rest.WithTrustedBodies()))
	get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
}

// TestStatusOfAnUpstreamIsKept though its JSON says something else.
func TestStatusOfAnUpstreamIsKept(t *testing.T) {
	for body, status := range map[string]int{
		`{"code":8,"message":"request body too large"}`:   502,
		`{"code":3,"message":"unknown field"}`:            409,
		`{"code":2,"message":"proto: syntax error"}`:      503,
		`{"code":"unauthenticated","message":"no token"}`: 418,
	} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		if a := get(t, s); a.status != status {
			t.Errorf("%d with %s became %d", status, body, a.status)
		}
	}
}

// TestNestedHandler does nothing: the outer one answers, by its own policy.
func TestNestedHandler(t *testing.T) {
	var outer, inner reported.Reports
	h := rest.Handler(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.NotExist)
	}), rest.WithPolicy(newPolicy(t, &inner))), rest.WithPolicy(newPolicy(t, &outer)))
	get(t, serve(t, h)).want(t, 404, envelope(10, "Resource does not exist"))
	if len(outer.All()) != 1 || len(inner.All()) != 0 {
		t.Errorf("%d reports outside, %d inside", len(outer.All()), len(inner.All()))
	}
	h = rest.Handler(rest.Handler(http.NotFoundHandler(), rest.WithPolicy(newPolicy(t, &inner))), rest.WithPolicy(newPolicy(t, &outer)))
	get(t, serve(t, h)).want(t, 404, envelope(10, "Resource does not exist"))
}

func TestSkip(t *testing.T) {
	h := quietFunc(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "own page", http.StatusServiceUnavailable) },
		rest.WithSkip(func(r *http.Request) bool { return r.URL.Path == "/healthz" }))
	s := serve(t, h)
	if a := send(t, s, "GET", "/healthz", ""); a.status != 503 || a.body != "own page\n" || a.header.Get("X-Request-Id") != "" {
		t.Errorf("skipped = %+v", a)
	}
	send(t, s, "GET", "/", "").want(t, 503, envelope(11, "Service Unavailable"))
	get(t, serve(t, quiet(t, http.NotFoundHandler(), rest.WithSkip(nil)))).want(t, 404, envelope(10, "Resource does not exist"))
}

// TestSkippedRequestsHaveTheHandlersPolicy, also behind another handler.
func TestSkippedRequestsHaveTheHandlersPolicy(t *testing.T) {
	var told reported.Reports
	h := rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errors.New(canary)) }),
		rest.WithPolicy(newPolicy(t, &told)), rest.WithSkip(func(*http.Request) bool { return true }))
	for name, h := range map[string]http.Handler{
		"the server's own": h, "behind another": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }),
	} {
		told.Take()
		get(t, serve(t, h)).want(t, 500, envelope(0, "Unknown server side error occurred"))
		if all := told.All(); len(all) != 1 {
			t.Errorf("%s: %d reports, want 1", name, len(all))
		}
	}
}

// TestG2RPCUpstream: what a Connect client received is not passed on by rest.Error.
func TestG2RPCUpstream(t *testing.T) {
	upstream := serve(t, things{err: func() error {
		err := connect.NewError(connect.CodeNotFound, fmt.Errorf("%s", canary))
		err.Meta().Set("X-Canary", canary)
		return err
	}, options: nil}.handler(t))
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, call(r.Context(), upstream))
	}))
	get(t, s).want(t, 502, `{"error_code":11,"error_message":"External service failed","details":{"reason":"REJECTED"}}`)
}
