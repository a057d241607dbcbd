// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// row is one case of what a REST caller can get from grpc-gateway.
type row struct {
	name         string
	method, path string
	body         string
	header       []string
	// before is the status without errpact.
	before int
	status int
	want   string
	// also are headers that the answer has.
	also map[string]string
	// wire says that the row is about a backend over a connection alone.
	wire bool
}

const (
	none      = "null"
	structure = "Invalid structure"
	value     = "Invalid value"
	wrongType = "Invalid type"
)

// backendRows are what the backend answers.
func backendRows() []row {
	get := func(name, fail string, before, status int, want string) row {
		return row{name: name, method: http.MethodGet, path: "/v1/books/7?fail=" + fail, before: before, status: status, want: want}
	}
	wired := func(r row) row { r.wire = true; return r }
	also := func(r row, key, value string) row { r.also = map[string]string{key: value}; return r }
	return []row{
		wired(get("an entry", "entry", 404, 404, envelope(10, "No such book",
			`{"metadata":{"book":"7"},"field_violations":[{"field":"number","description":"is not on the shelf"}]}`))),
		wired(get("a field with a JSON name of its own", "marked", 400, 400, envelope(4, value,
			`{"field_violations":[{"field":"mark_of_shelf","description":"is not on the shelf"},{"field":"cover.inkColour","description":"is not printed"}]}`))),
		wired(get("an answer that is no UTF-8", "notutf8", 500, 500, envelope(0, "Unknown server side error occurred", none))),
		wired(get("words that the gateway has, too", "likegateway", 400, 400, envelope(4, "illegal base64 data at input byte 4", none))),
		wired(get("words that protobuf has, too", "likeproto", 400, 400, envelope(4, "proto: unsupported schema version 3", none))),
		wired(get("a reason", "reason", 400, 400, envelope(14, "Invalid hash", `{"reason":"INVALID_HASH"}`))),
		wired(also(get("a retry delay", "retry", 503, 503, envelope(12, "Database is temporarily unavailable",
			`{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1s"}`)), "Retry-After", "1")),
		wired(get("a payload", "payload", 400, 400, envelope(4, value, `{"most":3}`))),
		wired(also(get("the caller's token is over", "expired", 401, 401, envelope(8, "Access token has expired", none)), "Www-Authenticate", `Bearer realm="api"`)),
		wired(get("no token", "notgiven", 401, 401, envelope(6, "Access token is not provided", none))),
		wired(get("an unmapped error of an errpact backend", "unmapped", 500, 500, envelope(0, "Unknown server side error occurred", none))),
		wired(get("the backend's own upstream", "upstream", 500, 504, envelope(11, "External service timed out", `{"reason":"TIMED_OUT"}`))),
		get("unknown", "unknown", 500, 500, envelope(0, "Unknown server side error occurred", none)),
		get("internal", "internal", 500, 500, envelope(0, "Unknown server side error occurred", none)),
		get("unavailable", "unavailable", 503, 503, envelope(11, "Service Unavailable", none)),
		get("unauthenticated, with a text that splits headers", "unauthenticated", 401, 401, envelope(6, "who are you?  X-Evil: 1", none)),
		get("not_found", "notfound", 404, 404, envelope(10, "book f-17 is gone", none)),
		get("already_exists", "exists", 409, 409, envelope(4, "the book is there", none)),
		get("resource_exhausted", "exhausted", 429, 429, envelope(0, "only three at a time", none)),
		get("a code that is none", "code17", 500, 500, envelope(0, "Unknown server side error occurred", none)),
		get("a detail of an unknown type", "unknownany", 500, 409, envelope(4, "the book is there", none)),
		get("a message and a type that are no UTF-8", "badutf8", 409, 409, envelope(4, "caf\uFFFD", none)),
		wired(get("invalid_argument, in the words of a decoder", "bare", 400, 400, envelope(4, value, none))),
		get("a DebugInfo", "debug", 500, 500, envelope(0, "Unknown server side error occurred", none)),
		{
			name: "a token that the backend does not take", method: http.MethodGet, path: "/v1/books/7?fail=unauthenticated",
			header: []string{"Authorization", "Bearer x"}, before: 401, status: 401, want: envelope(7, "who are you?  X-Evil: 1", none),
			also: map[string]string{"Www-Authenticate": `Bearer realm="api", error="invalid_token"`},
		},
		{
			name: "the caller's deadline", method: http.MethodGet, path: "/v1/books/7?fail=hang",
			header: []string{"Grpc-Timeout", "30m"}, before: 504, status: 504, want: envelope(0, "Gateway Timeout", none),
		},
	}
}

