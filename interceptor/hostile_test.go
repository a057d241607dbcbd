// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// wire is a server's answer of status 200 or more, in raw bytes.
type wire struct {
	name    string
	details []*anypb.Any
	code    int32
	check   func(t *testing.T, e *mapping.Error)
}

func packAny(t *testing.T, message proto.Message) *anypb.Any {
	t.Helper()
	packed, err := anypb.New(message)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func ownDetail(bytes string) *anypb.Any {
	return &anypb.Any{TypeUrl: "type.googleapis.com/errpact.v1.ErrorDetail", Value: []byte(bytes)}
}

// wires are answers that no server of ours gives.
func wires(t *testing.T) []wire {
	number := int32(1001)
	inferred := func(want mapping.Code) func(*testing.T, *mapping.Error) {
		return func(t *testing.T, e *mapping.Error) {
			if !e.Inferred() || e.Code() != want {
				t.Errorf("Inferred = %v, Code = %v", e.Inferred(), e.Code())
			}
		}
	}
	numbered := func(number int32, catalogue, reason string) func(*testing.T, *mapping.Error) {
		return func(t *testing.T, e *mapping.Error) {
			if e.Inferred() || e.Code().Number() != number || e.Code().Catalogue().Name() != catalogue || e.Reason() != reason {
				t.Errorf("got %d of %q, reason %q", e.Code().Number(), e.Code().Catalogue().Name(), e.Reason())
			}
		}
	}
	const ours = "errpact.v1.ErrorCode"
	return []wire{
		{"nothing", nil, 5, inferred(errpactv1err.NotExist)},
		{"no type", []*anypb.Any{{}}, 5, inferred(errpactv1err.NotExist)},
		{"malformed", []*anypb.Any{ownDetail("\xff\xff")}, 5, inferred(errpactv1err.NotExist)},
		{"no number", []*anypb.Any{ownDetail("\x1a\x03ABC")}, 5, inferred(errpactv1err.NotExist)},
		{"unknown number", []*anypb.Any{ownDetail("\x08\xe7\x24")}, 5, numbered(4711, ours, "")},
		{"negative number", []*anypb.Any{ownDetail("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}, 5, numbered(-1, ours, "")},
		{"no reason", []*anypb.Any{ownDetail("\x08\x0a\x1a\x04a\n\x00b")}, 5, numbered(10, ours, "")},
		{"unknown reason", []*anypb.Any{ownDetail("\x08\x0a\x1a\x04ABCD")}, 5, numbered(10, ours, "ABCD")},
		{"unknown catalogue", []*anypb.Any{packAny(t, &errpactv1.ErrorDetail{Catalogue: "acme.v1.Shop", Number: &number, Reason: "SOLD_OUT"})}, 5,
			numbered(1001, "acme.v1.Shop", "SOLD_OUT")},
		{"catalogue that is no name", []*anypb.Any{packAny(t, &errpactv1.ErrorDetail{Catalogue: "a b\n", Number: &number})}, 5,
			numbered(1001, "unknown", "")},
		{"bad payload", []*anypb.Any{ownDetail("\x08\x0a\x22\x01{")}, 5, numbered(10, ours, "")},
		{"both numbers", []*anypb.Any{ownDetail("\x28\xe9\x07\x12\x0cacme.v1.Shop\x08\x0a")}, 5, numbered(1001, "acme.v1.Shop", "")},
		{"too long", []*anypb.Any{ownDetail("\x08\x0a\x22\x80\x80\x04\"" + strings.Repeat("x", 65534) + "\"")}, 5, inferred(errpactv1err.NotExist)},
		{"after 64 others", append(slices.Repeat([]*anypb.Any{{}}, 64), ownDetail("\x08\x0a")), 3, inferred(errpactv1err.InvalidValue)},
		{"unrelated type", []*anypb.Any{packAny(t, &errpactv1.Entry{Message: "x"}), packAny(t, &statuspb.Status{Code: 1})}, 5,
			inferred(errpactv1err.NotExist)},
		{"info alone", []*anypb.Any{packAny(t, &errdetails.ErrorInfo{Reason: "INVALID_HASH", Domain: "errpact.dev"})}, 3,
			numbered(14, ours, "INVALID_HASH")},
		{"info alone, of an entry", []*anypb.Any{packAny(t, &errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev"})}, 5,
			numbered(10, ours, "")},
		{"info of another domain", []*anypb.Any{packAny(t, &errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "acme.dev"})}, 8,
			inferred(errpactv1err.Unknown)},
		{"code 17", nil, 17, inferred(errpactv1err.Unknown)},
		{"code -1", nil, -1, inferred(errpactv1err.Unknown)},
		{"code 0 in the details", nil, 0, inferred(errpactv1err.Unknown)},
		{"code 0 with a number", []*anypb.Any{ownDetail("\x08\x0a")}, 0, numbered(10, ours, "")},
	}
}

// serveGRPC answers with a status whose details say what the header does not.
func (w wire) serveGRPC(t *testing.T) http.HandlerFunc {
	status, err := proto.Marshal(&statuspb.Status{Code: w.code, Message: "words", Details: w.details})
	if err != nil {
		t.Fatal(err)
	}
	return func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Type", r.Header.Get("Content-Type"))
		h.Set("Grpc-Status", "2")
		h.Set("Grpc-Message", "words")
		h.Set("Grpc-Status-Details-Bin", connect.EncodeBinaryHeader(status))
	}
}

func TestG6G8WhateverAServerAnswersIsAnErrorAndKeepsItsNumber(t *testing.T) {
	for _, w := range wires(t) {
		t.Run(w.name, func(t *testing.T) {
			server := loopback.Serve(t, w.serveGRPC(t))
			for _, way := range ways {
				if way.name[0] != 'g' || !way.http2 {
					continue
				}
				for _, procedure := range procedures {
					client := newClient(&http.Client{Transport: newTransport(t, true)}, server.URL, procedure, way, decoding())
					err := call(t.Context(), client, procedure, nil)
					e, ok := mapping.From(err)
					if !ok || !e.Remote() || e.ConnectCode() < 1 || e.ConnectCode() > 16 || e.Message() != "words" {
						t.Fatalf("%s%s: %v", way.name, procedure, err)
					}
					w.check(t, e)
					useAll(err)
				}
			}
		})
	}
}

// useAll calls everything that reads a received error.
func useAll(err error) {
	e, _ := mapping.From(err)
	_, _, _, _ = e.Metadata(), e.Fields(), e.Details(), e.RequestID()
	_, _ = e.RetryDelay()
	_, _ = mapping.Detail[*errdetails.ErrorInfo](err)
	_, _ = mapping.Detail[*errpactv1.ErrorDetail](err)
	_, _ = mapping.Payload[any](err)
	_ = fmt.Sprintf("%v %+v %s", err, e, e.LogValue())
	_ = mapping.EnvelopeOf(err).AppendJSON(nil)
	_ = e.WithMetadata("k", "v").WithField("f", "d").WithPayload(1).Relay().Details()
}

// jsonErrors are bodies of Connect's errors.
var jsonErrors = []string{
	`{"code":"not_found","message":"words","details":[null]}`,
	`{"code":"not_found","message":"words","details":[null,{"type":"errpact.v1.ErrorDetail","value":"CAo"},null]}`,
	`{"code":"not_found","message":"words","details":[{"type":"errpact.v1.ErrorDetail","value":"!!"}]}`,
	`{"code":"not_found","message":"words","details":[{}]}`,
	`{"code":"not_found","message":"words","details":[{"type":"google.rpc.Help","value":"/////w"}]}`,
	`{"code":"not_found","message":"words","details":{"a":1}}`,
	`{"code":"","message":"words"}`, `{"code":17}`, `{}`, `null`, `[]`, ``, `{`,
}

func TestG8NoConnectErrorPanicsAClient(t *testing.T) {
	for _, body := range jsonErrors {
		t.Run(body, func(t *testing.T) {
			server := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == unary {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusNotFound)
					_, _ = io.WriteString(w, body)
					return
				}
				w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
				_, _ = w.Write(frame(2, []byte(`{"error":`+body+`}`)))
			}))
			for _, procedure := range procedures {
				client := newClient(&http.Client{Transport: newTransport(t, true)}, server.URL, procedure, ways[2], decoding())
				err := call(t.Context(), client, procedure, nil)
				if err == nil {
					if procedure != unary && body == "null" {
						continue // an end without an error
					}
					t.Fatalf("%s succeeded", procedure)
				}
				useAll(err)
			}
		})
	}
}

func TestG10AClientsOwnFailuresAreTypedToo(t *testing.T) {
	for _, procedure := range procedures {
		for _, w := range ways {
			client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, closedPort(t), procedure, w, decoding())
			err := call(t.Context(), client, procedure, nil)
			e, ok := mapping.From(err)
			if !ok || !e.Remote() || !e.Inferred() || connect.IsWireError(err) || connect.CodeOf(err) != connect.CodeUnavailable {
				t.Errorf("%s%s: %v", w.name, procedure, err)
			}
			if !errors.Is(err, errpactv1err.ExternalService) {
				t.Errorf("%s%s: inferred %v", w.name, procedure, e.Code())
			}
		}
	}
}
