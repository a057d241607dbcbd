// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	shelfv1 "github.com/errpact/errpact/interceptor/gateway/internal/shelf/gen/errpact/shelf/v1"
	"github.com/errpact/errpact/mapping"
)

// shelf is the backend.
type shelf struct {
	shelfv1.UnimplementedShelfServiceServer
	// errs are what the names in requests stand for.
	errs map[string]error
	// entered is told of each call that hangs; nil is nobody.
	entered chan<- struct{}
}

func (s shelf) fail(ctx context.Context, name string) error {
	if name != "bare" {
		// What a gateway hands on as Grpc-Trailer-.
		_ = grpc.SetTrailer(ctx, metadata.Pairs("x-inner", canary))
	}
	switch name {
	case "":
		return nil
	case "hang":
		if s.entered != nil {
			s.entered <- struct{}{}
		}
		<-ctx.Done()
		return ctx.Err()
	case "panic":
		panic(canary)
	}
	return s.errs[name]
}

func (s shelf) GetBook(ctx context.Context, req *shelfv1.GetBookRequest) (*shelfv1.GetBookResponse, error) {
	if req.GetFail() != "bare" {
		_ = grpc.SetHeader(ctx, metadata.Pairs("x-inner", canary)) // Grpc-Metadata-
	}
	if err := s.fail(ctx, req.GetFail()); err != nil {
		return nil, err
	}
	return &shelfv1.GetBookResponse{Number: req.GetNumber()}, nil
}

func (s shelf) AddBook(ctx context.Context, req *shelfv1.AddBookRequest) (*shelfv1.AddBookResponse, error) {
	if err := s.fail(ctx, req.GetFail()); err != nil {
		return nil, err
	}
	return &shelfv1.AddBookResponse{Number: req.GetNumber()}, nil
}

func (s shelf) WatchBooks(req *shelfv1.WatchBooksRequest, stream grpc.ServerStreamingServer[shelfv1.WatchBooksResponse]) error {
	for i := range req.GetBooks() {
		if err := stream.Send(&shelfv1.WatchBooksResponse{Number: i}); err != nil {
			return err
		}
	}
	return s.fail(stream.Context(), req.GetFail())
}

func (s shelf) AddBooks(stream grpc.ClientStreamingServer[shelfv1.AddBooksRequest, shelfv1.AddBooksResponse]) error {
	received := int32(0)
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&shelfv1.AddBooksResponse{Received: received})
		}
		if err != nil {
			return err
		}
		received++
		if err := s.fail(stream.Context(), req.GetFail()); err != nil {
			return err
		}
	}
}

func (s shelf) ReadBook(ctx context.Context, req *shelfv1.ReadBookRequest) (*httpbody.HttpBody, error) {
	if err := s.fail(ctx, req.GetFail()); err != nil {
		return nil, err
	}
	return &httpbody.HttpBody{ContentType: "text/plain", Data: []byte("once")}, nil
}

func (s shelf) StreamBook(req *shelfv1.StreamBookRequest, stream grpc.ServerStreamingServer[httpbody.HttpBody]) error {
	for _, page := range []string{"one ", "two "} {
		if err := stream.Send(&httpbody.HttpBody{ContentType: "text/plain", Data: []byte(page)}); err != nil {
			return err
		}
	}
	return s.fail(stream.Context(), req.GetFail())
}

// dial starts the backend on loopback, and connects to it.
func (s shelf) dial(t testing.TB, opts ...grpc.ServerOption) (conn *grpc.ClientConn, server *grpc.Server) {
	t.Helper()
	return dial(t, s, opts...)
}

func dial(t testing.TB, backend shelfv1.ShelfServiceServer, opts ...grpc.ServerOption) (conn *grpc.ClientConn, server *grpc.Server) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server = grpc.NewServer(opts...)
	shelfv1.RegisterShelfServiceServer(server, backend)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); serving.Wait() })
	return connect(t, listener.Addr().String()), server
}

func connect(t testing.TB, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// over is a mux that calls a backend over a connection.
func over(t testing.TB, conn *grpc.ClientConn, opts ...runtime.ServeMuxOption) *runtime.ServeMux {
	t.Helper()
	mux := runtime.NewServeMux(opts...)
	if err := shelfv1.RegisterShelfServiceHandler(t.Context(), mux, conn); err != nil {
		t.Fatal(err)
	}
	return mux
}

// inProcess is a mux that calls the backend itself.
func inProcess(t testing.TB, s shelf, opts ...runtime.ServeMuxOption) *runtime.ServeMux {
	t.Helper()
	mux := runtime.NewServeMux(opts...)
	if err := shelfv1.RegisterShelfServiceHandlerServer(t.Context(), mux, s); err != nil {
		t.Fatal(err)
	}
	return mux
}

// sent is what an errpact backend sends for an error.
func sent(err error) error {
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{}, err)
	message, anys := answer.Message(), answer.Details()
	return status.FromProto(&spb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: anys}).Err()
}

