// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package foreign_test holds the texts of internal/foreign against libraries that the root module does
// not require: grpc-go, grpc-gateway and vanguard.
package foreign_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/foreign/format"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

const procedure = "/acme.v1.Things/Get"

// invoke calls a server with grpc-go.
func invoke(t *testing.T, address, request string, options ...grpc.DialOption) error {
	t.Helper()
	conn, err := grpc.NewClient(address, append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	return conn.Invoke(t.Context(), procedure, wrapperspb.String(request), new(wrapperspb.StringValue))
}

func calling(options ...grpc.CallOption) grpc.DialOption {
	return grpc.WithDefaultCallOptions(options...)
}

// answering starts a server of net/http's that sends a body, and trailers given as pairs. A key that starts
// with a colon is that of a header.
func answering(t *testing.T, body string, fields ...string) string {
	t.Helper()
	return loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/grpc")
		for i := 0; i < len(fields); i += 2 {
			if header, ok := strings.CutPrefix(fields[i], ":"); ok {
				w.Header().Set(header, fields[i+1])
			}
		}
		_, _ = io.WriteString(w, body)
		_ = http.NewResponseController(w).Flush()
		for i := 0; i < len(fields); i += 2 {
			if !strings.HasPrefix(fields[i], ":") {
				w.Header().Set(http.TrailerPrefix+fields[i], fields[i+1])
			}
		}
	})).Listener.Addr().String()
}

// message is one of gRPC's, with its prefix.
func message(compressed byte, text string) string {
	return string([]byte{compressed, 0, 0, 0, byte(len(text))}) + text
}

