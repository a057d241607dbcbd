// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"encoding/json"
	"io"
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
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// sharedCorpus is what Go and TypeScript must read alike. Go writes it, with -update.
const sharedCorpus = "../es/testdata"

// sharedView is an error as a client of either language sees it.
type sharedView struct {
	Catalogue    string            `json:"catalogue"`
	Number       int32             `json:"number"`
	Reason       string            `json:"reason"`
	ConnectCode  uint32            `json:"connectCode"`
	HTTPStatus   int               `json:"httpStatus"`
	Message      string            `json:"message"`
	Inferred     bool              `json:"inferred"`
	Metadata     map[string]string `json:"metadata,omitempty"`
	Fields       []sharedField     `json:"fields,omitempty"`
	RetryDelayMs float64           `json:"retryDelayMs,omitempty"`
	RequestID    string            `json:"requestId,omitempty"`
	Payload      json.RawMessage   `json:"payload,omitempty"`
	RetryCalls   string            `json:"retryCalls"`
	Fault        string            `json:"fault"`
}

type sharedField struct {
	Path        string `json:"path"`
	Description string `json:"description"`
	Reason      string `json:"reason"`
}

func viewOf(e *mapping.Error) sharedView {
	v := sharedView{
		Catalogue: string(e.Code().Catalogue().Name()), Number: e.Code().Number(), Reason: e.Reason(),
		ConnectCode: uint32(e.ConnectCode()), HTTPStatus: e.HTTPStatus(), Message: e.Message(), Inferred: e.Inferred(),
		Metadata: e.Metadata(), RequestID: e.RequestID(), RetryCalls: mapping.RetryOf(e).Calls.String(), Fault: string(mapping.FaultOf(e)),
	}
	for _, f := range e.Fields() {
		v.Fields = append(v.Fields, sharedField{f.Path, f.Description, f.Reason})
	}
	if delay, ok := e.RetryDelay(); ok {
		// A timer of a browser has whole milliseconds, and TypeScript waits for a day at most.
		v.RetryDelayMs = min(math.Ceil(float64(delay)/float64(time.Millisecond)), float64(24*time.Hour/time.Millisecond))
	}
	if payload, ok := mapping.Payload[json.RawMessage](e); ok {
		v.Payload = payload
	}
	return v
}

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

const detailName = "errpact.v1.ErrorDetail"

