// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor"
)

// things is a Connect service of one method, behind errpact's interceptor.
type things struct {
	// err is what the method returns; nil is a success.
	err func() error
	// do is what it does before; nil is nothing.
	do func(context.Context)
	// success is the status that the method's option declares, or 0.
	success int32
	options []connect.HandlerOption
}

const procedure = "/acme.v1.Things/Get"

func (s things) handler(t testing.TB) http.Handler {
	t.Helper()
	get := func(ctx context.Context, req *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
		if s.do != nil {
			s.do(ctx)
		}
		if s.err != nil {
			if err := s.err(); err != nil {
				return nil, err
			}
		}
		res := connect.NewResponse(wrapperspb.String("got " + req.Msg.GetValue()))
		res.Header().Set("X-Own", "kept")
		return res, nil
	}
	return connect.NewUnaryHandler(procedure, get, append([]connect.HandlerOption{
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(newPolicy(t, nil)))),
		connect.WithSchema(thingsMethod(t, s.success)),
		connect.WithIdempotency(connect.IdempotencyNoSideEffects),
	}, s.options...)...)
}

// thingsMethod is a descriptor made by hand, with (errpact.v1.rest) on it.
func thingsMethod(t testing.TB, success int32) protoreflect.MethodDescriptor {
	t.Helper()
	options := new(descriptorpb.MethodOptions)
	if success != 0 {
		proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{SuccessStatus: success})
	}
	value := proto.String(".google.protobuf.StringValue")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/v1/things.proto"), Package: proto.String("acme.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name:   proto.String("Things"),
			Method: []*descriptorpb.MethodDescriptorProto{{Name: proto.String("Get"), InputType: value, OutputType: value, Options: options}},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Services().Get(0).Methods().Get(0)
}

// transcoder does for REST callers what vanguard v0.4.0 does, as far as errors go: it calls the
// Connect handler in the request's own context, and answers its errors as google.rpc.Status, with
// the status of the Connect code.
func transcoder(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner := r.Clone(r.Context())
		inner.Method, inner.URL.Path = http.MethodPost, procedure
		inner.Header.Set("Content-Type", "application/json")
		inner.Header.Set("Connect-Protocol-Version", "1")
		inner.Body = http.NoBody
		if r.Method != http.MethodGet {
			inner.Body = r.Body
		} else {
			inner.Body = readCloser{strings.NewReader(`"x"`)}
		}
		recorded := httptest.NewRecorder()
		h.ServeHTTP(recorded, inner)
		maps.Copy(w.Header(), recorded.Header())
		if recorded.Code == http.StatusOK {
			_, _ = w.Write(recorded.Body.Bytes())
			return
		}
		var status struct{ Code, Message string }
		_ = json.Unmarshal(recorded.Body.Bytes(), &status)
		var code connect.Code
		if code.UnmarshalText([]byte(status.Code)) != nil {
			code = connect.CodeInternal // as vanguard calls it if there is no JSON
			recorded.Code = http.StatusInternalServerError
		}
		w.WriteHeader(recorded.Code)
		fmt.Fprintf(w, `{"code":%d,"message":%q,"details":[]}`, code, status.Message)
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// call calls things on a server, as a plain Connect client without errpact does.
func call(ctx context.Context, s *httptest.Server) error {
	client := connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](s.Client(), s.URL+procedure)
	_, err := client.CallUnary(ctx, connect.NewRequest(wrapperspb.String("x")))
	return err
}
