// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"strings"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
)

// isRPCCaller reports whether a request is an RPC caller's: one of a front is a REST caller's, whatever it
// looks like.
func isRPCCaller(r *http.Request) bool { return isRPC(r) && !transport.IsFront(r.Context()) }

// isRPC reports whether a request is of the Connect, gRPC or gRPC-Web protocol, whose answers are
// that protocol's own. Everything else is a REST caller's.
func isRPC(r *http.Request) bool {
	if contentType, _ := rpcType(r.Header); contentType != "" {
		return true
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

// rpcType returns the content type that makes a request an RPC, and its protocol. Without one the type is
// empty, and the protocol is that of Connect's unary calls, whose types say nothing.
func rpcType(h http.Header) (contentType, protocol string) {
	for _, contentType := range h["Content-Type"] {
		switch {
		case isOfFamily(contentType, "application/grpc-web"):
			return contentType, connect.ProtocolGRPCWeb
		case isOfFamily(contentType, "application/grpc"):
			return contentType, connect.ProtocolGRPC
		case strings.HasPrefix(contentType, "application/connect+"):
			return contentType, connect.ProtocolConnect
		}
	}
	return "", connect.ProtocolConnect
}

// isOfFamily reports whether a content type is the family's own, or names a codec behind it.
func isOfFamily(contentType, family string) bool {
	codec, ok := strings.CutPrefix(contentType, family)
	return ok && (codec == "" || codec[0] == '+')
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
	name, absolute := strings.CutPrefix(procedureOf(path), "/")
	service, method, _ := strings.Cut(name, "/")
	if !absolute || !isIdentifier(method) || !strings.Contains(service, ".") {
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

// procedureOf returns the last two segments of a path, which name an RPC, with the slash in front of each. It
// returns the path itself if that has fewer.
func procedureOf(path string) string {
	method := strings.LastIndexByte(path, '/')
	if method < 0 {
		return path
	}
	return path[max(strings.LastIndexByte(path[:method], '/'), 0):]
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
