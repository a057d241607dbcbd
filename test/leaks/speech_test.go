// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"net/http"
	"strings"

	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// A speech is a protocol that A speaks with B, and the procedure that it calls.
type speech struct {
	name, protocol string
	http2          bool
	procedure      string
	forge          func(forge.Answer) http.HandlerFunc
	json           bool
	calling        suite.Calling
}

var speeches = []speech{
	{"connect", suite.Connect, false, suite.Unary, func(f forge.Answer) http.HandlerFunc { return f.ConnectUnary }, false, suite.Calling{}},
	{"connect in gzip", suite.Connect, true, suite.Unary, func(f forge.Answer) http.HandlerFunc { return f.ConnectUnaryInGzip }, false, suite.Calling{Gzip: true}},
	{"connect stream", suite.Connect, false, suite.ServerStream, func(f forge.Answer) http.HandlerFunc { return f.ConnectStream }, false, suite.Calling{}},
	{"grpc", suite.GRPC, true, suite.Unary, func(f forge.Answer) http.HandlerFunc { return f.GRPC }, false, suite.Calling{}},
	{"grpc stream", suite.GRPC, true, suite.ServerStream, func(f forge.Answer) http.HandlerFunc { return f.GRPC }, false, suite.Calling{}},
	{"grpc trailers-only", suite.GRPC, true, suite.ServerStream, func(f forge.Answer) http.HandlerFunc { return f.GRPCTrailersOnly }, false, suite.Calling{}},
	{"grpc-web", suite.GRPCWeb, false, suite.Unary, func(f forge.Answer) http.HandlerFunc { return f.GRPCWeb }, false, suite.Calling{}},
	{"grpc-web stream", suite.GRPCWeb, true, suite.ServerStream, func(f forge.Answer) http.HandlerFunc { return f.GRPCWeb }, false, suite.Calling{}},
}

// String returns the protocol and how it is spoken, without the kind of procedure.
func (sp speech) String() string {
	name, _, _ := strings.Cut(sp.name, " ")
	if sp.json {
		name += "+json"
	}
	if sp.calling.Get {
		name += "+get"
	}
	return name
}

func (sp speech) limited(bytes int) speech {
	sp.calling.ReadMax = bytes
	return sp
}

func (sp speech) inJSON() speech {
	sp.json = true
	return sp
}

func (sp speech) byGet() speech {
	sp.calling.Get = true
	return sp
}
