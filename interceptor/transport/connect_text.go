// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// A client of Connect makes errors of answers that it cannot read, and does not mark them as the
// server's. Where errpact's own client interceptor is installed, all that a call gives is the server's;
// where it is not, these are known by their texts, some of which are the server's own words.

// isMiscount finds what a client makes of a response with no message or with two. For client streams
// of Connect v1 connect.ClientStreamForClient makes it, outside all interceptors.
func isMiscount(code mapping.ConnectCode, message string) bool {
	if code != connectcode.Unimplemented {
		return false
	}
	switch message {
	case "unary response has zero messages", "unary response has multiple messages",
		"unary stream has zero messages", "unary stream has multiple messages":
		return true
	}
	return false
}

// isHTTPStatus finds what a client makes of an answer that is not one of Connect's or gRPC's, such as a
// load balancer's page: the status line, after "HTTP status " or alone, and the code that Connect's table
// has for it. https://connectrpc.com/docs/protocol#http-to-error-code
func isHTTPStatus(code mapping.ConnectCode, message string) bool {
	message = strings.TrimPrefix(message, "HTTP status ")
	number, _, _ := strings.Cut(message, " ")
	if len(number) != 3 {
		return false
	}
	status, err := strconv.Atoi(number)
	return err == nil && status >= 100 && code == codeOfStatus(status)
}

func codeOfStatus(status int) mapping.ConnectCode {
	switch status {
	case 400:
		return connectcode.Internal
	case 401:
		return connectcode.Unauthenticated
	case 403:
		return connectcode.PermissionDenied
	case 404:
		return connectcode.Unimplemented
	case 429, 502, 503, 504:
		return connectcode.Unavailable
	}
	return connectcode.Unknown
}

// readings are how texts begin that connecthttp v2.0.2 makes of an answer; a handler's own stream gives
// some of them too, and is asked first.
var readings = []string{
	"corrupt response: ", "gRPC-Web protocol error: ", "invalid content-type: ", "message is larger than configured max ",
	"message size ", "protocol error: ", "server returned invalid ", "unknown encoding ", "unmarshal end stream message: ",
	"unmarshal message: ", "unmarshal web trailers: ",
}

func isReading(message string) bool {
	for _, prefix := range readings {
		if strings.HasPrefix(message, prefix) {
			return true
		}
	}
	return false
}