// violated are the details of an answer about one field; none without one.
func violated(field ...string) string {
	if len(field) == 0 {
		return none
	}
	return fmt.Sprintf(`{"field_violations":[{"field":%q,"description":%q,"reason":%q}]}`, field[0], field[1], field[2])
}

// requestRows are about requests that do not reach the backend.
func requestRows() []row {
	get := func(name, path string, number int, message string, field ...string) row {
		return row{name: name, method: http.MethodGet, path: path, before: 400, status: 400, want: envelope(number, message, violated(field...))}
	}
	post := func(name, body string, number int, message string, field ...string) row {
		return row{name: name, method: http.MethodPost, path: "/v1/books", body: body, before: 400, status: 400, want: envelope(number, message, violated(field...))}
	}
	put := func(name, path, body string, number int, message string, field ...string) row {
		return row{name: name, method: http.MethodPut, path: "/v1/books/7/" + path, body: body, before: 400, status: 400, want: envelope(number, message, violated(field...))}
	}
	patch := func(name, body string, number int, message string, field ...string) row {
		return row{name: name, method: http.MethodPatch, path: "/v1/books/7/cover", body: body, before: 400, status: 400, want: envelope(number, message, violated(field...))}
	}
	allow := func(method, path, methods string) row {
		return row{
			name: method + " " + path, method: method, path: path, before: 501, status: 405, want: envelope(1, "Method is not allowed", none),
			also: map[string]string{"Allow": methods},
		}
	}
	return []row{
		{name: "an unknown path", method: http.MethodGet, path: "/v1/nothing", before: 404, status: 404, want: envelope(10, "Resource does not exist", none)},
		allow(http.MethodPost, "/v1/books/7", "GET"),
		allow(http.MethodDelete, "/v1/books", "POST"),
		allow(http.MethodOptions, "/v1/books/7", "GET"),
		get("a word for a number in the path", "/v1/books/seven", 5, wrongType, "number", "want a whole number", "WRONG_TYPE"),
		get("a number in the path that is too large", "/v1/books/99999999999", 4, value, "number", "want a whole number within range", "NOT_ALLOWED"),
		get("an unknown name of an enum in the path", "/v1/kinds/NONE", 4, value, "kind", "want the name of one of the enum's values", "NOT_ALLOWED"),
		get("a malformed time in the path", "/v1/since/noon", 4, value, "since", "want a value that is allowed", "NOT_ALLOWED"),
		get("a word for a number in the query", "/v1/books/7?price=dear", 5, wrongType, "price", "want a number", "WRONG_TYPE"),
		get("a word for a truth in the query", "/v1/books/7?lent=perhaps", 5, wrongType, "lent", "want true or false", "WRONG_TYPE"),
		get("a quote in the name of an enum in the path", "/v1/kinds/NO%22NE", 4, value, "kind", "want the name of one of the enum's values", "NOT_ALLOWED"),
		get("an unknown name of an enum in the query", "/v1/books/7?kind=NONE", 4, value, "kind", "want the name of one of the enum's values", "NOT_ALLOWED"),
		get("bytes in the query that are no base64", "/v1/books/7?mark=%21", 4, value, "mark", "want text in base64", "NOT_ALLOWED"),
		get("a malformed time in the query", "/v1/books/7?since=today", 4, value, "since", "want a value that is allowed", "NOT_ALLOWED"),
		get("a value twice", "/v1/books/7?price=1&price=2", 3, structure, "price", "want the field once", "SYNTAX"),
		get("a map's key for what is no map", "/v1/books/7?price[a]=1", 5, wrongType, "price[a]", "want a value of another type", "WRONG_TYPE"),
		get("an escape that is broken", "/v1/books/7?price=%zz", 3, structure),
		post("JSON that is cut", `{"number":`, 3, structure),
		post("no JSON", `<book/>`, 3, structure),
		post("JSON of the wrong type", `{"number":"seven"}`, 5, wrongType, "number", "want a whole number", "WRONG_TYPE"),
		post("an object for a number", `{"number":{}}`, 5, wrongType, "number", "want a whole number", "WRONG_TYPE"),
		post("a list for an object", `[]`, 5, wrongType),
		post("a number that is too large", `{"number":99999999999}`, 4, value, "number", "want a whole number within range", "NOT_ALLOWED"),
		post("a field twice", `{"number":1,"number":2}`, 3, structure, "number", "want the field once", "SYNTAX"),
		{
			name: "JSON of the wrong type in a body that is a field", method: http.MethodPut, path: "/v1/books/7/cover", body: `{"width":"wide"}`,
			before: 400, status: 400, want: envelope(5, wrongType, violated("width", "want a whole number", "WRONG_TYPE")),
		},
		post("a value in the words of a decoder", `{"number":"request body too large"}`, 5, wrongType, "number", "want a whole number", "WRONG_TYPE"),
		post("a field mask in snake_case", `{"updateMask":"display_name"}`, 4, value, "updateMask", "want a value that is allowed", "NOT_ALLOWED"),
		post("an Any whose type is a number", `{"extra":{"@type":5}}`, 3, structure, "extra", "want what the message's definition says", "SYNTAX"),
		post("an Any whose type is empty", `{"extra":{"@type":""}}`, 3, structure, "extra", "want what the message's definition says", "SYNTAX"),
		post("an Any with two types", `{"extra":{"@type":"a","@type":"b"}}`, 3, structure, "extra", "want what the message's definition says", "SYNTAX"),
		post("an Any without its value", `{"extra":{"@type":"x/google.protobuf.Duration"}}`, 3, structure, "extra", "want what the message's definition says", "SYNTAX"),
		patch("an unknown field where the fields make a mask", `{"nope":1}`, 3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD"),
		patch("a long name of one", `{"`+strings.Repeat("n", 70)+`\u0000":1}`, 3, structure, strings.Repeat("n", 64), "want a field that there is", "UNKNOWN_FIELD"),
		put("an enum for a body", "kind", `"KIND_NOVEL"`, 4, value),
		put("a fraction for an enum", "kind", `1.5`, 4, value),
		put("a truth for an enum", "kind", `true`, 5, wrongType),
		put("a word for a key of a map", "pages", `{"one":"x"}`, 5, wrongType),
		put("a key of a map that is too large", "pages", `{"99999999999":"x"}`, 4, value),
		put("a list whose second element is wrong", "covers", `[{"width":1,"colour":"red"},{"width":1,"colour":5}]`, 5, wrongType, "[1].colour", "want text", "WRONG_TYPE"),
		put("a list in lines", "covers", "[\n {\"colour\": 5},\n {\"colour\": 6}\n]", 5, wrongType, "[0].colour", "want text", "WRONG_TYPE"),
		{
			name: "a text in the query that is no UTF-8", wire: true, method: http.MethodGet, path: "/v1/books/7?fail=%ff",
			before: 500, status: 400, want: envelope(3, structure, none),
		},
		{
			name: "a text in the query of a stream that is no UTF-8", wire: true, method: http.MethodGet, path: "/v1/watch?fail=%ff",
			before: 500, status: 400, want: envelope(3, structure, none),
		},
		{
			name: "a timeout that is none", method: http.MethodGet, path: "/v1/books/7", header: []string{"Grpc-Timeout", "soon"},
			before: 400, status: 400, want: envelope(3, structure, none),
		},
	}
}

// streamRows are about streams, which the gateway has only over a connection.
func streamRows() []row {
	return []row{
		{
			name: "a stream that fails before it begins", wire: true, method: http.MethodGet, path: "/v1/watch?fail=entry", before: 404, status: 404,
			want: envelope(10, "No such book", `{"metadata":{"book":"7"},"field_violations":[{"field":"number","description":"is not on the shelf"}]}`),
		},
		{
			name: "a stream that fails for a field with a JSON name of its own", wire: true, method: http.MethodGet, path: "/v1/watch?fail=marked",
			before: 400, status: 400, want: envelope(4, value,
				`{"field_violations":[{"field":"mark_on_shelf","description":"is not on the shelf"},{"field":"cover.inkColour","description":"is not printed"}]}`),
		},
		{
			name: "a stream whose answer is no UTF-8", wire: true, method: http.MethodGet, path: "/v1/watch?fail=notutf8",
			before: 500, status: 500, want: envelope(0, "Unknown server side error occurred", none),
		},
		{
			name: "a stream with words that the gateway has, too", wire: true, method: http.MethodGet, path: "/v1/watch?fail=likegateway",
			before: 400, status: 400, want: envelope(4, "illegal base64 data at input byte 4", none),
		},
		{
			name: "a stream that fails so with a status", wire: true, method: http.MethodGet, path: "/v1/watch?fail=retry", before: 503, status: 503,
			want: envelope(12, "Database is temporarily unavailable", `{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1s"}`),
			also: map[string]string{"Retry-After": "1"},
		},
		{
			name: "a stream whose request does not decode", wire: true, method: http.MethodGet, path: "/v1/watch?books=many", before: 400, status: 400,
			want: envelope(5, wrongType, violated("books", "want a whole number", "WRONG_TYPE")),
		},
		{
			name: "a stream of requests", wire: true, method: http.MethodPost, path: "/v1/books:batch", body: `{}{"fail":"exists"}`, before: 409, status: 409,
			want: envelope(4, "the book is there", none),
		},
		{
			name: "a stream of requests, one of them broken", wire: true, method: http.MethodPost, path: "/v1/books:batch", body: `{}{"fail":7}`, before: 400, status: 400,
			want: envelope(5, wrongType, violated("fail", "want text", "WRONG_TYPE")),
		},
		{
			name: "bytes that fail before they begin", wire: true, method: http.MethodGet, path: "/v1/books/7/text?fail=notfound", before: 404, status: 404,
			want: envelope(10, "book f-17 is gone", none),
		},
	}
}

// TestG12EveryRow runs every case before and after, in each way that a gateway is built, and alone as
// well as within rest.Handler.
func TestG12EveryRow(t *testing.T) {
	backend := shelf{errs: errs(t)}
	conn, _ := backend.dial(t)
	before := serve(t, over(t, conn))
	for name, s := range map[string]struct {
		handler http.Handler
		wire    bool
	}{
		"over a connection":                      {over(t, conn, quiet(t)...), true},
		"over a connection, within rest.Handler": {handled(t, over(t, conn, quiet(t)...)), true},
		"in process":                             {inProcess(t, backend, quiet(t)...), false},
		"in process, within rest.Handler":        {handled(t, inProcess(t, backend, quiet(t)...)), false},
	} {
		t.Run(name, func(t *testing.T) {
			after := serve(t, s.handler)
			for _, rows := range [][]row{backendRows(), requestRows(), streamRows()} {
				for _, r := range rows {
					if r.wire && !s.wire {
						continue
					}
					t.Run(r.name, func(t *testing.T) {
						was := send(t, before, r.method, r.path, r.body, r.header...)
						if was.status != r.before {
							t.Errorf("grpc-gateway alone answers %d, want %d: %s", was.status, r.before, was.body)
						}
						got := send(t, after, r.method, r.path, r.body, r.header...)
						t.Logf("before: %d %s", was.status, strings.TrimSpace(was.body))
						t.Logf("after:  %d %s", got.status, got.body)
						got.wantError(t, r.status, r.want)
						for key, want := range r.also {
							if value := got.header.Get(key); value != want {
								t.Errorf("%s = %q, want %q", key, value, want)
							}
						}
					})
				}
			}
		})
	}
}

// TestG12StreamsWithoutTheHooks: each value of a stream is JSON of its own.
func TestG12StreamsWithoutTheHooks(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	for name, mux := range map[string]http.Handler{"with": over(t, conn, quiet(t)...), "without": over(t, conn)} {
		s := serve(t, handled(t, mux))
		const wrong = `{"field_violations":[{"field":"fail","description":"want text","reason":"WRONG_TYPE"}]}`
		for body, want := range map[string]string{
			"{}\n{\"fail\":5}":   envelope(5, "Invalid type", wrong),
			"{\"fail\":5}\n{}":   envelope(5, "Invalid type", wrong),
			"{\"fail\":5}":       envelope(5, "Invalid type", wrong),
			"{}\n{\"fail\":5 5}": envelope(3, "Invalid structure", none),
			"{}\n{\"fail\":":     envelope(3, "Invalid structure", none),
			"{}\n[]":             envelope(5, "Invalid type", none),
			"[]\n{}":             envelope(5, "Invalid type", none),
			"{}[]":               envelope(5, "Invalid type", none),
			"{} 5 {}":            envelope(5, "Invalid type", none),
		} {
			if got := send(t, s, http.MethodPost, "/v1/books:batch", body); got.status != 400 || got.body != want {
				t.Errorf("%s the hooks, %s: %d %s, want %s", name, body, got.status, got.body, want)
			}
		}
	}
}

// TestG12MuxWithoutTheHooks is for whoever has rest.Handler alone: the status is the gateway's own, and
// the number follows from it.
func TestG12MuxWithoutTheHooks(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	s := serve(t, handled(t, over(t, conn)))
	for _, rows := range [][]row{backendRows(), requestRows(), streamRows()} {
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) {
				got := send(t, s, r.method, r.path, r.body, r.header...)
				if _, err := mapping.ParseEnvelope([]byte(got.body)); err != nil || got.status != r.before {
					t.Errorf("answer = %d %s, want %d and an envelope", got.status, got.body, r.before)
				}
				// The text that the gateway puts there is a challenge to whoever reads the header.
				got.header.Del("Www-Authenticate")
				got.wantNothingInner(t)
			})
		}
	}
}
