// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/http"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor/connectv2"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/test/gen/connectrpc/conformance/v1/conformancev1connectv2"
)

// callV2 is one call of the client under test on Connect v2.
type callV2 struct {
	*outcome
	client conformancev1connectv2.ConformanceServiceClient
	info   *connect.CallInfo
}

func (c *connections) callV2(ctx context.Context, request *conformancev1.ClientCompatRequest) (*conformancev1.ClientResponseResult, error) {
	transport, err := c.get(request)
	if err != nil {
		return nil, err
	}
	options, err := clientOptionsV2(request)
	if err != nil {
		return nil, err
	}
	client := conformancev1connectv2.NewConformanceServiceClient(connect.NewClient(
		connecthttp.NewTransport(&http.Client{Transport: connectv2.LimitResponses(transport)}, base(request), options...),
		connectv2.NewClientInterceptor(connectv2.WithPolicy(c.policy)),
	))
	ctx, outcome := c.newOutcome(ctx, request)
	defer outcome.cancel()
	ctx, info := connect.NewClientContext(ctx)
	addHeaders(info.RequestHeader(), request.GetRequestHeaders())
	made := &callV2{outcome, client, info}
	if err := made.make(ctx); err != nil {
		return nil, err
	}
	return &made.result, nil
}

func clientOptionsV2(request *conformancev1.ClientCompatRequest) ([]connecthttp.Option, error) {
	options := []connecthttp.Option{connecthttp.WithReadMaxBytes(int(request.GetMessageReceiveLimit()))}
	switch protocol := request.GetProtocol(); protocol {
	case conformancev1.Protocol_PROTOCOL_CONNECT:
	case conformancev1.Protocol_PROTOCOL_GRPC:
		options = append(options, connecthttp.WithGRPC())
	case conformancev1.Protocol_PROTOCOL_GRPC_WEB:
		options = append(options, connecthttp.WithGRPCWeb())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", protocol)
	}
	switch codec := request.GetCodec(); codec {
	case conformancev1.Codec_CODEC_PROTO:
	case conformancev1.Codec_CODEC_JSON:
		options = append(options, connecthttp.WithProtoJSON())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", codec)
	}
	switch compression := request.GetCompression(); compression {
	case conformancev1.Compression_COMPRESSION_IDENTITY:
	case conformancev1.Compression_COMPRESSION_GZIP:
		options = append(options, connecthttp.WithSendGzip())
	default:
		return nil, fmt.Errorf("conformance: call with %v: not supported", compression)
	}
	if request.GetUseGetHttpMethod() {
		options = append(options, connecthttp.WithHTTPGet())
	}
	return options, nil
}

// make makes the call. Its error is one of the client's own: what the call gives is in the result.
func (c *callV2) make(ctx context.Context) error {
	switch method := c.request.GetMethod(); method {
	case "Unary":
		return unaryV2(ctx, c, c.client.Unary, (*conformancev1.UnaryResponse).GetPayload)
	case "IdempotentUnary":
		return unaryV2(ctx, c, c.client.IdempotentUnary, (*conformancev1.IdempotentUnaryResponse).GetPayload)
	case "Unimplemented":
		return unaryV2(ctx, c, c.client.Unimplemented, noPayload)
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

func unaryV2[M, Res any, Req message[M]](
	ctx context.Context, c *callV2, method func(context.Context, *M) (*Res, error),
	payload func(*Res) *conformancev1.ConformancePayload,
) error {
	messages, err := unpack[M, Req](c.request)
	if err != nil {
		return err
	}
	c.calling()
	response, err := method(ctx, messages[0])
	return concludeV2(c, response, err, payload)
}

// concludeV2 notes the outcome of a method with one response.
func concludeV2[Res any](c *callV2, response *Res, err error, payload func(*Res) *conformancev1.ConformancePayload) error {
	if err == nil {
		c.received(payload(response))
	}
	return c.over(err, nil)
}

// over notes how a call ended, whose headers and trailers Connect v2 tells apart. closing is the error of
// closing it.
func (c *callV2) over(err, closing error) error {
	if err = c.failed(err); err != nil {
		return err
	}
	return c.ended(closing, maps.Collect(c.info.ResponseHeader().All()), maps.Collect(c.info.ResponseTrailer().All()))
}
