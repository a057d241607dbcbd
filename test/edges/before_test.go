// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package edges_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"connectrpc.com/authn"
	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

var jsonType = []string{"Content-Type", "application/json"}

// failing are stacks that refuse every request before the interceptors, or every large one.
var failing = map[string]func(*stack){
	"":      func(*stack) {},
	"gate":  func(s *stack) { s.gate = canary },
	"authn": func(s *stack) { s.around = denying().Wrap },
	"small": func(s *stack) { s.readMax = 16 },
	"maxbytes": func(s *stack) {
		s.around = func(next http.Handler) http.Handler { return http.MaxBytesHandler(next, 16) }
	},
	"timeout": func(s *stack) {
		s.around = func(http.Handler) http.Handler {
			return http.TimeoutHandler(http.HandlerFunc(lingers), time.Millisecond, canary)
		}
	},
}

// lingers returns when its answer has been given up. If it returned when its time is over, net/http would choose
// at random whose answer it sends.
func lingers(w http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	for {
		if _, err := w.Write(nil); err != nil {
			return
		}
		runtime.Gosched()
	}
}

func denying() *authn.Middleware {
	return authn.NewMiddleware(func(context.Context, authn.Request) (any, error) {
		return nil, authn.Errorf("no such token: %s", canary)
	})
}

func large(field string) string { return `{"` + field + `":"` + strings.Repeat("x", 100<<10) + `"}` }

func zipped(plain string) string {
	var b strings.Builder
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, plain)
	_ = zw.Close()
	return b.String()
}

// restFailures are what a REST caller is told of failures before the interceptors.
var restFailures = []struct {
	name    string
	failing string
	request request
	status  int
	number  int
	message string
}{
	{"unknown path", "", request{method: "GET", path: "/v1/nothing"}, 404, 10, "Resource does not exist"},
	{"unknown path of the mux", "", request{method: "GET", path: "/nothing"}, 404, 10, "Resource does not exist"},
	{"wrong method", "", request{method: "PATCH", path: "/v1/trouble", header: jsonType, body: "{}"}, 405, 1, "Method is not allowed"},
	{"wrong method of an RPC's path", "", request{method: "PUT", path: service + "Unary", header: jsonType, body: "{}"}, 405, 1, "Method is not allowed"},
	{"wrong type", "", request{method: "POST", path: "/v1/trouble", header: []string{"Content-Type", "text/csv"}, body: "a"}, 415, 3, "Unsupported Media Type"},
	{"two types", "", request{method: "POST", path: "/v1/trouble", header: append(jsonType, jsonType...), body: "{}"}, 415, 3, "Unsupported Media Type"},
	{"a stream", "", request{method: "GET", path: "/v1/trouble/x/stream"}, 415, 3, "Unsupported Media Type"},
	{"HTTP/1.1 for a bidi stream", "", request{method: "GET", path: service + "BidiStream"}, 505, 0, "HTTP Version Not Supported"},
	{"bad timeout", "", request{method: "GET", path: "/v1/trouble/x", header: []string{"X-Server-Timeout", "soon"}}, 400, 3, "Invalid structure"},
	{"unknown compression", "", request{method: "POST", path: "/v1/trouble", header: append(jsonType, "Content-Encoding", "br"), body: "{}"}, 415, 3, "Unsupported Media Type"},
	{"not gzip", "", request{method: "POST", path: "/v1/trouble", header: append(jsonType, "Content-Encoding", "gzip"), body: "{}"}, 400, 3, "Invalid structure"},
	{"malformed", "", request{method: "POST", path: "/v1/trouble", header: jsonType, body: `{"name":`}, 400, 3, "Invalid structure"},
	{"wrong JSON type", "", request{method: "POST", path: "/v1/trouble", header: jsonType, body: `{"amount":"many"}`}, 400, 5, "Invalid type"},
	{"malformed body field", "", request{method: "PUT", path: "/v1/trouble/x/inner", header: jsonType, body: `{"label":`}, 400, 3, "Invalid structure"},
	{"wrong type in the query", "", request{method: "GET", path: "/v1/trouble/x?amount=many"}, 400, 5, "Invalid type"},
	{"unknown name in the query", "", request{method: "GET", path: "/v1/trouble/x?nope=1"}, 400, 3, "Invalid structure"},
	{"body of a GET", "", request{method: "GET", path: "/v1/trouble/x", header: jsonType, body: "{}"}, 400, 3, "Invalid structure"},
	{"truncated", "", request{method: "POST", path: "/v1/trouble", header: append(jsonType, "Content-Encoding", "gzip"), body: zipped("{}")[:12]}, 400, 3, "Invalid structure"},
	{"too large for vanguard", "", request{method: "PUT", path: "/v1/trouble/x/inner", header: jsonType, body: large("label")}, 413, 3, "Request Entity Too Large"},
	{"too large for Connect", "small", request{method: "POST", path: "/v1/trouble", header: jsonType, body: `{"name":"` + strings.Repeat("x", 100) + `"}`}, 413, 3, "Request Entity Too Large"},
	{"too large for net/http", "maxbytes", request{method: "POST", path: "/v1/trouble", header: jsonType, body: large("name")}, 413, 3, "Request Entity Too Large"},
	{"refused by a gate", "gate", request{method: "GET", path: "/v1/trouble/x"}, 403, 9, "Access is denied"},
	{"no credential", "authn", request{method: "GET", path: "/v1/trouble/x"}, 401, 6, "Access token is not provided"},
	{"bad credential", "authn", request{method: "GET", path: "/v1/trouble/x", header: []string{"Authorization", "Bearer x"}}, 401, 7, "Access token is invalid"},
	{"timeout", "timeout", request{method: "GET", path: "/v1/trouble/x"}, 503, 11, "Service Unavailable"},
}

