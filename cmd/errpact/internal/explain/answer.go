// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/errpact/errpact/mapping"
)

// answer is an HTTP answer as `curl -i` prints it: the body is as curl decoded it, whatever
// Content-Encoding and Transfer-Encoding say.
type answer struct {
	status int
	header http.Header
	body   []byte
	// grpc has gRPC's own headers, which curl prints after the body where they are trailers.
	grpc http.Header
}

var (
	statusLine = regexp.MustCompile(`^HTTP/[0-9.]+ ([1-5][0-9][0-9])\b`)
	// A trailer that curl prints stands right behind the body, which seldom ends with a line.
	grpcLine = regexp.MustCompile(`(?im)(grpc-(?:status|message|status-details-bin)): ?(.*?)\r?$`)
)

// parseAnswer reads the last of the answers that follow each other: before it are 100 Continue, a
// proxy's own, and redirects.
func parseAnswer(text []byte) (answer, bool) {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	var last, head []byte
	for statusLine.Match(text) {
		last = text
		head, text, _ = bytes.Cut(text, []byte("\n\n"))
		text = bytes.TrimSpace(text)
	}
	if last == nil {
		return answer{}, false
	}
	status, _ := strconv.Atoi(string(statusLine.FindSubmatch(head)[1]))
	return answer{status: status, header: headers(head), body: text, grpc: grpcHeaders(last)}, true
}

// headers are those below a status line; none if there are lines that are no headers.
func headers(head []byte) http.Header {
	_, lines, _ := bytes.Cut(head, []byte("\n"))
	all := bufio.NewReader(bytes.NewReader(slices.Concat(lines, []byte("\n\n"))))
	header, err := textproto.NewReader(all).ReadMIMEHeader()
	if err != nil {
		return http.Header{}
	}
	return http.Header(header)
}

func grpcHeaders(text []byte) http.Header {
	header := http.Header{}
	for _, line := range grpcLine.FindAllSubmatch(text, -1) {
		header.Set(string(line[1]), strings.TrimSpace(string(line[2])))
	}
	return header
}

func (a answer) read() (found, error) {
	f, ok := a.readGRPC()
	if !ok {
		f, ok = readJSON(a.body)
	}
	if !ok {
		if a.status < 400 {
			return found{}, fmt.Errorf("find no error in the input: it is an HTTP answer with status %d", a.status)
		}
		f = found{form: formHTTP, http: new(mapping.ErrorResponse)}
	}
	if a.status >= 400 {
		f.status = a.status
	}
	id, delay := a.header.Get(mapping.HeaderRequestID), retryAfter(a.header.Get("Retry-After"))
	if f.http != nil {
		f.http.RequestID, f.http.RetryDelay = id, delay
	} else {
		f.rpc.RequestID, f.rpc.RetryDelay = id, delay
	}
	return f, nil
}

// readGRPC reads grpc-status and what comes with it.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
func (a answer) readGRPC() (found, bool) {
	if f, ok := readBase64(a.grpc.Get("Grpc-Status-Details-Bin")); ok {
		return f, true
	}
	code, err := strconv.ParseUint(a.grpc.Get("Grpc-Status"), 10, 32)
	if err != nil || code == 0 {
		return found{}, false
	}
	message := a.grpc.Get("Grpc-Message")
	if plain, err := url.PathUnescape(message); err == nil {
		message = plain
	}
	return found{form: formGRPC, rpc: &mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), Message: message, Wire: true}}, true
}

// retryAfter reads seconds: a date says little to whoever reads the answer later.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.ParseUint(value, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