// addHostileDetail adds ErrorDetails that no server of ours sends.
func addHostileDetail(add func(string, uint32) *sharedDecode) {
	varint := func(b []byte, number protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), v)
	}
	text := func(b []byte, number protowire.Number, v string) []byte {
		return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), v)
	}
	group := func(b []byte, number protowire.Number, inside []byte) []byte {
		b = append(protowire.AppendTag(b, number, protowire.StartGroupType), inside...)
		return protowire.AppendTag(b, number, protowire.EndGroupType)
	}
	ten := varint(nil, 1, 10)
	foreign := func(name string, number uint64) []byte { return varint(text(nil, 2, name), 5, number) }
	for name, value := range map[string][]byte{
		"no bytes": {}, "no number": text(nil, 2, "acme.shop.v1.ShopError"), "zero": varint(nil, 1, 0),
		"unknown number": varint(nil, 1, 99), "last of a field": varint(varint(nil, 1, 9), 1, 10), "five beats one": varint(foreign("a.B", 7), 1, 10),
		"five after one": varint(ten, 5, 7), "negative": varint(nil, 1, math.MaxUint64-6), "over 32 bits": varint(nil, 1, 1<<32|10), "over 53 bits": varint(nil, 1, 1<<60|10),
		"foreign": foreign("acme.shop.v1.ShopError", 1001), "foreign negative": foreign("acme.shop.v1.ShopError", math.MaxUint64),
		"the built-in by its name": foreign("errpact.v1.ErrorCode", 10), "empty name": foreign("", 10), "no name": foreign("a..b", 10),
		"a name with a line": foreign("a.b\nc", 10), "a long name": foreign(strings.Repeat("a", 513), 10), "the longest name": foreign(strings.Repeat("a", 512), 10),
		"a name that is not UTF-8": foreign("a.\xff", 10), "reason": text(ten, 3, "SOLD_OUT"), "no reason": text(ten, 3, "sold out"), "long reason": text(ten, 3, strings.Repeat("A", 64)),
		"short reason": text(ten, 3, "AB"), "shortest reason": text(ten, 3, "ABC"), "reason and text": text(ten, 3, "ABC\n"),
		"payload": text(ten, 4, `{"a":[1,2,{"b":null}],"c":"\u00e9é"}`), "no JSON": text(ten, 4, `{"a":`), "an empty payload": text(ten, 4, ""),
		"payload that is not UTF-8": text(ten, 4, "\"a\xffb\""), "a big number": text(ten, 4, `9007199254740991`),
		"unknown fields": text(varint(append(varint(nil, 19, 1), ten...), 18, 3), 17, "x"), "fixed": protowire.AppendFixed64(protowire.AppendTag(ten, 6, protowire.Fixed64Type), 1),
		"fixed32": protowire.AppendFixed32(protowire.AppendTag(ten, 6, protowire.Fixed32Type), 1), "fixed cut short": append(protowire.AppendTag(ten, 6, protowire.Fixed64Type), 1, 2),
		"a number in other types": text(protowire.AppendFixed32(protowire.AppendTag(ten, 1, protowire.Fixed32Type), 9), 5, "x"),
		"group":                   append(group(nil, 9, text(group(nil, 8, varint(nil, 1, 9)), 2, "x")), ten...), "group 1": group(ten, 1, varint(nil, 1, 9)),
		"group without an end": protowire.AppendTag(ten, 9, protowire.StartGroupType), "lone end of a group": protowire.AppendTag(ten, 9, protowire.EndGroupType),
		"group with another end": protowire.AppendTag(protowire.AppendTag(ten, 9, protowire.StartGroupType), 8, protowire.EndGroupType),
		"wire type 6":            append(slices.Clone(ten), 9<<3|6), "wire type 7": append(slices.Clone(ten), 9<<3|7), "field 0": append(slices.Clone(ten), 0, 0),
		"the largest field": varint(ten, 1<<29-1, 1), "a field too large": append(protowire.AppendVarint(slices.Clone(ten), 1<<32), 1),
		"length past the end": append(slices.Clone(ten), 4<<3|2, 200), "huge length": append(append(slices.Clone(ten), 4<<3|2), bytes.Repeat([]byte{0xff}, 9)...),
		"tag cut short": append(slices.Clone(ten), 0x80), "varint of ten bytes": append([]byte{8, 0x8a}, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1),
		"varint over 64 bits": append([]byte{8, 0x8a}, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2), "varint of eleven bytes": append([]byte{8}, append(bytes.Repeat([]byte{0x80}, 10), 1)...),
		"64 KiB": text(ten, 17, strings.Repeat("x", 64<<10-len(ten)-5)), "over 64 KiB": text(ten, 17, strings.Repeat("x", 64<<10)),
	} {
		add("detail: "+name, 5).add(detailName, value)
	}
	add("the first detail counts", 5).add(detailName, ten).add(detailName, varint(nil, 1, 9))
	add("a malformed first detail hides the second", 5).add(detailName, []byte{0xff}).add(detailName, ten)
	many := add("detail 64", 5)
	late := add("detail 65", 5)
	for range 63 {
		many.add("x.Y", nil)
		late.add("x.Y", nil)
	}
	many.add(detailName, ten)
	late.add("", nil).add(detailName, ten)
	add("the detail of another package", 5).add("google.rpc.ErrorDetail", ten)
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

