// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// TestG6ServersSendOnlyThe16Codes: with a code of 0 a stream of gRPC would end as a success.
func TestG6ServersSendOnlyThe16Codes(t *testing.T) {
	t.Parallel()
	var failures []failure
	for _, code := range []connect.Code{0, 17, 18, 99, math.MaxInt32, 1 << 31, math.MaxUint32 - 1, math.MaxUint32} {
		full := everywhere(code)
		failures = append(failures,
			failure{fmt.Sprint(uint32(code)), give(connect.NewError(code, errors.New("text"))), unknown},
			failure{fmt.Sprintf("%d without text", uint32(code)), give(connect.NewError(code, nil)), unknown},
			failure{fmt.Sprintf("%d with details", uint32(code)), give(full), unknown},
			failure{fmt.Sprintf("%d wrapped", uint32(code)), give(fmt.Errorf("a: %w", full)), unknown},
			failure{fmt.Sprintf("%d of an upstream", uint32(code)), give(connect.NewWireError(code, errSecret)), rejected},
			failure{fmt.Sprintf("%d of v2", uint32(code)), give(connectv2.NewError(connectv2.Code(code), unknown.Message())), unknown},
			failure{fmt.Sprintf("%d of v2's upstream", uint32(code)), give(connectv2.NewError(connectv2.Code(code), canary).WithRemote()), rejected},
			failure{fmt.Sprintf("%d of a status", uint32(code)), give(statusError{status.New(codes.Code(code), "text")}), unknown},
		)
	}
	everyFailure(t, failures, plainWires(), func(t *testing.T, f failure, a answer) {
		f.want.check(t, f.name, a)
		// What our client makes of a code is one thing, and what was sent is another.
		if sent := connect.CodeOf(a.got); !a.rest && (a.got == nil || sent < 1 || sent > 16) {
			t.Errorf("%s: code %d was sent: %v", f.name, sent, a.got)
		}
	})
}

// statusError is an error also with a status of 0, for which package status gives none.
type statusError struct{ *status.Status }

func (statusError) Error() string                { return canary }
func (e statusError) GRPCStatus() *status.Status { return e.Status }

// A badStatus is an error that a server writes in the words of each protocol.
type badStatus struct {
	grpc    string // grpc-status
	details *int32 // the code of grpc-status-details-bin
	json    string // Connect's error
}

func badStatuses() (all []badStatus) {
	for _, status := range []string{
		"00", "000", "17", "18", "99", "2147483647", "2147483648", "4294967295", "4294967296", "18446744073709551616",
		"-1", "-0", "", "ok", "OK", "+5", "0x5", "5,0", "5.0", "1e1", "NaN", "NOT_FOUND",
	} {
		all = append(all, badStatus{grpc: status, json: `{"code":` + strconv.Quote(status) + `}`})
	}
	for _, code := range []int32{0, 17, -1, math.MaxInt32, math.MinInt32} {
		all = append(all, badStatus{grpc: "5", details: &code, json: fmt.Sprintf(`{"code":%d,"message":"x"}`, code)})
	}
	for _, object := range []string{
		`{}`, `{"code":null}`, `{"code":[]}`, `{"code":"code_0"}`, `{"code":"code_17"}`, `{"message":"x"}`, `{"code":{}}`, `[]`, `1`, `"x"`, `{"details":[null]}`,
	} {
		all = append(all, badStatus{grpc: "17", json: object})
	}
	return all
}

func (b badStatus) String() string { return fmt.Sprintf("%q %s", b.grpc, b.json) }

// trailers are those of gRPC and gRPC-Web.
func (b badStatus) trailers() http.Header {
	h := http.Header{"Grpc-Status": {b.grpc}}
	if b.details != nil {
		status, err := proto.Marshal(&spb.Status{Code: *b.details, Message: "x"})
		if err != nil {
			panic(err)
		}
		h.Set("Grpc-Status-Details-Bin", base64.RawStdEncoding.EncodeToString(status))
	}
	return h
}

