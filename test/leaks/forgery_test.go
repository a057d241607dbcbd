// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
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
)

// A forgery is an error answer that a hostile server writes, in the bytes of one protocol.
type forgery struct {
	code    connect.Code
	message string
	details []*anypb.Any
}

// forged has the canary in every part, and poses as one of our own errors.
func forged(code connect.Code) forgery {
	number := errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST
	return forgery{code, canary, append(hiddenDetails(),
		packed(&errpactv1.ErrorDetail{Code: &number, Reason: "SQUINTINGOSTRICH", DetailsJson: `{"squintingostrich":1}`}),
		packed(&errdetails.ErrorInfo{Reason: "SQUINTINGOSTRICH", Domain: "errpact.dev", Metadata: map[string]string{canary: canary}}),
		packed(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: canary, Description: canary}}}),
		packed(&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Minute)}),
	)}
}

// hiddenDetails are those that are never passed on, relayed or not.
func hiddenDetails() []*anypb.Any {
	return []*anypb.Any{
		packed(&errdetails.RequestInfo{RequestId: canary, ServingData: canary}),
		packed(debugInfo),
		packed(&errdetails.Help{Links: []*errdetails.Help_Link{{Description: canary, Url: "https://" + canary}}}),
		packed(&errdetails.LocalizedMessage{Locale: "en", Message: canary}),
		packed(&errdetails.ResourceInfo{ResourceName: canary, Owner: canary}),
		packed(wrapperspb.String(canary)),
		packed(packed(wrapperspb.String(canary))),
		{TypeUrl: "example.com/" + canary + ".v1.Type", Value: []byte(canary)},
		{TypeUrl: canary, Value: []byte("\xff" + canary)},
	}
}

// setHeaders are headers that no error needs.
func setHeaders(h http.Header) {
	for _, name := range []string{"Set-Cookie", "X-" + canary, "Www-Authenticate", "Location", "Retry-After", "X-Request-Id", "Etag", "Server"} {
		h.Set(name, canary)
	}
}

// connectJSON is Connect's error as JSON, with forged renderings of the details, and keys that are none
// of Connect's.
func (f forgery) connectJSON() []byte {
	details := []any{nil, map[string]any{}}
	for _, d := range f.details {
		details = append(details, map[string]any{
			"type": strings.TrimPrefix(d.GetTypeUrl(), "type.googleapis.com/"), "value": base64.RawStdEncoding.EncodeToString(d.GetValue()),
			"debug": map[string]any{"@type": canary, "detail": canary}, canary: canary,
		})
	}
	b, err := json.Marshal(map[string]any{
		"code": f.code.String(), "message": f.message, "details": details,
		"error_code": 9, "error_message": canary, "stack": canary, canary: map[string]any{canary: canary},
	})
	if err != nil {
		panic(err)
	}
	return b
}

func (f forgery) connectUnary(w http.ResponseWriter, _ *http.Request) {
	setHeaders(w.Header())
	w.Header().Set("Trailer-X-"+canary, canary)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTeapot)
	_, _ = w.Write(f.connectJSON())
}

func (f forgery) connectUnaryInGzip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	f.connectUnary(&zippedOnce{w}, r)
}

// zippedOnce is for a body that is written at once.
type zippedOnce struct{ http.ResponseWriter }

func (z *zippedOnce) Write(p []byte) (int, error) {
	return z.ResponseWriter.Write([]byte(zipped(string(p))))
}

func (f forgery) connectStream(w http.ResponseWriter, _ *http.Request) {
	setHeaders(w.Header())
	w.Header().Set("Content-Type", "application/connect+proto")
	end := fmt.Sprintf(`{"metadata":{"x-%s":[%q],"Set-Cookie":[%q]},"error":%s,%q:1}`, canary, canary, canary, f.connectJSON(), canary)
	_, _ = w.Write(frame(2, []byte(end)))
}

func (f forgery) trailers() http.Header {
	status, err := proto.Marshal(&spb.Status{Code: int32(f.code), Message: f.message, Details: f.details})
	if err != nil {
		panic(err)
	}
	h := http.Header{
		"Grpc-Status": {fmt.Sprint(int32(f.code))}, "Grpc-Message": {f.message},
		"Grpc-Status-Details-Bin": {base64.RawStdEncoding.EncodeToString(status)},
	}
	setHeaders(h)
	return h
}

func (f forgery) grpc(w http.ResponseWriter, _ *http.Request) {
	setHeaders(w.Header())
	w.Header().Set("Content-Type", "application/grpc")
	w.WriteHeader(http.StatusOK)
	for name, values := range f.trailers() {
		w.Header()[http.TrailerPrefix+name] = values
	}
}

func (f forgery) grpcTrailersOnly(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/grpc")
	for name, values := range f.trailers() {
		w.Header()[name] = values
	}
}

func (f forgery) grpcWeb(w http.ResponseWriter, _ *http.Request) {
	setHeaders(w.Header())
	w.Header().Set("Content-Type", "application/grpc-web+proto")
	var trailers strings.Builder
	_ = f.trailers().Write(&trailers)
	_, _ = w.Write(frame(0x80, []byte(trailers.String())))
}

// frame is an enveloped message of Connect's streams and of gRPC-Web.
func frame(flags byte, message []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message))), message...)
}
