// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// canary stands wherever nobody may see it: in texts, in names of types and of functions.
const canary = opaque.Canary

var errSecret = errors.New(canary)

// squintingOstrichError has the canary wherever a printer might look, its own name included.
type squintingOstrichError struct {
	SquintingOstrich string `json:"squintingostrich"`
	cause            error
}

func (e *squintingOstrichError) Error() string                { return e.SquintingOstrich } // panics on nil
func (e *squintingOstrichError) Unwrap() error                { return e.cause }
func (e *squintingOstrichError) String() string               { return canary }
func (e *squintingOstrichError) GoString() string             { return canary }
func (e *squintingOstrichError) MarshalJSON() ([]byte, error) { return []byte(`"` + canary + `"`), nil }
func (e *squintingOstrichError) MarshalText() ([]byte, error) { return []byte(canary), nil }
func (e *squintingOstrichError) Format(s fmt.State, _ rune)   { _, _ = io.WriteString(s, canary) }

func newTyped(cause error) error { return &squintingOstrichError{canary, cause} }

// Values that are errors, and not pointers.
type (
	stringError string
	sliceError  []string
	mapError    map[string]string
	funcError   func() string
)

func (e stringError) Error() string { return string(e) }
func (e sliceError) Error() string  { return e[0] }
func (e mapError) Error() string    { return e[canary] }
func (e funcError) Error() string   { return e() }

// plainErrors are what handlers of all kinds return.
var plainErrors = []failure{
	{"plain", give(errSecret), unknown},
	{"wrapped", give(fmt.Errorf("%s: %w", canary, errSecret)), unknown},
	{"wraps two", give(fmt.Errorf("%w %w", errSecret, newTyped(nil))), unknown},
	{"joined", give(errors.Join(errSecret, newTyped(errSecret), nil)), unknown},
	{"typed", give(newTyped(errSecret)), unknown},
	{"a string", give(stringError(canary)), unknown},
	{"a slice", give(sliceError{canary}), unknown},
	{"a map", give(mapError{canary: canary}), unknown},
	{"a function", give(funcError(func() string { return canary })), unknown},
	{"typed nil", give((*squintingOstrichError)(nil)), unknown},
	{"typed nil slice", give(sliceError(nil)), unknown},
	{"typed nil function", give(funcError(nil)), unknown},
	{"typed nil, wrapped", give(fmt.Errorf("%s: %w", canary, (*holder)(nil))), unknown},
	{"typed nil of Connect's", give((*connect.Error)(nil)), unknown},
	{"typed nil of errpact's", give((*mapping.Error)(nil)), unknown},
	{"wraps itself", give(opaque.NewLoop()), unknown},
	{"end of file", give(io.EOF), unknown},
	{"end of file, wrapped", give(fmt.Errorf("%s: %w", canary, io.EOF)), unknown},
	{"a cut file", give(fmt.Errorf("%s: %w", canary, io.ErrUnexpectedEOF)), unknown},
}

// httpError has the methods that other libraries look for.
type httpError struct{ error }

func (httpError) StatusCode() int              { return http.StatusNotFound }
func (httpError) HTTPStatus() int              { return http.StatusNotFound }
func (httpError) Code() connect.Code           { return connect.CodeNotFound }
func (httpError) ConnectCode() uint32          { return uint32(connect.CodeNotFound) }
func (httpError) Message() string              { return canary }
func (httpError) PublicMessage() string        { return canary }
func (httpError) Details() []any               { return []any{canary} }
func (httpError) Meta() http.Header            { return http.Header{"X-Meta": {canary}} }
func (httpError) Headers() http.Header         { return http.Header{"X-Meta": {canary}} }
func (httpError) GRPCStatus() *status.Status   { return newStatus() }
func (httpError) MarshalJSON() ([]byte, error) { return json.Marshal(canary) }

func newStatus() *status.Status {
	s := status.New(codes.NotFound, canary)
	if full, err := s.WithDetails(protoadapt.MessageV1Of(wrapperspb.String(canary)), protoadapt.MessageV1Of(&errdetails.DebugInfo{Detail: canary})); err == nil {
		return full
	}
	return s
}

type connectError = connect.Error

// codedErrors have codes of other libraries, which say nothing about what a caller may see.
var codedErrors = []failure{
	{"grpc-go's", give(newStatus().Err()), unknown.on(onV1, onV2)},
	{"grpc-go's, wrapped", give(fmt.Errorf("%s: %w", canary, newStatus().Err())), unknown.on(onV1, onV2)},
	{"grpc-go's of code OK", give(statusError{status.New(codes.OK, canary)}), unknown},
	{"with every method there is", give(httpError{errSecret}), unknown.on(onV1, onV2)},
	{"with every method there is, typed nil", give(&httpError{}), unknown.on(onV1, onV2)},
	{"embeds Connect's", give(struct{ *connectError }{connect.NewError(connect.CodeInternal, errSecret)}), unknown},
}

// systemErrors are of the standard library, and have names, paths and addresses in them.
var systemErrors = []failure{
	{"path", func(context.Context) error { _, err := os.Open(filepath.Join("/", canary)); return err }, unknown},
	{"link", give(&os.LinkError{Op: "link", Old: canary, New: canary, Err: fs.ErrPermission}), unknown},
	{"syscall", give(os.NewSyscallError(canary, fs.ErrExist)), unknown},
	{"program", func(context.Context) error { return exec.Command(canary).Run() }, unknown},
	{"number", func(context.Context) error { _, err := strconv.Atoi(canary); return err }, unknown},
	{"time", func(context.Context) error { _, err := time.Parse(time.RFC3339, canary); return err }, unknown},
	{"url", func(context.Context) error {
		_, err := url.Parse(strings.Join([]string{"http://", canary, "\x7f"}, ""))
		return err
	}, unknown},
	{"JSON", func(context.Context) error {
		return json.Unmarshal([]byte(`{"squintingostrich":"x"}`), &struct{ SquintingOstrich int }{})
	}, unknown},
	{"SQL", give(fmt.Errorf("INSERT INTO %s: %w", canary, driver.ErrBadConn)), unknown},
	{"mail", give(&textproto.Error{Code: 550, Msg: canary}), unknown},
	{"protobuf", func(context.Context) error { return proto.Unmarshal([]byte(canary), new(structpb.Struct)) }, unknown},
	{"protobuf's JSON", func(context.Context) error { return protojson.Unmarshal([]byte(canary), new(structpb.Struct)) }, unknown},
	{"address", func(context.Context) error { _, err := net.ResolveTCPAddr("tcp", "127.0.0.1:"+canary); return err }, unreachable},
	{"dial", func(ctx context.Context) error {
		_, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join("/", canary))
		return err
	}, unreachable},
	{"dial, wrapped", give(fmt.Errorf("%s: %w", canary, &net.OpError{Op: "dial", Net: "tcp", Err: errSecret})), unreachable},
	{"name", give(&net.DNSError{Err: canary, Name: canary, Server: canary}), unreachable},
	{"host of a certificate", give(otherHost), unknown}, // of one that the handler verified
	{"host of a client's certificate", give(&url.Error{Op: "Get", URL: canary, Err: otherHost}), unreachable},
	{"no TLS", give(tls.RecordHeaderError{Msg: canary}), unreachable},
}

var otherHost = x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{canary}}, Host: canary}
