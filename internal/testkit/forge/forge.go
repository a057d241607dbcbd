// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package forge writes the error answers of hostile servers, in the bytes of each protocol.
package forge

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/testkit/opaque"
)

const canary = opaque.Canary

// An Answer is an error that a server sends.
type Answer struct {
	Code    connect.Code
	Message string
	Details []*anypb.Any
}

// Hostile returns an answer with the canary in every part, which poses as one of our own errors.
func Hostile(code connect.Code) Answer {
	number := errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST
	return Answer{code, canary, append(HiddenDetails(),
		packed(&errpactv1.ErrorDetail{Code: &number, Reason: strings.ToUpper(canary), DetailsJson: `{"` + canary + `":1}`}),
		packed(&errdetails.ErrorInfo{Reason: strings.ToUpper(canary), Domain: "errpact.dev", Metadata: map[string]string{canary: canary}}),
		packed(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: canary, Description: canary}}}),
		packed(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Minute)}),
	)}
}

// Relayable returns what may be passed on, among all that may not.
func Relayable(code connect.Code, number errpactv1.ErrorCode) Answer {
	return Answer{code, "words for the caller", append(HiddenDetails(),
		packed(&errpactv1.ErrorDetail{Code: &number, Reason: "OF_THEIRS", DetailsJson: `{"left":3}`}),
		packed(&errdetails.ErrorInfo{Reason: canary, Domain: canary, Metadata: map[string]string{"good": "v", "bad key " + canary: "x"}}),
		packed(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{
			Field: "f", Description: "d", LocalizedMessage: &errdetails.LocalizedMessage{Locale: "en", Message: canary},
		}}}),
		packed(&errdetails.RetryInfo{RetryDelay: durationpb.New(48 * time.Hour)}),
	)}
}

// HiddenDetails returns details that are never passed on, relayed or not.
func HiddenDetails() []*anypb.Any {
	return []*anypb.Any{
		packed(&errdetails.RequestInfo{RequestId: canary, ServingData: canary}),
		packed(&errdetails.DebugInfo{StackEntries: []string{canary}, Detail: canary}),
		packed(&errdetails.Help{Links: []*errdetails.Help_Link{{Description: canary, Url: "https://" + canary}}}),
		packed(&errdetails.LocalizedMessage{Locale: "en", Message: canary}),
		packed(&errdetails.ResourceInfo{ResourceName: canary, Owner: canary}),
		packed(wrapperspb.String(canary)),
		packed(packed(wrapperspb.String(canary))),
		{TypeUrl: "example.com/" + canary + ".v1.Type", Value: []byte(canary)},
		{TypeUrl: canary, Value: []byte("\xff" + canary)},
	}
}

// SetHeaders sets headers that no error needs.
func SetHeaders(h http.Header) {
	for _, name := range []string{"Set-Cookie", "X-" + canary, "Www-Authenticate", "Location", "Retry-After", "X-Request-Id", "Etag", "Server"} {
		h.Set(name, canary)
	}
}

// connectJSON returns Connect's error as JSON, with forged renderings of the details and with keys that
// Connect does not know.
func (a Answer) connectJSON() []byte {
	details := []any{nil, map[string]any{}}
	for _, d := range a.Details {
		details = append(details, map[string]any{
			"type": strings.TrimPrefix(d.GetTypeUrl(), "type.googleapis.com/"), "value": base64.RawStdEncoding.EncodeToString(d.GetValue()),
			"debug": map[string]any{"@type": canary, "detail": canary}, canary: canary,
		})
	}
	b, err := json.Marshal(map[string]any{
		"code": a.Code.String(), "message": a.Message, "details": details,
		"error_code": 9, "error_message": canary, "stack": canary, canary: map[string]any{canary: canary},
	})
	if err != nil {
		panic(err)
	}
	return b
}

// ConnectUnary answers a unary call of Connect.
func (a Answer) ConnectUnary(w http.ResponseWriter, _ *http.Request) {
	SetHeaders(w.Header())
	w.Header().Set("Trailer-X-"+canary, canary)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTeapot)
	_, _ = w.Write(a.connectJSON())
}

// ConnectUnaryInGzip answers a unary call of Connect with a compressed body.
func (a Answer) ConnectUnaryInGzip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	a.ConnectUnary(&zippedOnce{w}, r)
}

// zippedOnce compresses a body that is written at once.
type zippedOnce struct{ http.ResponseWriter }

func (z *zippedOnce) Write(p []byte) (int, error) {
	return z.ResponseWriter.Write(Zipped(p))
}

// ConnectStream answers a stream of Connect.
func (a Answer) ConnectStream(w http.ResponseWriter, _ *http.Request) {
	SetHeaders(w.Header())
	w.Header().Set("Content-Type", "application/connect+proto")
	end := fmt.Sprintf(`{"metadata":{"x-%s":[%q],"Set-Cookie":[%q]},"error":%s,%q:1}`, canary, canary, canary, a.connectJSON(), canary)
	_, _ = w.Write(Frame(2, []byte(end)))
}

func (a Answer) trailers() http.Header {
	status, err := proto.Marshal(&spb.Status{Code: int32(a.Code), Message: a.Message, Details: a.Details})
	if err != nil {
		panic(err)
	}
	h := http.Header{
		"Grpc-Status": {fmt.Sprint(int32(a.Code))}, "Grpc-Message": {a.Message},
		"Grpc-Status-Details-Bin": {base64.RawStdEncoding.EncodeToString(status)},
	}
	SetHeaders(h)
	return h
}

// GRPC answers a call of gRPC after its headers.
func (a Answer) GRPC(w http.ResponseWriter, _ *http.Request) {
	SetHeaders(w.Header())
	w.Header().Set("Content-Type", "application/grpc")
	w.WriteHeader(http.StatusOK)
	for name, values := range a.trailers() {
		w.Header()[http.TrailerPrefix+name] = values
	}
}

// GRPCTrailersOnly answers a call of gRPC with trailers only.
func (a Answer) GRPCTrailersOnly(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/grpc")
	for name, values := range a.trailers() {
		w.Header()[name] = values
	}
}

// GRPCWeb answers a call of gRPC-Web.
func (a Answer) GRPCWeb(w http.ResponseWriter, _ *http.Request) {
	SetHeaders(w.Header())
	w.Header().Set("Content-Type", "application/grpc-web+proto")
	var trailers strings.Builder
	_ = a.trailers().Write(&trailers)
	_, _ = w.Write(Frame(0x80, []byte(trailers.String())))
}

// Frame returns an enveloped message of Connect's streams, of gRPC and of gRPC-Web.
func Frame(flags byte, message []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message))), message...)
}

// Zipped returns text in gzip.
func Zipped(text []byte) []byte {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = zw.Write(text)
	_ = zw.Close()
	return b.Bytes()
}

// Handler answers every call in the protocol of its request.
func (a Answer) Handler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch kind := r.Header.Get("Content-Type"); {
		case strings.HasPrefix(kind, "application/connect+"):
			a.ConnectStream(w, r)
		case strings.HasPrefix(kind, "application/grpc-web"):
			a.GRPCWeb(w, r)
		case strings.HasPrefix(kind, "application/grpc"):
			a.GRPC(w, r)
		default:
			a.ConnectUnary(w, r)
		}
	}
}

func packed(m proto.Message) *anypb.Any {
	a, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return a
}
