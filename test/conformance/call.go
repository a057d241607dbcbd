// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/test/gen/connectrpc/conformance/v1/conformancev1connect"
)

// call is one call of the client under test on Connect v1.
type call struct {
	*outcome
	client conformancev1connect.ConformanceServiceClient
}

func (c *connections) call(ctx context.Context, request *conformancev1.ClientCompatRequest) (*conformancev1.ClientResponseResult, error) {
	transport, err := c.get(request)
	if err != nil {
		return nil, err
	}
	options, err := clientOptions(request)
	if err != nil {
		return nil, err
	}
	client := conformancev1connect.NewConformanceServiceClient(
		&http.Client{Transport: interceptor.LimitResponses(transport)}, base(request),
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(c.policy))), connect.WithClientOptions(options...),
	)
	ctx, outcome := c.newOutcome(ctx, request)
	defer outcome.cancel()
	made := &call{outcome, client}
	if err := made.make(ctx); err != nil {
		return nil, err
	}
	return &made.result, nil
}

func clientOptions(request *conformancev1.ClientCompatRequest) ([]connect.ClientOption, error) {
	options := []connect.ClientOption{connect.WithReadMaxBytes(int(request.GetMessageReceiveLimit()))}
	switch protocol := request.GetProtocol(); protocol {
	case conformancev1.Protocol_PROTOCOL_CONNECT:
	case conformancev1.Protocol_PROTOCOL_GRPC:
		options = append(options, connect.WithGRPC())
	case conformancev1.Protocol_PROTOCOL_GRPC_WEB:
		options = append(options, connect.WithGRPCWeb())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", protocol)
	}
	switch codec := request.GetCodec(); codec {
	case conformancev1.Codec_CODEC_PROTO:
	case conformancev1.Codec_CODEC_JSON:
		options = append(options, connect.WithProtoJSON())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", codec)
	}
	switch compression := request.GetCompression(); compression {
	case conformancev1.Compression_COMPRESSION_IDENTITY:
	case conformancev1.Compression_COMPRESSION_GZIP:
		options = append(options, connect.WithSendGzip())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", compression)
	}
	if request.GetUseGetHttpMethod() {
		options = append(options, connect.WithHTTPGet())
	}
	return options, nil
}

// make makes the call. Its error is one of the client's own: what the call gives is in the result.
func (c *call) make(ctx context.Context) error {
	switch method := c.request.GetMethod(); method {
	case "Unary":
		return unary(ctx, c, c.client.Unary, (*conformancev1.UnaryResponse).GetPayload)
	case "IdempotentUnary":
		return unary(ctx, c, c.client.IdempotentUnary, (*conformancev1.IdempotentUnaryResponse).GetPayload)
	case "Unimplemented":
		return unary(ctx, c, c.client.Unimplemented, noPayload)
	case "ServerStream":
		return c.serverStream(ctx)
	case "ClientStream":
		return c.clientStream(ctx)
	case "BidiStream":
		return c.bidiStream(ctx)
	default:
		return fmt.Errorf("conformance: call method %q: not supported", method)
	}
}

func noPayload(*conformancev1.UnimplementedResponse) *conformancev1.ConformancePayload { return nil }

// message is a request of the type M.
type message[M any] interface {
	*M
	proto.Message
}

func unary[M, Res any, Req message[M]](
	ctx context.Context, c *call, method func(context.Context, *connect.Request[M]) (*connect.Response[Res], error),
	payload func(*Res) *conformancev1.ConformancePayload,
) error {
	messages, err := unpack[M, Req](c.request)
	if err != nil {
		return err
	}
	c.calling()
	response, err := method(ctx, newRequest(c.request, messages[0]))
	return conclude(c, response, err, payload)
}

// conclude notes the outcome of a method with one response.
func conclude[Res any](c *call, response *connect.Response[Res], err error, payload func(*Res) *conformancev1.ConformancePayload) error {
	if err != nil {
		return c.failedAlone(err)
	}
	c.received(payload(response.Msg))
	return c.ended(nil, response.Header(), response.Trailer())
}

// unpack decodes the messages that a case sends, of which there is one at least where the method
// takes one.
func unpack[M any, P message[M]](request *conformancev1.ClientCompatRequest) ([]P, error) {
	var messages []P
	for _, packed := range request.GetRequestMessages() {
		message := P(new(M))
		if err := packed.UnmarshalTo(message); err != nil {
			return nil, fmt.Errorf("conformance: read the case's request: %w", err)
		}
		messages = append(messages, message)
	}
	if len(messages) == 0 && !streamsRequests(request) {
		return nil, errors.New("conformance: the case has no request")
	}
	return messages, nil
}

func newRequest[M any](from *conformancev1.ClientCompatRequest, message *M) *connect.Request[M] {
	request := connect.NewRequest(message)
	addHeaders(request.Header(), from.GetRequestHeaders())
	return request
}
