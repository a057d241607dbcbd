// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/mapping"
)

// G8 tests that no server makes a client panic, and that whatever a server answers is an error of one of the 16
// codes (G6) which keeps its number.
func G8(t *testing.T, s Stack) {
	t.Run("details", s.hostileDetails)
	t.Run("statuses", s.hostileStatuses)
	t.Run("Connect's errors", s.hostileJSON)
}

// A hostileAnswer is one that no server of ours gives.
type hostileAnswer struct {
	name    string
	details []*anypb.Any
	code    int32
	check   func(t *testing.T, e *mapping.Error)
}

func ownDetail(bytes string) *anypb.Any {
	return &anypb.Any{TypeUrl: "type.googleapis.com/errpact.v1.ErrorDetail", Value: []byte(bytes)}
}

func inferred(want mapping.Code) func(*testing.T, *mapping.Error) {
	return func(t *testing.T, e *mapping.Error) {
		t.Helper()
		if !e.Inferred() || e.Code() != want {
			t.Errorf("Inferred = %v, Code = %v", e.Inferred(), e.Code())
		}
	}
}

func numbered(number int32, catalogue, reason string) func(*testing.T, *mapping.Error) {
	return func(t *testing.T, e *mapping.Error) {
		t.Helper()
		if e.Inferred() || e.Code().Number() != number || e.Code().Catalogue().Name() != catalogue || e.Reason() != reason {
			t.Errorf("got %d of %q, reason %q", e.Code().Number(), e.Code().Catalogue().Name(), e.Reason())
		}
	}
}

func hostileAnswers(t *testing.T) []hostileAnswer {
	t.Helper()
	const ours = "errpact.v1.ErrorCode"
	number := int32(1001)
	info := func(reason, domain string) []*anypb.Any {
		return []*anypb.Any{pack(t, &errdetails.ErrorInfo{Reason: reason, Domain: domain})}
	}
	own := func(bytes string) []*anypb.Any { return []*anypb.Any{ownDetail(bytes)} }
	notExist := inferred(errpactv1err.NotExist)
	return []hostileAnswer{
		{"nothing", nil, 5, notExist},
		{"no type", []*anypb.Any{{}}, 5, notExist},
		{"malformed", own("\xff\xff"), 5, notExist},
		{"malformed, of all kinds", []*anypb.Any{
			{}, {TypeUrl: "/"}, ownDetail("\xff"), {TypeUrl: "google.rpc.ErrorInfo", Value: []byte{0xff}},
		}, 5, notExist},
		{"no number", own("\x1a\x03ABC"), 5, notExist},
		{"unknown number", own("\x08\xe7\x24"), 5, numbered(4711, ours, "")},
		{"negative number", own("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), 5, numbered(-1, ours, "")},
		{"no reason", own("\x08\x0a\x1a\x04a\n\x00b"), 5, numbered(10, ours, "")},
		{"unknown reason", own("\x08\x0a\x1a\x04ABCD"), 5, numbered(10, ours, "ABCD")},
		{"unknown catalogue", []*anypb.Any{pack(t, &errpactv1.ErrorDetail{Catalogue: "acme.v1.Shop", Number: &number, Reason: "SOLD_OUT"})}, 5,
			numbered(1001, "acme.v1.Shop", "SOLD_OUT")},
		{"catalogue that is no name", []*anypb.Any{pack(t, &errpactv1.ErrorDetail{Catalogue: "a b\n", Number: &number})}, 5,
			numbered(1001, "unknown", "")},
		{"bad payload", own("\x08\x0a\x22\x01{"), 5, numbered(10, ours, "")},
		{"both numbers", own("\x28\xe9\x07\x12\x0cacme.v1.Shop\x08\x0a"), 5, numbered(1001, "acme.v1.Shop", "")},
		{"too long", own("\x08\x0a\x22\x80\x80\x04\"" + strings.Repeat("x", 65534) + "\""), 5, notExist},
		{"after 64 others", append(slices.Repeat([]*anypb.Any{{}}, 64), ownDetail("\x08\x0a")), 3, inferred(errpactv1err.InvalidValue)},
		{"unrelated type", []*anypb.Any{pack(t, &errpactv1.Entry{Message: "x"}), pack(t, &statuspb.Status{Code: 1})}, 5, notExist},
		{"info alone", info("INVALID_HASH", "errpact.dev"), 3, numbered(14, ours, "INVALID_HASH")},
		{"info alone, of an entry", info("NOT_EXIST", "errpact.dev"), 5, numbered(10, ours, "")},
		{"info of another domain", info("NOT_EXIST", "acme.dev"), 8, inferred(errpactv1err.Unknown)},
		{"code 17", nil, 17, inferred(errpactv1err.Unknown)},
		{"code -1", nil, -1, inferred(errpactv1err.Unknown)},
		{"code 0 in the details", nil, 0, inferred(errpactv1err.Unknown)},
		{"code 0 with a number", own("\x08\x0a"), 0, numbered(10, ours, "")},
	}
}

// trailersOnly answers every call of gRPC and of gRPC-Web, after a message if it is to.
func trailersOnly(first bool, trailers http.Header) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		prefix := ""
		if first {
			_, _ = w.Write(forge.Frame(0, nil))
			prefix = http.TrailerPrefix
		}
		for key, values := range trailers {
			w.Header()[prefix+key] = values
		}
	}
}

// statusTrailers says in the details what the header may not say.
func statusTrailers(t *testing.T, inHeader string, st *statuspb.Status) http.Header {
	t.Helper()
	details, err := proto.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{
		"Grpc-Status": {inHeader}, "Grpc-Message": {st.GetMessage()}, "Grpc-Status-Details-Bin": {connect.EncodeBinaryHeader(details)},
	}
}