// gzipped compresses a message.
func gzipped(t *testing.T, message string) string {
	t.Helper()
	var compressed strings.Builder
	w, err := encoding.GetCompressor(gzip.Name).Compress(&compressed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(w, message)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return compressed.String()
}

// provoked are texts of the real grpc-go's client, with the call that makes it write each.
var provoked = []struct {
	start string
	call  func(t *testing.T) error
}{
	{"connection error: ", func(t *testing.T) error { return invoke(t, loopback.ClosedAddress(t), "") }},
	{"last connection error: ", func(t *testing.T) error { return invoke(t, loopback.ClosedAddress(t), "", balancedByBase()) }},
	{"last resolver error: ", func(t *testing.T) error { return unresolved(t, balancedByBase()) }},
	{"name resolver error: ", func(t *testing.T) error { return unresolved(t) }},
	{"error reading from server: ", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{headers(0, stream, grpcHeaders...), nil} }), "")
	}},
	{"closing transport due to: ", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte {
			return [][]byte{headers(0, stream, grpcHeaders...), goAway(stream, "bye"), nil}
		}), "")
	}},
	{"stream terminated by RST_STREAM with error code: REFUSED_STREAM", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, 7)} }), "")
	}},
	{"stream terminated by RST_STREAM with error code: ENHANCE_YOUR_CALM", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, 11)} }), "")
	}},
	{"stream terminated by RST_STREAM with error code: PROTOCOL_ERROR", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, 1)} }), "")
	}},
	{"transport: malformed grpc-status: ", func(t *testing.T) error { return invoke(t, answering(t, "", "Grpc-Status", "x"), "") }},
	{"transport: malformed x-bin: ", func(t *testing.T) error { return invoke(t, answering(t, "", "X-Bin", "!"), "") }},
	{"transport: malformed http-status: ", func(t *testing.T) error { return answered(t, flagEndStream, ":status", "odd") }},
	{"transport: per-RPC creds failed due to error: ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "", grpc.WithPerRPCCredentials(failingCredentials{}))
	}},
	{"transport: cannot send secure credentials on an insecure connection", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "", calling(grpc.PerRPCCredentials(secureCredentials{})))
	}},
	{"unexpected HTTP status code received from server: ", func(t *testing.T) error {
		return invoke(t, loopback.Serve(t, http.NotFoundHandler()).Listener.Addr().String(), "")
	}},
	{"malformed header: missing HTTP status", func(t *testing.T) error { return answered(t, flagEndStream, "x", "y") }},
	{"grpc-status-details-bin mismatch: ", func(t *testing.T) error {
		return invoke(t, answering(t, "", "Grpc-Status", "5", "Grpc-Status-Details-Bin", "CAc"), "")
	}},
	{"cardinality violation: ", func(t *testing.T) error { return invoke(t, answering(t, "", "Grpc-Status", "0"), "") }},
	{"cardinality violation: ", func(t *testing.T) error {
		return invoke(t, answering(t, message(0, "")+message(0, ""), "Grpc-Status", "0"), "")
	}},
	{"peer header list size exceeded limit", func(t *testing.T) error {
		long := strings.Repeat("x", 100)
		return invoke(t, answering(t, "", ":A", long, ":B", long, ":C", long), "", grpc.WithMaxHeaderListSize(400))
	}},
	{"grpc: received message larger than max ", func(t *testing.T) error {
		return invoke(t, answering(t, message(0, "long")), "", calling(grpc.MaxCallRecvMsgSize(1)))
	}},
	{"grpc: received unexpected payload format ", func(t *testing.T) error { return invoke(t, answering(t, message(7, "")), "") }},
	{"grpc: failed to unmarshal the received message: ", func(t *testing.T) error { return invoke(t, answering(t, message(0, "\xff")), "") }},
	{"grpc: failed to decompress the message: ", func(t *testing.T) error {
		return invoke(t, answering(t, message(1, "not gzip at all"), ":Grpc-Encoding", "gzip"), "")
	}},
	{"grpc: failed to read decompressed data: ", func(t *testing.T) error {
		return invoke(t, answering(t, message(1, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff"), ":Grpc-Encoding", gzip.Name), "")
	}},
	{"grpc: compressed flag set with identity or empty encoding", func(t *testing.T) error { return invoke(t, answering(t, message(1, "x")), "") }},
	{"grpc: Decompressor is not installed for grpc-encoding ", func(t *testing.T) error {
		return invoke(t, answering(t, message(1, "x"), ":Grpc-Encoding", "br"), "")
	}},
	{"grpc: peer compressed the response with ", func(t *testing.T) error {
		return invoke(t, answering(t, message(1, "x"), ":Grpc-Encoding", gzip.Name), "", calling(experimental.AcceptCompressors(failing(t))))
	}},
	{"grpc: received message after decompression larger than max ", func(t *testing.T) error {
		return invoke(t, answering(t, message(1, gzipped(t, strings.Repeat("x", 200))), ":Grpc-Encoding", gzip.Name), "", calling(grpc.MaxCallRecvMsgSize(40)))
	}},
	{"grpc: the client connection is closing", closedConn},
	{"grpc: the client connection is closing", closedInUse},
	{"server closed the stream without sending trailers", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte {
			return [][]byte{headers(0, stream, grpcHeaders...), frame(frameData, flagEndStream, stream, nil)}
		}), "")
	}},
	{"a HEADERS frame cannot appear in the middle of a stream", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte {
			return [][]byte{headers(0, stream, grpcHeaders...), headers(0, stream, "x", "y")}
		}), "")
	}},
	{"trying to send message larger than max ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "long", calling(grpc.MaxCallSendMsgSize(1)))
	}},
	{"grpc: error while marshaling: ", func(t *testing.T) error { return invoke(t, answering(t, ""), "\xff") }},
	{"grpc: error while compressing: ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "x", calling(grpc.UseCompressor(failing(t))))
	}},
	{"grpc: Compressor is not installed for requested grpc-encoding ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "x", calling(grpc.UseCompressor("nope")))
	}},
	{"grpc: compressor ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "x", calling(experimental.AcceptCompressors("nope")))
	}},
}

// unsent are those among them that are about the request, or about an answer that there is.
var unsent = []string{"trying to send ", "grpc: error while ", "grpc: compressor ", "grpc: Compressor ", "grpc: received message "}

// unprovoked are texts for which a call would have to meet a race, gigabytes, half a minute, or what grpc-go no longer
// lets one install. Of the two about draining, TestGRPCDraining gets one or the other.
var unprovoked = []string{
	"keepalive ping failed to receive ACK within timeout", "the connection is draining", "the stream is rejected because server is draining the connection",
	"no children to pick from", "transport is closing", "SubConn state is not Ready",
	"latest balancer error: %v", "%v while waiting for connections to become ready",
	"grpc: no decompressor available for compressed payload", "grpc: message too large (%d bytes)",
	"grpc: received message larger than max length allowed on current machine (%d vs. %d)",
	"grpc: message after decompression larger than max (%d vs. %d)", "grpc: failed to decompress the received message: %v",
	"transport: received per-RPC creds error with illegal status: %v",
}

func TestGRPCClientMadeTexts(t *testing.T) {
	for _, test := range provoked {
		t.Run(test.start, func(t *testing.T) {
			st := status.Convert(test.call(t))
			code := mapping.ConnectCode(st.Code())
			if !strings.HasPrefix(st.Message(), test.start) {
				t.Errorf("the call gave %v, want it to start with %q", st, test.start)
			}
			if _, made := foreign.GRPCClientMade(code, st.Message()); !made {
				t.Errorf("GRPCClientMade(%v, %q) = false", code, st.Message())
			}
			want := !slices.ContainsFunc(unsent, func(start string) bool { return strings.HasPrefix(test.start, start) })
			if got := foreign.GRPCNoAnswer(code, st.Message()); got != want {
				t.Errorf("GRPCNoAnswer(%v, %q) = %t", code, st.Message(), got)
			}
		})
	}
}

