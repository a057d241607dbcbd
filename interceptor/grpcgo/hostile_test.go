// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// forged is a server that gives every call the same trailers, by hand, after a message if it is to.
func forged(t *testing.T, first bool, trailers ...string) string {
	t.Helper()
	server := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		if first {
			_, _ = w.Write(frame())
		}
		for i := 0; i < len(trailers); i += 2 {
			w.Header().Set(http.TrailerPrefix+trailers[i], trailers[i+1])
		}
	}))
	return server.Listener.Addr().String()
}

func packed(t *testing.T, st *spb.Status) string {
	t.Helper()
	raw, err := proto.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawStdEncoding.EncodeToString(raw)
}

// TestG6StatusCodesStayGRPCs: status.Code answers as without errpact, whatever a server sends.
func TestG6StatusCodesStayGRPCs(t *testing.T) {
	many := &spb.Status{Code: 5, Message: "many"}
	for range 20_000 {
		many.Details = append(many.Details, new(anypb.Any))
	}
	bad := &spb.Status{Code: 5, Message: "bad", Details: []*anypb.Any{
		{}, {TypeUrl: "/"}, {TypeUrl: "x/errpact.v1.ErrorDetail", Value: []byte{0xff}}, {TypeUrl: "google.rpc.ErrorInfo", Value: []byte{0xff}},
	}}
	for name, c := range map[string]struct {
		trailers []string
		want     codes.Code
		code     mapping.Code
	}{
		"17":              {[]string{"Grpc-Status", "17", "Grpc-Message", "what"}, 17, errpactv1err.Unknown},
		"the largest":     {[]string{"Grpc-Status", "2147483647"}, 1<<31 - 1, errpactv1err.Unknown},
		"negative":        {[]string{"Grpc-Status", "-1"}, 1<<32 - 1, errpactv1err.Unknown},
		"no number":       {[]string{"Grpc-Status", "x"}, codes.Unknown, errpactv1err.Unknown},
		"no status":       {nil, codes.Unknown, errpactv1err.Unknown},
		"no details":      {[]string{"Grpc-Status", "5", "Grpc-Status-Details-Bin", "!"}, codes.Internal, errpactv1err.Unknown},
		"another status":  {[]string{"Grpc-Status", "5", "Grpc-Status-Details-Bin", packed(t, &spb.Status{Code: 7})}, codes.Internal, errpactv1err.Unknown},
		"bad details":     {[]string{"Grpc-Status", "5", "Grpc-Status-Details-Bin", packed(t, bad)}, codes.NotFound, errpactv1err.NotExist},
		"many details":    {[]string{"Grpc-Status", "5", "Grpc-Status-Details-Bin", packed(t, many)}, codes.NotFound, errpactv1err.NotExist},
		"control letters": {[]string{"Grpc-Status", "5", "Grpc-Message", "a%0D%0Ab%1B%FF%00"}, codes.NotFound, errpactv1err.NotExist},
	} {
		for _, first := range []bool{false, true} {
			address := forged(t, first, c.trailers...)
			for side, options := range map[string][]grpcgo.Option{"": nil, " relaying": {grpcgo.WithRelay()}} {
				t.Run(fmt.Sprint(name, " after a message: ", first, side), func(t *testing.T) {
					everyProcedure(t, func(t *testing.T, procedure string) {
						if first && procedure == clientStream {
							return // it has its one message, and asks no more
						}
						err := call(t.Context(), dial(t, address, decoding(options...)...), procedure)
						found, ok := mapping.From(err)
						want := c.want
						if first && name == "no status" {
							want = codes.Internal
						}
						if !ok || status.Code(err) != want || found.Code() != c.code || found.ConnectCode() < 1 || found.ConnectCode() > 16 {
							t.Errorf("the call gave %v: %v, %d", err, status.Code(err), found.ConnectCode())
						}
						for _, r := range found.Message() + err.Error() {
							if r < ' ' || r == '\uFFFD' && name != "control letters" {
								t.Errorf("the text is %q", err.Error())
							}
						}
						_, _, _ = found.Details(), found.Metadata(), found.Fields()
					})
				})
			}
		}
	}
}

// TestG8HeadersAreBoundedByGRPC, as the package says.
func TestG8HeadersAreBoundedByGRPC(t *testing.T) {
	many := &spb.Status{Code: 5}
	for range 60_000 {
		many.Details = append(many.Details, new(anypb.Any))
	}
	address := forged(t, false, "Grpc-Status", "5", "Grpc-Status-Details-Bin", packed(t, many))
	err := call(t.Context(), dial(t, address, append(decoding(), grpc.WithMaxHeaderListSize(64<<10))...), unary)
	if found, ok := mapping.From(err); !ok || !found.Inferred() || status.Code(err) == codes.NotFound {
		t.Errorf("the call gave %v", err)
	}
}