// named are the fields that an answer names.
var named = map[string]string{
	"wrong JSON type":           `{"field":"amount","description":"want a whole number","reason":"WRONG_TYPE"}`,
	"wrong type in the query":   `{"field":"amount","description":"want a whole number","reason":"WRONG_TYPE"}`,
	"unknown name in the query": `{"field":"nope","description":"want a field that there is","reason":"UNKNOWN_FIELD"}`,
}

func TestG12RESTCallersGetTheEnvelope(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for _, test := range restFailures {
			t.Run(test.name, func(t *testing.T) {
				told := newReports()
				s := stack{version: v, policy: told.policy(t)}
				failing[test.failing](&s)
				raw := test.request.raw(t, loopback.Serve(t, s.handler(t)))
				details := "null"
				if field := named[test.name]; field != "" {
					details = `{"field_violations":[` + field + `]}`
				}
				checkEnvelope(t, raw, test.status, fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":%s}`, test.number, test.message, details))
				if len(told) != 1 {
					t.Errorf("%d reports", len(told))
				}
			})
		}
	})
}

// checkEnvelope reads an answer, byte by byte as it came.
func checkEnvelope(t *testing.T, raw string, status int, want string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), nil)
	if err != nil {
		t.Fatalf("%v of %q", err, raw)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if res.StatusCode != status || string(body) != want || err != nil {
		t.Errorf("got %d %s, %v\nwant %d %s", res.StatusCode, body, err, status, want)
	}
	if res.Header.Get("Content-Type") != "application/json" || res.Header.Get("X-Request-Id") == "" {
		t.Errorf("header = %v", res.Header)
	}
	if (res.StatusCode == 401) != (res.Header.Get("Www-Authenticate") != "") || (res.StatusCode == 405) != (res.Header.Get("Allow") != "") {
		t.Errorf("header = %v", res.Header)
	}
	if strings.Contains(raw, canary) {
		t.Errorf("the canary is in the answer: %s", raw)
	}
}

// TestG12InFrontOfTheHandlerTheAnswerIsNotOurs, but whoever reads it can still tell what it means.
func TestG12InFrontOfTheHandlerTheAnswerIsNotOurs(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		server := loopback.Serve(t, denying().Wrap(stack{version: v, policy: newReports().policy(t)}.handler(t)))
		res, err := http.Get(server.URL + "/v1/trouble/x")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := rest.CheckResponse(res); !errors.Is(err, errpactv1err.AuthNotProvided) {
			t.Errorf("got %v", err)
		}
		if body, _ := io.ReadAll(res.Body); !strings.Contains(string(body), `"code":"unauthenticated"`) {
			t.Errorf("body = %s", body)
		}
	})
}

