// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/errpact/errpact/internal/testkit/forge"
)

// A nonAnswer is what B answers where it does not speak A's protocol, or speaks it badly.
type nonAnswer struct {
	name    string
	handler http.HandlerFunc
	speech  speech
	want    want
	// toGRPC is what grpc-go makes of it where it is an answer to grpc-go; relaying, that is passed on.
	toGRPC *want
}

func page(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		forge.SetHeaders(w.Header())
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// withHeader is a page of HTTP 200 with one more header.
func withHeader(contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		page(http.StatusOK, contentType, body)(w, r)
	}
}

// garbage writes to the connection itself. It needs HTTP/1.
func garbage(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a close with unread bytes is a reset
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_, _ = conn.Write([]byte(text))
	}
}

func nonAnswers() (all []nonAnswer) {
	html := "<html><title>" + canary + "</title></html>"
	for status, w := range map[int]want{
		401: rejected, 403: rejected, 404: rejected, 400: rejected, 500: rejected,
		429: unreachable, 502: broken, 503: unreachable, 504: timedOut,
	} {
		for _, i := range []int{0, 2, 3, 6} {
			all = append(all, nonAnswer{fmt.Sprintf("a balancer's %d by %s", status, speeches[i].name), page(status, "text/html; x="+canary, html), speeches[i], w, nil})
		}
	}
	const limit = 1000
	large := strings.Repeat(canary, 100)
	return append(all,
		nonAnswer{"no HTTP", garbage(canary + "\r\n"), speeches[0], rejected, nil},
		nonAnswer{"no HTTP by grpc-web", garbage(canary + "\r\n"), speeches[6], rejected, nil},
		nonAnswer{"no HTTP in a stream", garbage(canary + "\r\n"), speeches[2], rejected, nil},
		nonAnswer{"no status", garbage("HTTP/1.1 " + canary + "\r\n\r\n"), speeches[0], rejected, nil},
		nonAnswer{"no header", garbage("HTTP/1.1 200 OK\r\n" + canary + "\r\n\r\n"), speeches[0], rejected, nil},
		nonAnswer{"a length that is no number", garbage("HTTP/1.1 200 OK\r\nContent-Length: " + canary + "\r\n\r\n"), speeches[0], rejected, nil},
		nonAnswer{"a reason of its own", garbage("HTTP/1.1 403 " + canary + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), speeches[0], rejected, nil},
		nonAnswer{"a reason of its own, of 503", garbage("HTTP/1.1 503 " + canary + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), speeches[0], unreachable, nil},
		nonAnswer{"a page", page(200, "text/html", html), speeches[0], rejected, nil},
		nonAnswer{"a type of another", page(200, "application/"+canary, html), speeches[0], rejected, nil},
		nonAnswer{"a page by grpc", page(200, "text/html", html), speeches[3], rejected, nil},
		nonAnswer{"JSON that is none", page(503, "application/json", canary), speeches[0], unreachable, nil},
		nonAnswer{"an envelope", page(404, "application/json", `{"error_code":10,"error_message":"`+canary+`","details":null}`), speeches[0], rejected, nil},
		nonAnswer{"no protobuf", page(200, "application/proto", "\xff\xff"+canary), speeches[0], rejected, nil},
		nonAnswer{"no text", page(200, "application/proto", "\n\x11\xff"+canary), speeches[0], rejected, nil},
		nonAnswer{"no message of JSON", page(200, "application/json", `{"text":`+canary+`}`), speeches[0].inJSON(), rejected, nil},
		nonAnswer{"too large", page(200, "application/proto", large), speeches[0].limited(limit), rejected, nil},
		nonAnswer{"too large in gzip", withHeader("application/proto", string(forge.Zipped([]byte(large))), "Content-Encoding", "gzip"), speeches[1].limited(limit), rejected, nil},
		nonAnswer{"too large a message", page(200, "application/grpc-web+proto", string(forge.Frame(0, []byte(large)))), speeches[6].limited(limit), rejected, nil},
		nonAnswer{"too large a message by grpc", page(200, "application/grpc", string(forge.Frame(0, []byte(large)))), speeches[3].limited(limit), rejected, nil},
		nonAnswer{"no gzip", withHeader("application/proto", canary, "Content-Encoding", "gzip"), speeches[1], rejected, nil},
		nonAnswer{"an unknown compression", withHeader("application/proto", "x", "Content-Encoding", canary), speeches[0], rejected, nil},
		nonAnswer{"an unknown compression by grpc", withHeader("application/grpc", "x", "Grpc-Encoding", canary), speeches[3], rejected, nil},
		nonAnswer{"flags", page(200, "application/connect+proto", string(forge.Frame(0x7c, []byte(canary)))), speeches[2], rejected, nil},
		nonAnswer{"an end that is no JSON", page(200, "application/connect+proto", string(forge.Frame(2, []byte(canary)))), speeches[2], rejected, nil},
		nonAnswer{"an end that is no header", page(200, "application/grpc-web+proto", string(forge.Frame(0x80, []byte(canary)))), speeches[6], rejected, nil},
		nonAnswer{"no status", page(200, "application/grpc", ""), speeches[3], rejected, &unknown},
		nonAnswer{"a status that is none", withHeader("application/grpc", "", "Grpc-Status", canary), speeches[3], rejected, nil},
		nonAnswer{"details that are no base64", withHeader("application/grpc", "", "Grpc-Status", "5", "Grpc-Status-Details-Bin", "!"+canary), speeches[3], rejected, nil},
		nonAnswer{"details that are no protobuf", withHeader("application/grpc", "", "Grpc-Status", "5", "Grpc-Status-Details-Bin", "/////w"), speeches[3], rejected, &notExist},
		nonAnswer{"a redirection", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+canary+".invalid:1/", http.StatusTemporaryRedirect)
		}, speeches[0], unreachable, nil},
		nonAnswer{"a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+canary, http.StatusPermanentRedirect)
		}, speeches[0], rejected, nil},
		nonAnswer{"a cut answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			_, _ = w.Write([]byte("\n\x7f" + canary))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, speeches[0], broken, nil},
		nonAnswer{"none at all", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, speeches[0], broken, nil},
	)
}
