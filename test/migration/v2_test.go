// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// serviceV2 is the service after it has moved. What follows is the code of the page, to the letter.
type serviceV2 struct {
	interopv1connectv2.UnimplementedTroubleServiceHandler
}

func handlerV2(policy *mapping.Policy) http.Handler {
	server := connect.NewServer(connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(server, serviceV2{})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return rest.Handler(mux, rest.WithPolicy(policy))
}

func clientV2(url string) interopv1connectv2.TroubleServiceClient {
	bounded := &http.Client{Transport: connectv2.LimitResponses(nil)}
	transport := connecthttp.NewTransport(bounded, url)
	return interopv1connectv2.NewTroubleServiceClient(connect.NewClient(transport, connectv2.NewClientInterceptor()))
}

func (serviceV2) Unary(ctx context.Context, req *interopv1.UnaryRequest) (*interopv1.UnaryResponse, error) {
	info, _ := connect.CallInfoForServerContext(ctx)
	text, err := find(req.GetName(), info.RequestHeader().Get("Accept-Language"))
	if err != nil {
		return nil, errpactv1err.NotExist.WithMetadata("name", req.GetName()).Wrap(err)
	}
	info.ResponseHeader().Set("Content-Language", "fr")
	return &interopv1.UnaryResponse{Text: text}, nil
}

func (serviceV2) ServerStream(_ context.Context, req *interopv1.ServerStreamRequest, stream interopv1connectv2.TroubleServiceServerStreamServerStream) error {
	for i := range req.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return errpactv1err.NotExist.WithMetadata("name", req.GetName())
}

func readV2(ctx context.Context, client interopv1connectv2.TroubleServiceClient) (count int, err error) {
	stream, err := client.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: "f-17", Messages: 2})
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	for {
		_, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return count, nil
		}
		if err != nil {
			return count, err
		}
		count++
	}
}

func takenV2(name string, cause error) error {
	err := connect.Errorf(connect.CodeAlreadyExists, "there is a folder %q already", name)
	if detail, detailErr := connectproto.NewErrorDetail(&interopv1.Inner{Label: name}); detailErr == nil {
		err = err.WithDetail(detail)
	}
	return err.WithCause(cause)
}
