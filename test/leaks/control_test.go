// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/testkit/opaque"
)

// leak is a part of an error that a service without errpact tells its callers.
type leak struct {
	name string
	fail func(context.Context) error
	// stacks are those that tell it, by name.
	stacks []string
	// rpcOnly: net/http's handlers write texts alone.
	rpcOnly bool
}

var leaks = []leak{
	{"plain", give(errSecret), []string{onV1, onGRPC}, false}, // v2 sends a bare code
	{"coded", give(connect.NewError(connect.CodeInternal, errSecret)), []string{onV1}, false},
	{"detail", func(context.Context) error {
		e := connect.NewError(connect.CodeNotFound, errors.New("public"))
		e.AddDetail(detail(wrapperspb.String(canary)))
		return e
	}, []string{onV1}, true},
	{"header", metaOf("X-Own", canary), []string{onV1}, true},
	{"header-name", metaOf("X-"+canary, "1"), []string{onV1}, true},
	{"v2-message", give(localV2(connectv2.CodeInternal, canary)), []string{onV2}, false},
	{"v2-detail", give(localV2(connectv2.CodeNotFound, "public", wrapperspb.String(canary))), []string{onV2}, true},
	{"v2-headers", func(ctx context.Context) error {
		if info, ok := connectv2.CallInfoForServerContext(ctx); ok {
			info.ResponseHeader().Set("X-Own", canary) // which a stream may have sent
			info.ResponseTrailer().Set("X-Own", canary)
		}
		return localV2(connectv2.CodeNotFound, "public")
	}, []string{onV2}, true},
	{"status-message", give(status.Error(codes.Internal, canary)), []string{onGRPC}, false},
	{"status-detail", give(withDetails(codes.NotFound, "public", wrapperspb.String(canary))), []string{onGRPC}, false},
	{"status-trailer", func(ctx context.Context) error {
		return errors.Join(grpc.SetTrailer(ctx, metadata.Pairs("x-own", canary)), status.Error(codes.NotFound, "public"))
	}, []string{onGRPC}, false},
}

func metaOf(key, value string) func(context.Context) error {
	return func(context.Context) error {
		e := connect.NewError(connect.CodeNotFound, errors.New("public"))
		e.Meta().Set(key, value)
		return e
	}
}

// TestG1TheSearchFindsThePlantedTextOnEveryWire: without errpact each part of an error is found in the recorded
// bytes of each wire, so that where it is not found, it is not there.
func TestG1TheSearchFindsThePlantedTextOnEveryWire(t *testing.T) {
	t.Parallel()
	answer := func(ctx context.Context, name string) error {
		at := slices.IndexFunc(leaks, func(l leak) bool { return l.name == name })
		if at < 0 {
			return nil
		}
		return leaks[at].fail(ctx)
	}
	bare := answering(answer)
	bare.Bare = true
	everyStack(t, bare, wires(), func(t *testing.T, c *caller) {
		zipped := false
		for _, l := range leaks {
			if !slices.Contains(l.stacks, c.stack) || l.rpcOnly && c.wire.netHTTP() {
				continue
			}
			a := c.call(t.Context(), l.name)
			if a.ok || !opaque.Found(a.raw) {
				t.Errorf("%s: not found in\n%q", l.name, a.raw)
			}
			zipped = zipped || bytes.Contains(a.raw, []byte{0x1f, 0x8b, 8})
		}
		if a := c.call(t.Context(), success); !a.ok || opaque.Found(a.raw) {
			t.Errorf("a success is %+v", a)
		}
		if zipped != c.wire.zipsErrors() {
			t.Errorf("gzip in the answers: %t", zipped)
		}
	})
}

// netHTTP says that no RPC framework is behind the wire.
func (w wire) netHTTP() bool {
	return strings.HasPrefix(w.name, "rest/own/") || strings.HasPrefix(w.name, "rest/text/")
}

// zipsErrors says where gzip is in an answer: not where the error is in headers or trailers alone, and
// Connect does not compress the errors of its unary calls.
func (w wire) zipsErrors() bool {
	kind, method, _ := strings.Cut(w.name, "/")
	switch {
	case !w.gzip || strings.Contains(method, "/unary/"):
		return false
	case kind == "rest", kind == "connect":
		return true
	}
	return strings.Contains(method, "/bidi/") || strings.Contains(method, "/server later/")
}
