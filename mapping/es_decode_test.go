// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// sharedDecode is an answer of Connect, and what to read in it.
type sharedDecode struct {
	Name        string         `json:"name"`
	ConnectCode uint32         `json:"connectCode"`
	Message     string         `json:"message"`
	Wire        bool           `json:"wire"`
	RequestID   string         `json:"requestId,omitempty"`
	Details     []sharedDetail `json:"details"`
	Want        sharedView     `json:"want"`
}

type sharedDetail struct {
	Type  string `json:"type"`
	Value []byte `json:"value"`
}

func (d *sharedDecode) add(name string, value []byte) *sharedDecode {
	d.Details = append(d.Details, sharedDetail{name, value})
	return d
}

func (d *sharedDecode) addMessage(t *testing.T, m proto.Message) *sharedDecode {
	t.Helper()
	value, err := (proto.MarshalOptions{Deterministic: true}).Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return d.add(string(m.ProtoReflect().Descriptor().FullName()), value)
}

func (d *sharedDecode) decode() {
	details := make(statusDetails, len(d.Details))
	for i, detail := range d.Details {
		details[i] = &anypb.Any{TypeUrl: "type.googleapis.com/" + detail.Type, Value: detail.Value}
	}
	d.Want = viewOf((*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(d.ConnectCode), Message: d.Message, Details: details, Wire: d.Wire, RequestID: d.RequestID,
		RequestHeader: http.Header{"Authorization": {"Bearer x"}}, // a client of TypeScript does not know
	}))
}

// TestSharedDecode: errors of every kind, plain and hostile, as this package reads them.
func TestSharedDecode(t *testing.T) {
	var cases []*sharedDecode
	add := func(name string, connectCode uint32) *sharedDecode {
		c := &sharedDecode{Name: name, ConnectCode: connectCode, Message: "m", Wire: true, Details: []sharedDetail{}}
		cases = append(cases, c)
		return c
	}
	for code := range uint32(18) {
		add("Connect code "+strconv.Itoa(int(code)), code)
		add("Connect code "+strconv.Itoa(int(code))+" without an answer", code).Wire = false
		add("Connect code "+strconv.Itoa(int(code))+" with a delay", code).addMessage(t, &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)})
	}
	addBuiltin(t, add)
	addHostileDetail(add)
	addStandardDetails(t, add)
	addReleases(t, add)
	for _, c := range cases {
		c.decode()
	}
	compareShared(t, "decode.json", cases)
}

// addBuiltin adds what a server sends for every built-in code.
func addBuiltin(t *testing.T, add func(string, uint32) *sharedDecode) {
	t.Helper()
	for _, entry := range errpactv1err.Catalogue.Codes() {
		for _, code := range append([]mapping.Code{entry}, entry.Reasons()...) {
			e := code.WithMetadata("k", "v").WithField("items[0].folder_id", "is required").WithPayload(map[string]any{"n": 1})
			for name, err := range map[string]error{"bare": code, "full": e} {
				status, _ := encode(nil, err)
				c := add(name+" "+code.Name()+" "+code.Reason(), uint32(status.GetCode()))
				c.Message = status.GetMessage()
				for _, any := range status.GetDetails() {
					c.add(string(any.MessageName()), any.GetValue())
				}
			}
		}
	}
}

// addStandardDetails adds those of google.rpc.
func addStandardDetails(t *testing.T, add func(string, uint32) *sharedDecode) {
	t.Helper()
	info := &errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev", Metadata: map[string]string{"__proto__": "p", "a b": "é", "constructor": "", "": "x"}}
	add("ErrorInfo", 2).addMessage(t, info)
	add("ErrorInfo of a reason", 2).addMessage(t, &errdetails.ErrorInfo{Reason: "INVALID_HASH", Domain: "errpact.dev"})
	add("ErrorInfo by the value's name", 2).addMessage(t, &errdetails.ErrorInfo{Reason: "ERROR_CODE_DATABASE", Domain: "errpact.dev"})
	add("ErrorInfo of another domain", 2).addMessage(t, &errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev.example"})
	add("ErrorInfo that nobody knows", 2).addMessage(t, &errdetails.ErrorInfo{Reason: "NO_SUCH", Domain: "errpact.dev"})
	add("ErrorInfo that is not UTF-8", 2).add("google.rpc.ErrorInfo", []byte("\x0a\x09NOT_EXIST\x12\x01\xff"))
	add("RequestInfo", 2).addMessage(t, &errdetails.RequestInfo{RequestId: "a-1/=+"})
	add("RequestInfo that is no id", 2).addMessage(t, &errdetails.RequestInfo{RequestId: "a b"})
	header := add("the header of the same id", 2).addMessage(t, &errdetails.RequestInfo{RequestId: "h-1"})
	header.RequestID = "h-1"
	add("a header alone", 2).RequestID = "h-2"
	add("a header that is no id", 2).RequestID = "a, b"
	add("BadRequest", 3).addMessage(t, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
		{Field: "items[0].folder_id", Description: "is required", Reason: "REQUIRED"}, {Field: "__proto__", Description: "ü\n"}, {},
	}})
	add("BadRequest that is malformed inside", 3).add("google.rpc.BadRequest", []byte{0x0a, 0x02, 0x0a, 0x05})
	for name, d := range map[string]*durationpb.Duration{
		"1s": {Seconds: 1}, "1.5ms": {Nanos: 1_500_000}, "1ns": {Nanos: 1}, "none": {}, "negative": {Seconds: -1}, "negative nanos": {Nanos: -1}, "mixed": {Seconds: 1, Nanos: -1},
		"too many nanos": {Nanos: 1_000_000_000}, "two days": {Seconds: 172_800}, "the longest": {Seconds: 315_576_000_000}, "too long": {Seconds: 315_576_000_001}, "for ever": {Seconds: math.MaxInt64},
	} {
		add("RetryInfo "+name, 14).addMessage(t, &errdetails.RetryInfo{RetryDelay: d})
	}
	add("RetryInfo without a delay", 14).addMessage(t, &errdetails.RetryInfo{})
	add("RetryInfo in two parts", 14).add("google.rpc.RetryInfo", []byte{0x0a, 0x02, 0x08, 0x01, 0x0a, 0x03, 0x10, 0xc0, 0x3d})
	add("no message", 5).addMessage(t, &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST.Enum()}).Message = ""
	add("a message with lines", 5).Message = "a\r\nb\u0085\u2028c\u2029\x7f\x00"
	add("a long message", 5).Message = strings.Repeat("é", 300)
}

// addReleases adds what each release put on the wire, and what the next one will.
func addReleases(t *testing.T, add func(string, uint32) *sharedDecode) {
	t.Helper()
	for _, release := range append(slices.Sorted(maps.Keys(releases)), next) {
		files, err := filepath.Glob(filepath.Join(corpus, release, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var kept struct{ Status []byte }
			var status statuspb.Status
			if err := json.Unmarshal(raw, &kept); err != nil || len(kept.Status) == 0 {
				continue // a file about something else
			}
			if err := proto.Unmarshal(kept.Status, &status); err != nil {
				t.Fatal(err)
			}
			c := add(release+" "+filepath.Base(file), uint32(status.GetCode()))
			c.Message = status.GetMessage()
			for _, any := range status.GetDetails() {
				c.add(string(any.MessageName()), any.GetValue())
			}
		}
	}
}
