// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// resets returns the errors of calls whose stream the server resets, by protocol and version.
func resets(t *testing.T, code uint32) map[string]error {
	t.Helper()
	call := plainCall{base: "http://" + loopback.Frames(t, loopback.Reset(code)), client: clientOf(t, loopback.NewTransport(t, true))}
	got := map[string]error{
		"v2": call.v2(t), "v2, ours": call.v2(t, errpactv2.NewClientInterceptor()),
		"v1, ours": call.v1(t, connect.WithInterceptors(interceptor.New())),
	}
	for protocol, options := range map[string][]connect.ClientOption{"": nil, ", gRPC": {connect.WithGRPC()}, ", gRPC-Web": {connect.WithGRPCWeb()}} {
		got["v1"+protocol] = call.v1(t, options...)
		stream := connect.NewClient[text, text](call.client, call.base+getThing, options...).CallBidiStream(t.Context())
		_, _ = stream.Send(new(text)), stream.CloseRequest() // either may be too late
		_, got["v1 bidi"+protocol] = stream.Receive()
		_ = stream.CloseResponse()
	}
	return got
}

// TestG3AResetIsTheUpstreams while the request is alive, also one of code CANCEL. After the request has ended, that is
// how a server confirms the end.
func TestG3AResetIsTheUpstreams(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for code, want := range map[uint32]mapping.Code{
		2: errpactv1err.ExternalServiceBroken, 8: errpactv1err.ExternalServiceBroken, 11: errpactv1err.ExternalServiceBroken,
	} {
		for client, err := range resets(t, code) {
			answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Context: t.Context(), Classify: transport.ClassifyConnect}, err)
			if got := answer.Error(); !errors.Is(got, want) {
				t.Errorf("%d, %s: %v became %v/%s, want %v/%s", code, client, err, got, got.Reason(), want, want.Reason())
			}
			if code != 8 {
				continue
			}
			answer = (*mapping.Policy)(nil).Translate(&mapping.Call{Context: ended, Classify: transport.ClassifyConnect}, err)
			if got := answer.Error().ConnectCode(); got != mapping.ConnectCode(connect.CodeCanceled) {
				t.Errorf("%s, of a request that has ended: %v became %v", client, err, answer.Error())
			}
		}
	}
}
