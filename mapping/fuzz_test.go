// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// FuzzErrorDetail compares the parser with protobuf's own on what protobuf takes.
func FuzzErrorDetail(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		got := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{
			ConnectCode: 5, Details: statusDetails{{TypeUrl: "x/errpact.v1.ErrorDetail", Value: b}}, Wire: true,
		})
		_ = fmt.Sprintf("%+v", got)
		if _, err := mapping.ParseEnvelope(mapping.EnvelopeOf(got).AppendJSON(nil)); err != nil {
			t.Errorf("its envelope does not parse: %v", err)
		}
		var want errpactv1.ErrorDetail
		if len(b) > 64<<10 || proto.Unmarshal(b, &want) != nil {
			return
		}
		switch {
		case want.Number != nil:
			if got.Inferred() || got.Code().Number() != want.GetNumber() {
				t.Errorf("number %d, want %d", got.Code().Number(), want.GetNumber())
			}
		case want.Code != nil:
			if got.Inferred() || got.Code().Number() != int32(want.GetCode()) || got.Code().Catalogue() != errpactv1err.Catalogue {
				t.Errorf("code %d, want %d", got.Code().Number(), want.GetCode())
			}
		default:
			if !got.Inferred() {
				t.Errorf("%v has no number, and became %v", &want, got.Code())
			}
			return
		}
		if got.Reason() != "" && got.Reason() != want.GetReason() {
			t.Errorf("reason %q, want %q", got.Reason(), want.GetReason())
		}
	})
}

// FuzzDecode receives a whole status.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, code uint32, message, name string, value []byte) {
		got := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{
			ConnectCode: mapping.ConnectCode(code), Message: message, Details: statusDetails{{TypeUrl: "x/" + name, Value: value}}, Wire: true, Relay: true,
		})
		if got.ConnectCode() < 1 || got.ConnectCode() > 16 || got.HTTPStatus() < 400 || got.HTTPStatus() > 599 {
			t.Errorf("%d, %d", got.ConnectCode(), got.HTTPStatus())
		}
		checkClean(t, got.Message())
		_, _, _, _ = got.Metadata(), got.Fields(), got.Details(), got.RequestID()
		if line := fmt.Sprintf("%+v", got); strings.ContainsFunc(line, unicode.IsControl) {
			t.Errorf("%%+v forges lines: %q", line)
		}
		if status, _ := encode(nil, got); weight(t, status) > 3584 {
			t.Errorf("relayed, it is over the budget")
		}
	})
}

func checkClean(t *testing.T, message string) {
	t.Helper()
	if !utf8.ValidString(message) || len(message) > 512 || strings.ContainsFunc(message, unicode.IsControl) || strings.ContainsAny(message, "\u2028\u2029") {
		t.Errorf("the message is not clean: %q", message)
	}
}

func FuzzG5Message(f *testing.F) {
	f.Fuzz(func(t *testing.T, s string) {
		e := errpactv1err.NotExist.New(s)
		got := e.Message()
		checkClean(t, got)
		if want := slowlyClean(s); got != want && want != "" {
			t.Errorf("Message = %q, want %q", got, want)
		}
		full := e.WithMetadata("k", s).WithMetadata(s, s).WithField(s, s).WithPayload(s).WithDetail(&anypb.Any{TypeUrl: "x/" + s}).
			Wrap(fmt.Errorf("%s", s))
		status, _ := encode(nil, full)
		if _, err := proto.Marshal(status); err != nil {
			t.Errorf("invalid text costs the details: %v", err)
		}
		if line := fmt.Sprintf("%+v", full); strings.ContainsFunc(line, unicode.IsControl) {
			t.Errorf("%%+v forges lines: %q", line)
		}
		for _, attr := range full.LogValue().Group() {
			if strings.ContainsFunc(attr.Key+attr.Value.String(), unicode.IsControl) {
				t.Errorf("LogValue forges lines: %v", attr)
			}
		}
	})
}

// slowlyClean is what the message must be, rune by rune.
func slowlyClean(s string) string {
	clean := ""
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			r = ' '
		}
		if len(clean)+len(string(r)) > 512 {
			break
		}
		clean += string(r)
	}
	return clean
}

func FuzzParseEnvelope(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":10,"error_message":"m","details":null}`, "\ufeff" + `{"error_code":1e1,"error_message":"","details":{"reason":"R"}}`,
		`{"error_code":10.0,"error_message":"\u0000","details":[1]}`, `{"error_code":-0.0,"error_message":"m","details":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := mapping.ParseEnvelope(b)
		if err != nil {
			return
		}
		out := v.AppendJSON(nil)
		again, err := mapping.ParseEnvelope(out)
		if err != nil || !json.Valid(out) || again.Code != v.Code || !bytes.Equal(again.Details, v.Details) {
			t.Errorf("%s became %s: %v", b, out, err)
		}
		e := (*mapping.Policy)(nil).DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: 404, Envelope: &v})
		checkClean(t, e.Message())
		if e.Code().Number() != v.Code {
			t.Errorf("number %d, want %d", e.Code().Number(), v.Code)
		}
	})
}

var (
	cleanID     = regexp.MustCompile(`^[A-Za-z0-9._:/+=@-]{1,128}$`)
	traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)
)

func FuzzRequestIDOf(f *testing.F) {
	f.Fuzz(func(t *testing.T, id, parent string) {
		got := mapping.RequestIDOf(http.Header{"X-Request-Id": {id}, "Traceparent": {parent}})
		if !cleanID.MatchString(got) {
			t.Fatalf("RequestIDOf = %q", got)
		}
		if cleanID.MatchString(id) && !strings.HasSuffix(id, "\n") {
			if got != id {
				t.Errorf("RequestIDOf(%q) = %q", id, got)
			}
			return
		}
		if m := traceparent.FindStringSubmatch(parent); m != nil {
			valid := m[1] != "ff" && strings.Trim(m[2], "0") != "" && strings.Trim(m[3], "0") != "" && (m[1] != "00" || m[5] == "")
			if (got == m[2]) != valid {
				t.Errorf("RequestIDOf(traceparent %q) = %q", parent, got)
			}
		}
	})
}