// TestEveryGRPCTextIsPinned to a call that provokes it, or to a short list, and to the source in any case.
func TestEveryGRPCTextIsPinned(t *testing.T) {
	source := sourceOf(t, "google.golang.org/grpc")
	messages := []string{exhausted + "failed"} // of TestGRPCExhausted
	for _, test := range provoked {
		message := status.Convert(test.call(t)).Message()
		for _, tail := range []string{"\ndata: ", "; malformed header: ", "; transport: received unexpected "} {
			message, _, _ = strings.Cut(message, tail)
		}
		messages = append(messages, message)
	}
	for _, layout := range foreign.GRPCTexts() {
		words, _, _ := strings.Cut(layout, "%")
		if !strings.Contains(source, `"`+layout) && (words == "" || !strings.Contains(source, `"`+words)) {
			t.Errorf("no literal of grpc-go starts with %q", layout)
		}
		called := slices.ContainsFunc(messages, func(message string) bool { return format.Fits(layout, message) })
		if called == slices.Contains(unprovoked, layout) {
			t.Errorf("%q: want it either provoked or in the list of those that cannot be", layout)
		}
	}
}

// TestGRPCDraining is a call to a server that is about to stop. Which text it gets is chance.
func TestGRPCDraining(t *testing.T) {
	st := status.Convert(invoke(t, peer(t, func(uint32) [][]byte { return [][]byte{goAway(0, "")} }), ""))
	if !strings.HasPrefix(st.Message(), "the connection is draining") && !strings.HasPrefix(st.Message(), "the stream is rejected because server is draining") {
		t.Errorf("the call gave %v", st)
	}
	if !foreign.GRPCNoAnswer(mapping.ConnectCode(st.Code()), st.Message()) {
		t.Errorf("GRPCNoAnswer(%v) = false", st)
	}
}

// TestGRPCCallsThatEnd are the caller's, and nothing is missing.
func TestGRPCCallsThatEnd(t *testing.T) {
	address := peer(t, func(uint32) [][]byte { return nil })
	for name, end := range map[codes.Code]func(context.Context) (context.Context, context.CancelFunc){
		codes.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		},
		codes.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 1) },
	} {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := end(t.Context())
		st := status.Convert(conn.Invoke(ctx, procedure, new(wrapperspb.StringValue), new(wrapperspb.StringValue)))
		cancel()
		_ = conn.Close()
		code := mapping.ConnectCode(st.Code())
		if got, made := foreign.GRPCClientMade(code, st.Message()); !made || got != code || st.Code() != name {
			t.Errorf("GRPCClientMade(%v) = %v, %t", st, got, made)
		}
		if foreign.GRPCNoAnswer(code, st.Message()) {
			t.Errorf("GRPCNoAnswer(%v) = true", st)
		}
	}
	// A server that learns of the end first confirms it so.
	st := status.Convert(invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, 8)} }), ""))
	if foreign.GRPCNoAnswer(mapping.ConnectCode(st.Code()), st.Message()) || st.Code() != codes.Canceled {
		t.Errorf("GRPCNoAnswer(%v) = true", st)
	}
}

// TestGRPCCodes are those that describe a client's text better than its own.
func TestGRPCCodes(t *testing.T) {
	for _, test := range provoked {
		var st codes.Code
		switch {
		case test.start == "grpc: the client connection is closing":
			st = codes.Unavailable
		case strings.Contains(test.start, "larger than max "):
			st = codes.Internal
		default:
			continue
		}
		got := status.Convert(test.call(t))
		if code, _ := foreign.GRPCClientMade(mapping.ConnectCode(got.Code()), got.Message()); code != mapping.ConnectCode(st) {
			t.Errorf("GRPCClientMade(%v) = %v, want %v", got, code, st)
		}
		over, sending := foreign.GRPCOverLimit(mapping.ConnectCode(got.Code()), got.Message())
		if over != (st == codes.Internal) || sending != strings.HasPrefix(test.start, "trying to send ") {
			t.Errorf("GRPCOverLimit(%v) = %t, %t", got, over, sending)
		}
		if foreign.GRPCClosed(got.Message()) != (st == codes.Unavailable) {
			t.Errorf("GRPCClosed(%v) is wrong", got)
		}
	}
}

