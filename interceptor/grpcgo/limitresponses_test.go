// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// hugeStatus has 4 MiB of details.
func hugeStatus() *spb.Status {
	return &spb.Status{Code: 5, Details: []*anypb.Any{{TypeUrl: "x/errpact.v1.ErrorDetail", Value: bytes.Repeat([]byte{0xff}, 4<<20)}}}
}

// Header blocks of answers to a call that has no other.
func manyFields() []byte {
	block := statusFields()
	for range 4 << 20 / 32 {
		block = field(block, "x-many", "0123456789abcdef")
	}
	return block
}

func hugeField(t *testing.T) []byte {
	t.Helper()
	return field(statusFields(), "grpc-status-details-bin", packed(t, hugeStatus()))
}

func statusFields() []byte {
	return field(field(field(nil, ":status", "200"), "content-type", "application/grpc"), "grpc-status", "5")
}

// TestG8LimitResponsesBoundsWhatIsDecoded of servers that ignore the limit which a client tells them, and of
// grpc-go's own, which goes by it.
func TestG8LimitResponsesBoundsWhatIsDecoded(t *testing.T) {
	huge := packed(t, hugeStatus())
	for name, address := range map[string]string{
		"details":         forged(t, false, "Grpc-Status", "5", "Grpc-Status-Details-Bin", huge),
		"after a message": forged(t, true, "Grpc-Status", "5", "Grpc-Status-Details-Bin", huge),
		"many fields":     serveRaw(t, trailersOnly(manyFields())),
		"grpc-go":         serve(t, answers(status.FromProto(hugeStatus()).Err())),
	} {
		t.Run(name, func(t *testing.T) {
			everyProcedure(t, func(t *testing.T, procedure string) {
				if procedure == clientStream && name == "after a message" {
					return // it has its one message, and asks no more
				}
				err := call(t.Context(), dial(t, address, append(decoding(), grpcgo.LimitResponses())...), procedure)
				found, ok := mapping.From(err)
				if !ok || !found.Remote() || len(found.Details()) != 0 || status.Code(err) != codes.Internal && status.Code(err) != codes.Unavailable {
					t.Errorf("the call gave %.200v", err)
				}
				// A server whose upstream does that answers that an external service failed.
				answer := (*mapping.Policy)(nil).Translate(&mapping.Call{}, err)
				if !errors.Is(answer.Error(), errpactv1err.ExternalService) {
					t.Errorf("to our own caller it is %v", answer.Error())
				}
			})
		})
	}
}

// TestG8LimitResponsesBoundsAllocation counts all that is allocated during a call, by the client alone.
func TestG8LimitResponsesBoundsAllocation(t *testing.T) {
	for name, block := range map[string][]byte{"huge field": hugeField(t), "many fields": manyFields()} {
		address := serveRaw(t, trailersOnly(block))
		limited, err := allocatedBy(t, address, append(decoding(), grpcgo.LimitResponses())...)
		if err == nil || limited > 2<<20 {
			t.Errorf("%s: %d bytes for %.200v", name, limited, err)
		}
		unlimited, err := allocatedBy(t, address, decoding()...)
		if status.Code(err) != codes.NotFound || unlimited < 4<<20 {
			t.Errorf("%s, without the limit: %d bytes for %.200v", name, unlimited, err)
		}
		t.Logf("%s: %d bytes with the limit, %d without", name, limited, unlimited)
	}
}

func allocatedBy(t *testing.T, address string, options ...grpc.DialOption) (uint64, error) {
	t.Helper()
	conn := dial(t, address, options...)
	before := allocated()
	err := call(t.Context(), conn, unary)
	return allocated() - before, err
}

func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// TestLimitResponsesLetsWhatFitsPass: an error as large as errpact's budget allows, and more.
func TestLimitResponsesLetsWhatFitsPass(t *testing.T) {
	failure := errpactv1err.NotExist.WithMetadata("key", strings.Repeat("x", 40<<10))
	policy := newPolicy(t, mapping.WithBudget(1<<20))
	conn := dial(t, serve(t, answers(failure), grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...),
		append(decoding(), grpcgo.LimitResponses())...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(t.Context(), conn, procedure)
		if found, ok := mapping.From(err); !errors.Is(err, errpactv1err.NotExist) || !ok || len(found.Metadata()["key"]) != 40<<10 {
			t.Errorf("the call gave %.200v", err)
		}
	})
}