// answerWith writes the status in the protocol in which it was asked, after a message if there is one.
func (b badStatus) answerWith(message bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		contentType := r.Header.Get("Content-Type")
		body := forge.Frame(0, nil)
		if strings.HasSuffix(contentType, "json") {
			body = forge.Frame(0, []byte("{}"))
		}
		if !message {
			body = nil
		}
		w.Header().Set("Content-Type", contentType)
		switch {
		case strings.HasPrefix(contentType, "application/grpc-web"):
			var trailers strings.Builder
			_ = b.trailers().Write(&trailers)
			_, _ = w.Write(append(body, forge.Frame(0x80, []byte(trailers.String()))...))
		case strings.HasPrefix(contentType, "application/grpc"):
			prefix := ""
			if message {
				prefix = http.TrailerPrefix
				_, _ = w.Write(body)
			}
			for name, values := range b.trailers() {
				w.Header()[prefix+name] = values
			}
		case strings.HasPrefix(contentType, "application/connect+"):
			_, _ = w.Write(append(body, forge.Frame(2, []byte(`{"error":`+b.json+`}`))...))
		default:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(b.json))
		}
	}
}

// TestG6MalformedStatusesAreErrors: on every kind of method and in every protocol, before and after a
// message, the client gets an error with one of the 16 codes.
func TestG6MalformedStatusesAreErrors(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	statuses := badStatuses()
	bases := make(map[string]string)
	for _, status := range statuses {
		for _, message := range []bool{false, true} {
			bases[fmt.Sprint(status, " ", message)] = b.at(status.answerWith(message))
		}
	}
	b.everyClient(t, bases, func(t *testing.T, s side, name string, err error) {
		if err != nil || s.stack.name != onGRPC || !isZero(name) { // which grpc-go reads as any number
			checkOneOf16(t, name, err)
		}
	}, speeches[0], speeches[0].byGet(), speeches[1].inJSON(), speeches[3], speeches[6], speeches[7].inJSON())
}

// everyClient calls all methods at some addresses, by clients with errpact in some protocols.
func (u *upstreams) everyClient(t *testing.T, bases map[string]string, check func(*testing.T, side, string, error), speeches ...speech) {
	t.Helper()
	for _, sp := range speeches {
		for _, s := range sidesOf(sp, suite.Decoding) {
			t.Run(s.name+"/"+sp.String(), func(t *testing.T) {
				t.Parallel()
				for name, base := range bases {
					client := s.dial(t, base, u.client(sp), sp)
					for _, m := range methods {
						if m.name == "unary" || !sp.calling.Get && (sp.http2 || m.name != "bidi") {
							check(t, s, name+" "+m.name, m.call(t.Context(), client, "", nil))
						}
					}
				}
			})
		}
	}
}

func isZero(status string) bool {
	number, _, _ := strings.Cut(strings.TrimPrefix(status, `"`), `"`)
	code, err := strconv.Atoi(number)
	return err == nil && code == 0
}

func checkOneOf16(t *testing.T, name string, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || found == nil {
		t.Errorf("%s: the client got %v", name, err)
		return
	}
	if code := found.ConnectCode(); code < 1 || code > 16 {
		t.Errorf("%s: the client got code %d", name, code)
	}
}

// TestG6UnexpectedHTTPStatusesAreErrors: only 200 begins a success.
func TestG6UnexpectedHTTPStatusesAreErrors(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	bases := make(map[string]string)
	for _, status := range []int{201, 202, 203, 204, 205, 206, 299, 300, 304, 305, 399, 400, 404, 418, 499, 500, 599, 600, 999} {
		for _, body := range []string{"", "{}", `{"code":"ok"}`, `{"code":"not_found"}`} {
			bases[fmt.Sprint(status, " ", body)] = b.at(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
			})
		}
	}
	// Not by GET: 304 is for that, and no error.
	b.everyClient(t, bases, func(t *testing.T, _ side, name string, err error) { checkOneOf16(t, name, err) }, speeches[0], speeches[1].inJSON(), speeches[3], speeches[7].inJSON())
}
