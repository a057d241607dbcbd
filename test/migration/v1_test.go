// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"fmt"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// serviceV1 is the service before it moves. What follows is the code of the page, to the letter.
type serviceV1 struct {
	interopv1connect.UnimplementedTroubleServiceHandler
}

func handlerV1(policy *mapping.Policy) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(serviceV1{},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
	return rest.Handler(mux, rest.WithPolicy(policy))
}

func clientV1(url string) interopv1connect.TroubleServiceClient {
	bounded := &http.Client{Transport: interceptor.LimitResponses(nil)}
	return interopv1connect.NewTroubleServiceClient(bounded, url, connect.WithInterceptors(interceptor.New()))
}

func (serviceV1) Unary(_ context.Context, req *connect.Request[interopv1.UnaryRequest]) (*connect.Response[interopv1.UnaryResponse], error) {
	text, err := find(req.Msg.GetName(), req.Header().Get("Accept-Language"))
	if err != nil {
		return nil, errpactv1err.NotExist.WithMetadata("name", req.Msg.GetName()).Wrap(err)
	}
	res := connect.NewResponse(&interopv1.UnaryResponse{Text: text})
	res.Header().Set("Content-Language", "fr")
	return res, nil
}

func (serviceV1) ServerStream(_ context.Context, req *connect.Request[interopv1.ServerStreamRequest], stream *connect.ServerStream[interopv1.ServerStreamResponse]) error {
	for i := range req.Msg.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return errpactv1err.NotExist.WithMetadata("name", req.Msg.GetName())
}

func readV1(ctx context.Context, client interopv1connect.TroubleServiceClient) (count int, err error) {
	stream, err := client.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: "f-17", Messages: 2}))
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	for stream.Receive() {
		count++
	}
	return count, stream.Err()
}

func takenV1(name string, cause error) error {
	err := connect.NewError(connect.CodeAlreadyExists, fmt.Errorf("there is a folder %q already", name))
	if detail, detailErr := connect.NewErrorDetail(&interopv1.Inner{Label: name}); detailErr == nil {
		err.AddDetail(detail)
	}
	return fmt.Errorf("%w: %w", err, cause)
}
