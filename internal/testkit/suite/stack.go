// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package suite tests a stack: one server and client implementation of RPC behind errpact's interceptors.
// A stack says how to serve and how to call. The suite holds the cases, so that every stack runs the same.
//
// There is one function for each guarantee and for each other subject. A stack's tests call them from
// functions of their own, whose names docs/guarantees.md lists. [Run] calls all of them.
package suite

import (
	"context"
	"net/http"
	"testing"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// The procedures of the test service. Requests and responses are google.protobuf.StringValue.
const (
	Unary        = "/errpact.test.v1.Test/Unary"
	ClientStream = "/errpact.test.v1.Test/ClientStream"
	ServerStream = "/errpact.test.v1.Test/ServerStream"
	BidiStream   = "/errpact.test.v1.Test/BidiStream"
)

// The protocols of a [Way]. A way without a network has none.
const (
	Connect = "connect"
	GRPC    = "grpc"
	GRPCWeb = "grpcweb"
)

// TimeoutHeader is the request header that makes the request's context end on the server after a duration
// ("20ms"). The client does not know of it, so that it sees the server's answer.
const TimeoutHeader = "Test-Timeout"

// A Stack is an implementation under test. The functions are required unless their comment says otherwise.
type Stack struct {
	// Serve starts a service until the test is over.
	Serve func(testing.TB, Service) Server
	// Ways lists the ways to call a server.
	Ways []Way
	// Native reads an error as code without errpact does. It returns false if err has none of the
	// framework's errors in it.
	Native func(err error) (Native, bool)
	// Local makes the framework's error as a handler does. Details may be nil.
	Local func(code uint32, message string, details ...*anypb.Any) error
	// Received makes the framework's error as a client receives it.
	Received func(code uint32, message string, details ...*anypb.Any) error
	// Places lists where a client surfaces errors. It may be nil.
	Places func(testing.TB) []Place
	// NotModified makes and knows the framework's errors of HTTP 304. It may be nil.
	NotModified *NotModified
	// Opaque lists failures that only this framework knows, and Private errors whose canary must not go out.
	Opaque  []opaque.Failure
	Private []error
	Traits
}

// Traits are the differences between the frameworks that change what a case expects.
type Traits struct {
	// PublicMessages: the messages of Local errors were written for the caller, whatever their code.
	PublicMessages bool
	// Metadata: Local errors have headers, which go out.
	Metadata bool
	// Aborts: http.ErrAbortHandler ends the call without an answer.
	Aborts bool
	// AnswersBadMessages: the framework itself answers a call whose messages it cannot decode or encode.
	AnswersBadMessages bool
	// MutePlain: the errors of a client without errpact do not say that another server sent them.
	MutePlain bool
	// ForeignPlain: servers do not know the errors of a client without errpact.
	ForeignPlain bool
	// MiscountsOutside: clients find outside all interceptors that a client stream has no response.
	MiscountsOutside bool
	// MuteNotModified: a client's error of a 304 does not say that another server sent it.
	MuteNotModified bool
	// BareContextErrors: clients may give the context's error itself, without a code.
	BareContextErrors bool
	// StrictStatus: clients reject details whose code is not that of the status.
	StrictStatus bool
}

// A Server is a running service.
type Server struct {
	// URL is the base of its addresses: "http://127.0.0.1:1234".
	URL string
	// Object is what a way without a network calls.
	Object any
}

// A Way is a protocol, a codec and a version of HTTP.
type Way struct {
	Name, Protocol string
	JSON, HTTP2    bool
	// Dial returns a client of a server.
	Dial func(testing.TB, Server, Calling) Client
	// half is 1 or 2 for a way that runs that half of a long table, and 0 for one that runs all.
	half int
}

// A Side says how much of errpact a client has.
type Side int

// The sides.
const (
	Decoding Side = iota
	Relaying
	Plain
)

// Calling configures a client.
type Calling struct {
	Side Side
	// ReadMax limits responses and SendMax requests, in bytes. Zero does not limit them.
	ReadMax, SendMax int
	// HTTP replaces the HTTP client, and its version of HTTP that of the way. Nil is the usual one. A framework
	// with a transport of its own takes the DialContext and the TLSClientConfig of an [http.Transport].
	HTTP *http.Client
	// Twice installs the interceptor two times.
	Twice bool
	// Get sends unary calls by HTTP GET.
	Get bool
	// Gzip compresses requests and asks for compressed responses.
	Gzip bool
}

// A Client calls the test service. A nil header has no entries.
type Client interface {
	// Unary makes a call of [Unary].
	Unary(ctx context.Context, header http.Header) error
	// Open begins a call of one of the streams.
	Open(ctx context.Context, procedure string, header http.Header) (Stream, error)
}

// A Stream is the client's end of a stream. Receive returns io.EOF after the last message. Close ends a call
// that has not ended, too.
type Stream interface {
	Send(value string) error
	CloseSend() error
	Receive() error
	Close() error
}

// Native is an error as code without errpact sees it.
type Native struct {
	Code    uint32
	Message string
	Details []*anypb.Any
	// Header is nil if the framework's errors have none.
	Header http.Header
	// Wire reports that the error was sent by a server. MayTell says whether the framework knows.
	Wire, MayTell bool
}

// A Place is where a client surfaces an error.
type Place struct {
	Name string
	// Give returns what surfaces if the framework gives err below the interceptor. Nil is a success.
	Give func(t *testing.T, err error) error
	// Ends reports that the framework may take io.EOF there for the end of the stream.
	Ends bool
	// Receives reports that a success there is a message, which the test's server does not send.
	Receives bool
}

// NotModified is a framework's error of HTTP 304.
type NotModified struct {
	New func(http.Header) error
	Is  func(error) bool
}

// Header is a request's header.
type Header interface{ Get(key string) string }

// A Service is what the procedures of the test service do.
type Service struct {
	// Answer ends each of the procedures, after they have read all requests. Nil succeeds.
	Answer func(context.Context, Header) error
	// Stream replaces what the streams do, if it is not nil.
	Stream func(context.Context, HandlerStream) error
	// Options are the policy's. Without WithReport nothing is reported.
	Options []mapping.Option
	// Bare leaves errpact away, and Twice installs the interceptor two times.
	Bare, Twice bool
	// ReadMax limits requests and SendMax responses, in bytes. Zero does not limit them.
	ReadMax, SendMax int
}

// A HandlerStream is a handler's end of a stream. Receive returns io.EOF after the last message.
type HandlerStream interface {
	Send(value string) error
	Receive() (string, error)
}