// addReleases adds what each release put on the wire.
func addReleases(t *testing.T, add func(string, uint32) *sharedDecode) {
	t.Helper()
	for release := range releases {
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

// sharedEnvelope is an answer of REST.
type sharedEnvelope struct {
	Name       string     `json:"name"`
	Status     int        `json:"status"`
	Body       string     `json:"body"`
	RequestID  string     `json:"requestId,omitempty"`
	RetryAfter string     `json:"retryAfter,omitempty"`
	Credential bool       `json:"credential"`
	Want       sharedView `json:"want"`
}

func (c *sharedEnvelope) check(t *testing.T) {
	t.Helper()
	request := &http.Request{Header: http.Header{}}
	if c.Credential {
		request.Header.Set("Authorization", "Bearer x")
	}
	header := http.Header{"X-Request-Id": {c.RequestID}, "Retry-After": {c.RetryAfter}}
	err := rest.CheckResponse(&http.Response{StatusCode: c.Status, Header: header, Request: request, Body: io.NopCloser(strings.NewReader(c.Body))})
	e, ok := mapping.From(err)
	if !ok {
		t.Fatalf("%s: %v", c.Name, err)
	}
	c.Want = viewOf(e)
}

// TestSharedEnvelopes: answers of REST, envelopes and others.
func TestSharedEnvelopes(t *testing.T) {
	var cases []*sharedEnvelope
	add := func(name string, status int, body string) *sharedEnvelope {
		c := &sharedEnvelope{Name: name, Status: status, Body: body, Credential: true}
		cases = append(cases, c)
		return c
	}
	for status := 400; status < 600; status++ {
		add("status "+strconv.Itoa(status), status, "")
	}
	add("no credential", 401, "").Credential = false
	add("status 600", 600, "")
	add("HTML", 502, "<html><body>SECRET</body></html>")
	for name, body := range map[string]string{
		"plain": `{"error_code":10,"error_message":"gone","details":null}`, "other order": ` {"details":null,"error_message":"gone","error_code":10}`,
		"10.0": `{"error_code":10.0,"error_message":"gone","details":null}`, "1e1": `{"error_code":1e1,"error_message":"gone","details":null}`,
		"unknown": `{"error_code":1001,"error_message":"gone","details":null}`, "negative": `{"error_code":-7,"error_message":"gone","details":null}`,
		"problem": `{"type":"about:blank","title":"t","status":404,"error_code":10,"error_message":"gone","details":null}`, "byte order mark": "\ufeff" + `{"error_code":10,"error_message":"gone","details":null}`,
		"over 32 bits": `{"error_code":4294967306,"error_message":"gone","details":null}`, "no whole number": `{"error_code":10.5,"error_message":"gone","details":null}`,
		"a text for a number": `{"error_code":"10","error_message":"gone","details":null}`, "no details": `{"error_code":10,"error_message":"gone"}`, "no message": `{"error_code":10,"details":null}`,
		"null message": `{"error_code":10,"error_message":null,"details":null}`, "a list": `[{"error_code":10,"error_message":"gone","details":null}]`, "null": `null`, "cut short": `{"error_code":10,`,
		"payload": `{"error_code":10,"error_message":"gone","details":{"folder":["a",1]}}`, "payload of one text": `{"error_code":10,"error_message":"gone","details":"x"}`,
		"a message with lines": `{"error_code":10,"error_message":"a\nb","details":null}`, "an empty message": `{"error_code":10,"error_message":"","details":null}`,
		"lone surrogate": `{"error_code":10,"error_message":"a\ud800b","details":null}`,
		"metadata":       `{"error_code":10,"error_message":"gone","details":{"metadata":{"folder_id":"f","9":"x","a b":"x","__proto__":"p","constructor":"c"}}}`,
		"fields":         `{"error_code":4,"error_message":"bad","details":{"field_violations":[{"field":"limit","description":"is 1 to 9","reason":"RANGE"},{"field":"a.b"}]}}`,
		"reason":         `{"error_code":14,"error_message":"bad","details":{"reason":"INVALID_HASH"}}`, "no reason": `{"error_code":14,"error_message":"bad","details":{"reason":"x y"}}`,
		"delay": `{"error_code":12,"error_message":"db","details":{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1.500s"}}`, "no delay": `{"error_code":12,"error_message":"db","details":{"retry_delay":"-1s"}}`,
		"request id": `{"error_code":0,"error_message":"m","details":{"request_id":"d-1"}}`,
	} {
		for _, status := range []int{404, 400, 503} {
			add(name+" with "+strconv.Itoa(status), status, body)
		}
	}
	add("the header's id", 500, `{"error_code":0,"error_message":"m","details":{"request_id":"d-1"}}`).RequestID = "h-1"
	add("Retry-After", 503, "").RetryAfter = "3"
	add("Retry-After that is none", 503, "").RetryAfter = "soon"
	add("Retry-After that is over", 503, "").RetryAfter = "Wed, 21 Oct 2015 07:28:00 GMT"
	add("the details' delay", 503, `{"error_code":12,"error_message":"db","details":{"retry_delay":"2s"}}`).RetryAfter = "3"
	for _, c := range cases {
		c.check(t)
	}
	compareShared(t, "envelopes.json", cases)
}

// TestSharedTexts: messages, templates and ids of requests.
func TestSharedTexts(t *testing.T) {
	type pair struct {
		Text string `json:"text"`
		Want string `json:"want"`
	}
	type template struct {
		Template string            `json:"template"`
		Metadata map[string]string `json:"metadata"`
		Want     string            `json:"want"`
	}
	var texts struct {
		Messages   []pair     `json:"messages"`
		RequestIDs []pair     `json:"requestIds"`
		Templates  []template `json:"templates"`
	}
	for _, text := range []string{
		"plain", "a\tb\nc\rd\x00e\x7ff", "\u0080\u009f\u00a0", "\u2028\u2029\u2027", "é€😀", strings.Repeat("x", 600), strings.Repeat("é", 300), strings.Repeat("€", 200), strings.Repeat("😀", 200),
		strings.Repeat("x", 511) + "é", strings.Repeat("x", 510) + "é", strings.Repeat("x", 510) + "\u2028y", "\ufeffbom", "\ufffd",
	} {
		texts.Messages = append(texts.Messages, pair{text, errpactv1err.NotExist.New(text).Message()})
	}
	for _, text := range []string{"a", "A-9._:/+=@", "a b", "a\n", "é", "\x00", "", strings.Repeat("a", 128), strings.Repeat("a", 129), "<a>", "a,b"} {
		e := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 2, RequestID: text})
		texts.RequestIDs = append(texts.RequestIDs, pair{text, e.RequestID()})
	}
	catalogue := polyglot(t)
	few := catalogue.Code(6003)
	for _, value := range []string{"3", "", "{left}", "$&$1", "a\nb", strings.Repeat("x", 600)} {
		texts.Templates = append(texts.Templates, template{"Only {left} left", map[string]string{"left": value}, few.WithMetadata("left", value).Message()})
	}
	texts.Templates = append(texts.Templates, template{"Only {left} left", map[string]string{"right": "3"}, few.WithMetadata("right", "3").Message()})
	compareShared(t, "texts.json", texts)
}

// TestSharedDescriptors: those of all details that TypeScript reads without them, for its tests alone.
func TestSharedDescriptors(t *testing.T) {
	set := new(descriptorpb.FileDescriptorSet)
	added := make(map[string]bool)
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if added[file.Path()] {
			return
		}
		added[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	add(errpactv1.File_errpact_v1_error_detail_proto)
	add(errdetails.File_google_rpc_error_details_proto)
	raw, err := (proto.MarshalOptions{Deterministic: true}).Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	compareFile(t, "details.binpb", raw)
}

func compareShared(t *testing.T, name string, cases any) {
	t.Helper()
	if list, ok := cases.([]*sharedDecode); ok {
		slices.SortStableFunc(list, func(a, b *sharedDecode) int { return strings.Compare(a.Name, b.Name) })
	}
	if list, ok := cases.([]*sharedEnvelope); ok {
		slices.SortStableFunc(list, func(a, b *sharedEnvelope) int { return strings.Compare(a.Name, b.Name) })
	}
	want, err := json.MarshalIndent(cases, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	compareFile(t, name, append(want, '\n'))
}

func compareFile(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join(filepath.FromSlash(sharedCorpus), name)
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what this package reads: run go test ./mapping -run TestShared -update", path)
	}
}
