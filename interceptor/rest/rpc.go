// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"strings"
)

// isRPC reports whether a request is of the Connect, gRPC or gRPC-Web protocol, whose answers are
// that protocol's own. Everything else is a REST caller's.
func isRPC(r *http.Request) bool {
	for _, contentType := range r.Header["Content-Type"] {
		if isRPCType(contentType) {
			return true
		}
	}
	for _, version := range r.Header["Connect-Protocol-Version"] {
		if version == "1" {
			return true
		}
	}
	if r.URL == nil {
		return false
	}
	switch r.Method {
	case http.MethodGet:
		return hasConnectQuery(r.URL.RawQuery)
	case http.MethodPost:
		return isProcedure(r.URL.Path)
	}
	return false
}

func isRPCType(contentType string) bool {
	for _, protocol := range [...]string{"application/grpc-web", "application/grpc"} {
		if rest, ok := strings.CutPrefix(contentType, protocol); ok && (rest == "" || rest[0] == '+') {
			return true
		}
	}
	return strings.HasPrefix(contentType, "application/connect+")
}

// hasConnectQuery finds connect=v1, by which Connect knows a GET.
// https://connectrpc.com/docs/protocol#unary-get-request
func hasConnectQuery(query string) bool {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if pair == "connect=v1" {
			return true
		}
	}
	return false
}

// isProcedure reports whether a path ends in /pkg.Service/Method.
func isProcedure(path string) bool {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 || !isIdentifier(path[slash+1:]) {
		return false
	}
	service := path[strings.LastIndexByte(path[:slash], '/')+1 : slash]
	if !strings.Contains(service, ".") || !strings.Contains(path[:slash], "/") {
		return false
	}
	for more := true; more; {
		var part string
		part, service, more = strings.Cut(service, ".")
		if !isIdentifier(part) {
			return false
		}
	}
	return true
}

func isIdentifier(s string) bool {
	for i := 0; i < len(s); i++ {
		letter := s[i] == '_' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z'
		if !letter && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}
