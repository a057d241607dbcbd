// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"net/http"

	"github.com/errpact/errpact/internal/testkit/forge"
)

// A speech is a protocol that A speaks with B.
type speech struct {
	name     string
	protocol string
	http2    bool
	stream   bool
	forge    func(forge.Answer) http.HandlerFunc
	// json is for messages in JSON, get for unary calls by GET, and readMaxBytes a limit, if it is not 0.
	json, get    bool
	readMaxBytes int
}

var speeches = []speech{
	{"connect", "connect", false, false, func(f forge.Answer) http.HandlerFunc { return f.ConnectUnary }, false, false, 0},
	{"connect in gzip", "connect", true, false, func(f forge.Answer) http.HandlerFunc { return f.ConnectUnaryInGzip }, false, false, 0},
	{"connect stream", "connect", false, true, func(f forge.Answer) http.HandlerFunc { return f.ConnectStream }, false, false, 0},
	{"grpc", "grpc", true, false, func(f forge.Answer) http.HandlerFunc { return f.GRPC }, false, false, 0},
	{"grpc stream", "grpc", true, true, func(f forge.Answer) http.HandlerFunc { return f.GRPC }, false, false, 0},
	{"grpc trailers-only", "grpc", true, true, func(f forge.Answer) http.HandlerFunc { return f.GRPCTrailersOnly }, false, false, 0},
	{"grpc-web", "grpc-web", false, false, func(f forge.Answer) http.HandlerFunc { return f.GRPCWeb }, false, false, 0},
	{"grpc-web stream", "grpc-web", true, true, func(f forge.Answer) http.HandlerFunc { return f.GRPCWeb }, false, false, 0},
}

// String tells of the protocol and how it is spoken, but for the kind of method.
func (sp speech) String() string {
	name := sp.protocol
	for word, is := range map[string]bool{"+json": sp.json, "+get": sp.get} {
		if is {
			name += word
		}
	}
	return name
}

func (sp speech) limited(bytes int) speech {
	sp.readMaxBytes = bytes
	return sp
}

func (sp speech) inJSON() speech {
	sp.json = true
	return sp
}

func (sp speech) byGet() speech {
	sp.get = true
	return sp
}