// detailed is a status of a backend without errpact.
func detailed(code codes.Code, message string, anys ...*anypb.Any) error {
	return status.FromProto(&spb.Status{Code: int32(code), Message: message, Details: anys}).Err()
}

// exhausted returns the error that an errpact backend on Connect sends if a message exceeds one of its limits, or a
// caller exceeds that of rest.Gate: an entry with resource_exhausted in place of its own code.
func exhausted(entry mapping.Code, message string) error {
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{}, entry)
	return status.FromProto(&spb.Status{Code: int32(codes.ResourceExhausted), Message: message, Details: answer.Details()}).Err()
}

// errs are the errors that the backend knows.
func errs(t testing.TB) map[string]error {
	t.Helper()
	retry, err := anypb.New(&errdetails.DebugInfo{Detail: canary})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]error{
		"entry":            sent(errpactv1err.NotExist.New("No such book").WithMetadata("book", "7").WithField("number", "is not on the shelf")),
		"marked":           sent(errpactv1err.InvalidValue.WithField("shelf_mark", "is not on the shelf").WithField("cover.ink_colour", "is not printed")),
		"notutf8":          status.Error(codes.Internal, "grpc: error while marshaling: string field contains invalid UTF-8"),
		"likegateway":      status.Error(codes.InvalidArgument, "illegal base64 data at input byte 4"),
		"likeproto":        status.Error(codes.InvalidArgument, "proto: unsupported schema version 3"),
		"reason":           sent(errpactv1err.ContainerUnpackingFailedInvalidHash.New("")),
		"retry":            sent(errpactv1err.DatabaseTemporarilyUnavailable.New("")),
		"payload":          sent(errpactv1err.InvalidValue.WithPayload(map[string]int{"most": 3})),
		"expired":          sent(errpactv1err.AuthExpired.New("")),
		"notgiven":         sent(errpactv1err.AuthNotProvided.New("")),
		"unmapped":         sent(errors.New(canary)),
		"upstream":         sent(errpactv1err.ExternalServiceTimedOut.New("")),
		"unknown":          status.Error(codes.Unknown, canary),
		"internal":         status.Error(codes.Internal, canary),
		"unavailable":      status.Error(codes.Unavailable, canary),
		"unauthenticated":  status.Error(codes.Unauthenticated, "who are you?\r\nX-Evil: 1"),
		"notfound":         status.Error(codes.NotFound, "book f-17 is gone"),
		"exists":           status.Error(codes.AlreadyExists, "the book is there"),
		"exhausted":        status.Error(codes.ResourceExhausted, "only three at a time"),
		"bare":             status.Error(codes.InvalidArgument, "proto: syntax error"),
		"unsent":           exhausted(errpactv1err.Unknown, "Unknown server side error occurred"),
		"unread":           exhausted(errpactv1err.InvalidStructure, "Request Entity Too Large"),
		"limited":          exhausted(errpactv1err.Unknown, "Too Many Requests"),
		"exhaustedrelayed": exhausted(errpactv1err.Unknown, "only three at a time"),
		"unsentconnect":    status.Error(codes.ResourceExhausted, "message size 5139 exceeds sendMaxBytes 64"),
		"unsentgzip":       status.Error(codes.ResourceExhausted, "compressed message size 5139 exceeds sendMaxBytes 64"),
		"unreadconnect":    status.Error(codes.ResourceExhausted, "message size 5139 is larger than configured max 64"),
		"code17":           status.Error(codes.Code(17), canary),
		"badutf8":          detailed(codes.AlreadyExists, "caf\xe9", &anypb.Any{TypeUrl: "type.googleapis.com/acme.v1.\xff", Value: []byte("x")}),
		"unknownany":       detailed(codes.AlreadyExists, "the book is there", &anypb.Any{TypeUrl: "type.googleapis.com/acme.v1.Nobody", Value: []byte(canary)}),
		"debug":            detailed(codes.Internal, canary, retry),
	}
}