// rpcRequests are RPCs that fail before the interceptors see them.
func rpcRequests() map[string]request {
	post := func(method, contentType, body string, header ...string) request {
		return request{method: "POST", path: service + method, header: append([]string{"Content-Type", contentType}, header...), body: body}
	}
	all := map[string]request{
		"unknown procedure": post("Nope", "application/json", "{}"),
		"unknown type":      post("Unary", "text/csv", "{}"),
		"wrong method":      {method: "PUT", path: service + "Unary", header: append(jsonType, "Connect-Protocol-Version", "1"), body: "{}"},
		"malformed GET":     {method: "GET", path: service + "Unary?connect=v1&encoding=json&message=%7B"},
		"bidi":              post("BidiStream", "application/connect+proto", ""),
		"bad JSON":          post("Unary", "application/json", "{"),
		"bad proto":         post("Unary", "application/proto", "\xff"),
		"truncated":         post("Unary", "application/json", zipped("{}")[:12], "Content-Encoding", "gzip"),
		"not gzip":          post("Unary", "application/json", "{}", "Content-Encoding", "gzip"),
	}
	for contentType, headers := range map[string][2]string{
		"application/proto":          {"Connect-Timeout-Ms", "Content-Encoding"},
		"application/connect+proto":  {"Connect-Timeout-Ms", "Connect-Content-Encoding"},
		"application/grpc+proto":     {"Grpc-Timeout", "Grpc-Encoding"},
		"application/grpc-web+proto": {"Grpc-Timeout", "Grpc-Encoding"},
	} {
		method := "Unary"
		if strings.HasPrefix(contentType, "application/connect+") {
			method = "ServerStream"
		} else {
			all["malformed, "+contentType] = post(method, contentType, "\x00\x00\x00\x00\x01\xff")
			all["cut, "+contentType] = post(method, contentType, "\x00\x00\x00\x00\x09\x0a")
			all["large, "+contentType] = post(method, contentType, "\x00\x00\x00\x00\x64"+strings.Repeat("\x0a\x00", 50))
		}
		all["bad timeout, "+contentType] = post(method, contentType, "", headers[0], "soon")
		all["unknown compression, "+contentType] = post(method, contentType, "", headers[1], "br")
		all["fine, "+contentType] = post(method, contentType, "\x00\x00\x00\x00\x00")
	}
	return all
}

var closing = regexp.MustCompile(`(?m)^Connection: close\r\n`)

func TestG12RPCCallersGetConnectsOwnAnswerToTheByte(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for kind, fail := range failing {
			without, with := stack{version: v}, stack{version: v, policy: newReports().policy(t)}
			fail(&without)
			fail(&with)
			watched := with
			watched.rest = []rest.Option{rest.WithRPCReports()}
			bare := loopback.Serve(t, without.handler(t))
			for name, s := range map[string]stack{"default": with, "with reports": watched} {
				ours := loopback.Serve(t, s.handler(t))
				for about, r := range rpcRequests() {
					t.Run(fmt.Sprintf("%s/%s/%s", kind, name, about), func(t *testing.T) {
						want, got := r.raw(t, bare), r.raw(t, ours)
						if v.reads && unreadable.MatchString(want) {
							checkEntry(t, want, got)
							return
						}
						if kind == "maxbytes" && name == "with reports" {
							// http.MaxBytesReader closes the connection of net/http's own writer alone.
							want, got = closing.ReplaceAllString(want, ""), closing.ReplaceAllString(got, "")
						}
						if diff := cmp.Diff(want, got); diff != "" || !strings.HasPrefix(got, "HTTP/1.1 ") {
							t.Errorf("(-without +with):\n%s", diff)
						}
					})
				}
			}
		}
	})
}

var (
	// unreadable finds Connect's words for a request that it cannot read.
	unreadable = regexp.MustCompile(`unmarshal message|read message|promised|larger than|MaxBytesReader|gzip:`)
	details    = regexp.MustCompile(`(?i)grpc-status-details-bin: (\S+)`)
)

// checkEntry wants an answer with the same status as without errpact, and an entry in the place of
// Connect's own words.
func checkEntry(t *testing.T, without, with string) {
	t.Helper()
	status, _, _ := strings.Cut(without, "\r\n")
	if found := details.FindStringSubmatch(with); found != nil {
		decoded, err := connect.DecodeBinaryHeader(found[1])
		if err != nil {
			t.Error(err)
		}
		with += string(decoded)
	}
	if !strings.HasPrefix(with, status) || !strings.Contains(with, "errpact.v1.ErrorDetail") || unreadable.MatchString(with) {
		t.Errorf("without errpact: %s\nwith: %s", without, with)
	}
}