// ofGRPC are the ways that take the trailers of gRPC.
func (s Stack) ofGRPC() []Way {
	return slices.DeleteFunc(slices.Clone(s.Ways), func(w Way) bool { return !w.HTTP2 || w.Protocol != GRPC && w.Protocol != GRPCWeb })
}

func (s Stack) hostileDetails(t *testing.T) {
	for _, h := range hostileAnswers(t) {
		inHeader := "2"
		if s.StrictStatus {
			inHeader = fmt.Sprint(h.code)
			if h.code < 1 || h.code > 16 {
				continue
			}
		}
		t.Run(h.name, func(t *testing.T) {
			b := raw(t, trailersOnly(false, statusTrailers(t, inHeader, &statuspb.Status{Code: h.code, Message: "words", Details: h.details})))
			for _, w := range s.ofGRPC() {
				for _, procedure := range procedures {
					for _, side := range []Side{Decoding, Relaying} {
						err := Call(t.Context(), w.Dial(t, b, Calling{Side: side}), procedure, nil)
						e, ok := mapping.From(err)
						if !ok || !e.Remote() || e.ConnectCode() < 1 || e.ConnectCode() > 16 || e.Message() != "words" {
							t.Fatalf("%s%s: %v", w.Name, procedure, err)
						}
						h.check(t, e)
						useAll(err)
					}
				}
			}
		})
	}
}

// useAll calls everything that reads a received error.
func useAll(err error) {
	e, _ := mapping.From(err)
	_, _, _, _ = e.Metadata(), e.Fields(), e.Details(), e.RequestID()
	_, _ = e.RetryDelay()
	_, _ = mapping.Detail[*errdetails.ErrorInfo](err)
	_, _ = mapping.Detail[*errpactv1.ErrorDetail](err)
	_, _ = mapping.Payload[any](err)
	_ = fmt.Sprintf("%v %+v %s", err, e, e.LogValue())
	_ = mapping.EnvelopeOf(err).AppendJSON(nil)
	_ = e.WithMetadata("k", "v").WithField("f", "d").WithPayload(1).Relay().Details()
}

func (s Stack) hostileStatuses(t *testing.T) {
	for name, trailers := range map[string]http.Header{
		"17":              {"Grpc-Status": {"17"}, "Grpc-Message": {"words"}},
		"the largest":     {"Grpc-Status": {"2147483647"}},
		"negative":        {"Grpc-Status": {"-1"}},
		"no number":       {"Grpc-Status": {"x"}},
		"no status":       {},
		"no details":      {"Grpc-Status": {"5"}, "Grpc-Status-Details-Bin": {"!"}},
		"another status":  statusTrailers(t, "5", &statuspb.Status{Code: 7}),
		"control letters": {"Grpc-Status": {"5"}, "Grpc-Message": {"a%0D%0Ab%1B%FF%00"}},
	} {
		for _, first := range []bool{false, true} {
			b := raw(t, trailersOnly(first, trailers))
			for side, with := range map[string]Side{"our client": Decoding, "relaying client": Relaying} {
				t.Run(fmt.Sprintf("%s after a message %v to %s", name, first, side), func(t *testing.T) {
					for _, w := range s.ofGRPC() {
						for _, procedure := range procedures {
							if first && procedure == ClientStream || w.Protocol == GRPCWeb && first {
								continue // it has its one message, or its trailers are in the body
							}
							s.checkHostileStatus(t, Call(t.Context(), w.Dial(t, b, Calling{Side: with}), procedure, nil))
						}
					}
				})
			}
		}
	}
}

func (s Stack) checkHostileStatus(t *testing.T, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || !found.Remote() || found.ConnectCode() < 1 || found.ConnectCode() > 16 {
		t.Errorf("the call gave %v", err)
	}
	for _, r := range found.Message() + err.Error() {
		if r < ' ' {
			t.Errorf("the text is %q", err.Error())
		}
	}
	useAll(err)
}

// jsonErrors are bodies of Connect's errors.
var jsonErrors = []string{
	`{"code":"not_found","message":"words","details":[null]}`,
	`{"code":"not_found","message":"words","details":[null,{"type":"errpact.v1.ErrorDetail","value":"CAo"},null]}`,
	`{"code":"not_found","message":"words","details":[{"type":"errpact.v1.ErrorDetail","value":"!!"}]}`,
	`{"code":"not_found","message":"words","details":[{}]}`,
	`{"code":"not_found","message":"words","details":[{"type":"google.rpc.Help","value":"/////w"}]}`,
	`{"code":"not_found","message":"words","details":{"a":1}}`,
	`{"code":"","message":"words"}`, `{"code":17}`, `{}`, `null`, `[]`, ``, `{`,
}

func (s Stack) hostileJSON(t *testing.T) {
	for _, w := range s.Ways {
		if w.Protocol != Connect || !w.HTTP2 {
			continue
		}
		for _, body := range jsonErrors {
			t.Run(w.Name+"/"+body, func(t *testing.T) {
				b := raw(t, func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == Unary {
						w.Header().Set("Content-Type", "application/json")
						w.WriteHeader(http.StatusNotFound)
						_, _ = io.WriteString(w, body)
						return
					}
					w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
					_, _ = w.Write(forge.Frame(2, []byte(`{"error":`+body+`}`)))
				})
				for _, procedure := range procedures {
					err := Call(t.Context(), w.Dial(t, b, Calling{}), procedure, nil)
					if err == nil {
						if procedure != Unary && body == "null" {
							continue // an end without an error
						}
						t.Fatalf("%s succeeded", procedure)
					}
					useAll(err)
				}
			})
		}
	}
}
