// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// planted gives an error at one place of a client's stream.
type planted struct {
	grpc.ClientStream
	place string
	err   error
}

func (p *planted) at(place string, err error) error {
	if p.place == place {
		return p.err
	}
	return err
}

func (p *planted) Header() (metadata.MD, error) {
	md, err := p.ClientStream.Header()
	return md, p.at("Header", err)
}

func (p *planted) SendMsg(message any) error { return p.at("SendMsg", p.ClientStream.SendMsg(message)) }
func (p *planted) RecvMsg(message any) error { return p.at("RecvMsg", p.ClientStream.RecvMsg(message)) }
func (p *planted) CloseSend() error          { return p.at("CloseSend", p.ClientStream.CloseSend()) }

// placesOf are where a client of grpc-go gives an error to its caller.
func placesOf(tb testing.TB, own func() *grpcgo.Interceptor) []suite.Place {
	tb.Helper()
	if own == nil {
		own = func() *grpcgo.Interceptor { return grpcgo.New() }
	}
	address := serve(tb, answers(nil))
	places := []suite.Place{{Name: "Invoke", Give: func(t *testing.T, err error) error {
		t.Helper()
		return own().UnaryClient(t.Context(), unary, nil, nil, nil, func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
			return err
		})
	}}}
	for _, place := range []string{"Header", "SendMsg", "RecvMsg", "CloseSend", "NewStream"} {
		places = append(places, suite.Place{Name: place, Receives: place == "RecvMsg", Give: func(t *testing.T, err error) error {
			t.Helper()
			plant := func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
				if place == "NewStream" && err != nil {
					return nil, err
				}
				stream, failed := open(ctx, desc, conn, method, opts...)
				return &planted{stream, place, err}, failed
			}
			conn := dial(t, address, append(own().DialOptions(), grpc.WithChainStreamInterceptor(plant))...)
			return atPlace(t.Context(), conn, place)
		}})
	}
	return places
}

func atPlace(ctx context.Context, conn *grpc.ClientConn, place string) error {
	stream, err := conn.NewStream(ctx, &service.Streams[2], bidiStream)
	if err != nil {
		return err
	}
	got := map[string]error{"SendMsg": stream.SendMsg(new(text)), "CloseSend": stream.CloseSend()}
	_, got["Header"] = stream.Header()
	for got["RecvMsg"] == nil {
		got["RecvMsg"] = stream.RecvMsg(new(text))
	}
	if place != "RecvMsg" && got["RecvMsg"] != io.EOF {
		return fmt.Errorf("RecvMsg: %w", got["RecvMsg"])
	}
	return got[place]
}