// exhausted is the text of TestGRPCExhausted.
const exhausted = "max retries exhausted: "

// The texts of a handler's own stream.
const (
	sentTwice = "transport: SendHeader called multiple times"
	sentLarge = "transport: trying to send header list size larger than the limit set by peer"
)

// TestGRPCServersTexts are not a client's, though they start like one.
func TestGRPCServersTexts(t *testing.T) {
	var twice error
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		twice = errors.Join(stream.SendHeader(nil), stream.SendHeader(nil))
		return stream.SendMsg(new(wrapperspb.StringValue))
	}))
	if err := invoke(t, serveGRPC(t, server), ""); err != nil {
		t.Fatal(err)
	}
	st, _ := status.FromError(twice)
	for _, text := range []string{sentTwice, sentLarge, "no such folder", ""} {
		if foreign.GRPCNoAnswer(mapping.ConnectCode(codes.Internal), text) {
			t.Errorf("GRPCNoAnswer(%q) = true", text)
		}
		if _, made := foreign.GRPCClientMade(mapping.ConnectCode(codes.Internal), text); made {
			t.Errorf("GRPCClientMade(%q) = true", text)
		}
	}
	if !strings.Contains(twice.Error(), sentTwice) {
		t.Errorf("the stream gave %v", st)
	}
}

// TestGRPCFailures: a client's own status tells how far the call came. Only a call that may be repeated
// is unsent.
func TestGRPCFailures(t *testing.T) {
	page := func(code int) string {
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		s.Config.Protocols = protocols
		s.Start()
		t.Cleanup(s.Close)
		return s.Listener.Addr().String()
	}
	resetBy := func(code uint32) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, code)} }), "")
	}
	for name, test := range map[string]struct {
		err  error
		want mapping.CallFailure
	}{
		"refused":              {invoke(t, loopback.ClosedAddress(t), ""), mapping.CallUnsent},
		"no preface":           {invoke(t, silent(t), ""), mapping.CallUnsent},
		"no name":              {unresolved(t), mapping.CallUnsent},
		"refused, by a base":   {invoke(t, loopback.ClosedAddress(t), "", balancedByBase()), mapping.CallUnsent},
		"draining":             {invoke(t, peer(t, func(uint32) [][]byte { return [][]byte{goAway(0, "")} }), ""), mapping.CallUnsent},
		"REFUSED_STREAM":       {resetBy(7), mapping.CallUnsent},
		"INTERNAL_ERROR":       {resetBy(2), mapping.CallBroken},
		"ENHANCE_YOUR_CALM":    {resetBy(11), mapping.CallBroken},
		"CANCEL":               {resetBy(8), mapping.CallBroken},
		"cut before an answer": {invoke(t, peer(t, func(uint32) [][]byte { return [][]byte{nil} }), ""), mapping.CallBroken},
		"cut in an answer":     {invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{headers(0, stream, grpcHeaders...), nil} }), ""), mapping.CallBroken},
		"GOAWAY, then cut": {invoke(t, peer(t, func(stream uint32) [][]byte {
			return [][]byte{headers(0, stream, grpcHeaders...), goAway(stream, "bye"), nil}
		}), ""), mapping.CallBroken},
		"closed by this process": {closedInUse(t), mapping.CallBroken},
		"a page of 404":          {invoke(t, page(404), ""), mapping.CallRejected},
		"a page of 429":          {invoke(t, page(429), ""), mapping.CallUnsent},
		"a page of 502":          {invoke(t, page(502), ""), mapping.CallBroken},
		"a page of 503":          {invoke(t, page(503), ""), mapping.CallUnsent},
		"a page of 504":          {invoke(t, page(504), ""), mapping.CallTimedOut},
		"too large an answer":    {invoke(t, answering(t, message(0, "long")), "", calling(grpc.MaxCallRecvMsgSize(1))), mapping.CallRejected},
		"too large a request":    {invoke(t, answering(t, ""), "long", calling(grpc.MaxCallSendMsgSize(1))), mapping.CallRejected},
		"a server's own":         {status.Error(codes.Unavailable, "come back later"), mapping.CallAnswered},
		"a server's limit":       {status.Error(codes.ResourceExhausted, "three a minute"), mapping.CallAnswered},
	} {
		st := status.Convert(test.err)
		if got := foreign.GRPCFailure(mapping.ConnectCode(st.Code()), st.Message()); got != test.want {
			t.Errorf("%s: GRPCFailure(%v) = %d, want %d", name, st, got, test.want)
		}
	}
}

// silent accepts connections, and closes them without a word.
func silent(t *testing.T) string {
	t.Helper()
	return loopback.Accept(t, func(net.Conn) {})
}
