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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/serviceconfig"
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
	{"stream terminated by RST_STREAM with error code: CANCEL", func(t *testing.T) error {
		return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{reset(stream, 8)} }), "")
	}},
	{"error parsing service config: canary", func(t *testing.T) error { return configured(t, &serviceconfig.ParseResult{Err: errCanary}) }},
	{"illegal service config type: ", func(t *testing.T) error {
		return configured(t, &serviceconfig.ParseResult{Config: struct{ serviceconfig.Config }{}})
	}},
	{"invalid header field name ", func(t *testing.T) error { return answered(t, flagEndStream, ":status", "200", "A", "b") }},
	{"pseudo header field after regular", func(t *testing.T) error { return answered(t, flagEndStream, "a", "b", ":status", "200") }},
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
	{"no codec registered for content-subtype ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "x", calling(grpc.CallContentSubtype("nope")))
	}},
	{"header list size to send violates ", func(t *testing.T) error {
		server := loopback.New(http.NotFoundHandler())
		server.Config.MaxHeaderBytes = 1
		server.Start()
		t.Cleanup(server.Close)
		return invoke(t, server.Listener.Addr().String(), "x", grpc.WithUserAgent(strings.Repeat("x", 10_000)))
	}},
	{"grpc: compressor ", func(t *testing.T) error {
		return invoke(t, answering(t, ""), "x", calling(experimental.AcceptCompressors("nope")))
	}},
}

// unsent are those among them that are about the request, or about an answer that there is.
var unsent = []string{"trying to send ", "grpc: error while ", "grpc: compressor ", "grpc: Compressor ", "grpc: received message ", "no codec ", "header list size "}

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
	"closing connection since the server is not reading: %v", "received %d-bytes data exceeding the limit %d bytes", "received invalid frame",
	"invalid header field value for %q", "invalid pseudo-header %q", "duplicate pseudo-header %q", "mix of request and response pseudo headers",
	"failed to validate authority %q : %v", "invalid client interceptor type %T",
	"credentials type %q does not implement the AuthorityValidator interface, but authority override specified with CallAuthority call option",
	// Of balancers and credentials that one has to choose.
	"produced zero addresses", "weighted-target: no targets to pick from", "all SubConns are in TransientFailure", "pickfirst: health check failure: %v",
	"request dropped by grpclb", "most recent error from RLS server: %v",
	"received picker error with illegal status: %v", "config selector returned illegal status: %v",
	"credentials: failed to fetch ID token: %v", "credentials: fetched token is expired", "token file %q is empty: %w", "token file %q: %v: %w",
}

// unseen are formats in the same files of grpc-go that no caller of a client gets as they are.
var unseen = []string{
	// They are quoted after "connection error: ".
	"transport: error while dialing: %v", "transport: Error while dialing: %v", "transport: failed to set TCP_USER_TIMEOUT: %v",
	"transport: authentication handshake failed: %v", "transport: failed to write client preface: %v", "transport: preface mismatch, wrote %d bytes; want %d",
	"transport: failed to write initial settings frame: %v", "transport: failed to write window update: %v",
	"error reading server preface: %v", "initial http2 frame from server is not a settings frame: %T",
	// The next frame's error, or the connection's end, replaces them, or no call is left.
	"received goaway with non-zero even-numbered stream id: %v",
	"received goaway with stream id: %v, which exceeds stream id of previous goaway: %v",
	"received goaway and there are no active streams", "no active streams left to process while draining",
	// The channel's own checks of a server's health get them.
	"the provided transport is no longer valid to use", "grpc: the SubConn is closing",
	// A mistake of the program's that calls.
	"SendMsg called after CloseSend", "Unexpected error from context packet: %v",
	// A server's.
	"cardinality violation: received no request message from non-client-streaming RPC",
	"cardinality violation: received multiple request messages for non-client-streaming RPC",
}

