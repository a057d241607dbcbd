// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
)

// noCredentials are those of a client that cannot get its token. grpc-go calls it unauthenticated, as if our
// caller were.
type noCredentials struct{}

func (noCredentials) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return nil, errors.New(canary)
}

func (noCredentials) RequireTransportSecurity() bool { return false }

// TestG2OwnCredentialsThatFailAreNotTheCallers, with errpact in the client and without.
func TestG2OwnCredentialsThatFailAreNotTheCallers(t *testing.T) {
	b := serve(t, answers(nil))
	for side, options := range map[string][]grpc.DialOption{
		"plain client": nil, "our client": decoding(), "relaying client": decoding(grpcgo.WithRelay()),
	} {
		t.Run(side, func(t *testing.T) {
			conn := dial(t, b, append(options, grpc.WithPerRPCCredentials(noCredentials{}))...)
			throughA(t, func(ctx context.Context) error { return call(ctx, conn, unary) }, errpactv1err.ExternalServiceRejected)
		})
	}
}