// TestEveryTextOfGRPCsClientIsListed, or is one that no caller gets: the next version of grpc-go may have others.
func TestEveryTextOfGRPCsClientIsListed(t *testing.T) {
	made := regexp.MustCompile(`(?:status\.(?:Error|New)f?\([\w.]+, (?:fmt\.Sprintf\()?|connectionErrorf\([\w()]+, \w+, |NewErrPicker\(errors\.New\(|picker\{err: fmt\.Errorf\()("(?:[^"\\]|\\.)*")`)
	known := append(foreign.GRPCTexts(), unseen...)
	var found int
	for _, file := range []string{
		"clientconn.go", "stream.go", "rpc_util.go", "picker_wrapper.go", "balancer_wrapper.go", "internal/transport/http2_client.go",
		"internal/transport/client_stream.go", "internal/transport/transport.go", "balancer/base/balancer.go", "balancer/pickfirst/pickfirst.go",
		"balancer/endpointsharding/endpointsharding.go", "balancer/ringhash/ringhash.go", "balancer/weightedtarget/weightedaggregator/aggregator.go",
		"balancer/grpclb/grpclb_picker.go", "balancer/rls/picker.go", "credentials/google/idtoken.go", "credentials/google/gcp_service_account_identity_credentials.go",
	} {
		for _, match := range made.FindAllStringSubmatch(fileOf(t, "google.golang.org/grpc", file), -1) {
			layout, err := strconv.Unquote(match[1])
			if err != nil {
				t.Fatal(err)
			}
			found++
			if !slices.ContainsFunc(known, func(one string) bool { return one == layout || format.Fits(one, layout) }) {
				t.Errorf("%s has %q, which package foreign does not know: list it there, or in unseen", file, layout)
			}
		}
	}
	if found < len(unseen)+len(foreign.GRPCTexts())/2 {
		t.Errorf("only %d texts found: grpc-go writes them otherwise now", found)
	}
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
	source := sourceOf(t, "google.golang.org/grpc") + sourceOf(t, "golang.org/x/net")
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
	const confirmed = "stream terminated by RST_STREAM with error code: CANCEL"
	if _, made := foreign.GRPCClientMade(mapping.ConnectCode(codes.DeadlineExceeded), confirmed); !made {
		t.Errorf("GRPCClientMade(%q) = false", confirmed)
	}
	if foreign.GRPCNoAnswer(mapping.ConnectCode(codes.DeadlineExceeded), confirmed) {
		t.Errorf("GRPCNoAnswer(%q) = true", confirmed)
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
		"closed, not read":       {status.Error(codes.Unavailable, "closing connection since the server is not reading: still throttled after 10s, with at least 10000 queued frames"), mapping.CallBroken},
		"CANCEL at the deadline": {status.Error(codes.DeadlineExceeded, "stream terminated by RST_STREAM with error code: CANCEL"), mapping.CallTimedOut},
		"no config":              {configured(t, &serviceconfig.ParseResult{Err: errCanary}), mapping.CallUnsent},
		"no settings":            {invoke(t, greeting(t, frame(6, 0, 0, make([]byte, 8))), ""), mapping.CallUnsent},
		"another authority":      {status.Error(codes.Unavailable, `failed to validate authority "a" : x509: b`), mapping.CallUnsent},
		"no token":               {status.Error(codes.Unauthenticated, "credentials: failed to fetch ID token: HTTP status 401: canary"), mapping.CallRejected},
		"a server's own":         {status.Error(codes.Unavailable, "come back later"), mapping.CallAnswered},
		"a server's limit":       {status.Error(codes.ResourceExhausted, "three a minute"), mapping.CallAnswered},
	} {
		st := status.Convert(test.err)
		if got := foreign.GRPCFailure(mapping.ConnectCode(st.Code()), st.Message()); got != test.want {
			t.Errorf("%s: GRPCFailure(%v) = %d, want %d", name, st, got, test.want)
		}
	}
}

// greeting accepts connections, and says one thing.
func greeting(t *testing.T, text []byte) string {
	t.Helper()
	return loopback.Accept(t, func(conn net.Conn) {
		_, _ = conn.Write(text)
		_, _ = io.Copy(io.Discard, conn)
	})
}

// silent accepts connections, and closes them without a word.
func silent(t *testing.T) string {
	t.Helper()
	return loopback.Accept(t, func(net.Conn) {})
}
