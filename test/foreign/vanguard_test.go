// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// targets are the services that vanguard has behind it.
var targets = map[string]struct {
	protocol vanguard.Protocol
	codec    string
}{
	"proto":    {vanguard.ProtocolConnect, vanguard.CodecProto},
	"JSON":     {vanguard.ProtocolConnect, vanguard.CodecJSON},
	"gRPC":     {vanguard.ProtocolGRPC, vanguard.CodecProto},
	"gRPC-Web": {vanguard.ProtocolGRPCWeb, vanguard.CodecProto},
}

const maxBuffer = 4096

// transcoder is vanguard in front of TroubleService, which succeeds.
func transcoder(t *testing.T, target string, readMax int) *httptest.Server {
	t.Helper()
	answer := trouble.Connect{Answer: func(context.Context, string) error { return nil }}
	path, handler := interopv1connect.NewTroubleServiceHandler(answer, connect.WithReadMaxBytes(readMax))
	h, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, handler,
		vanguard.WithTargetProtocols(targets[target].protocol), vanguard.WithTargetCodecs(targets[target].codec), vanguard.WithMaxMessageBufferBytes(maxBuffer))})
	if err != nil {
		t.Fatal(err)
	}
	return loopback.Serve(t, h)
}

// restRequests are those that vanguard or what is behind it cannot decode.
var restRequests = []struct {
	name, method, path, body string
	header                   []string
	// only are the targets; none means all.
	only []string
	want mapping.Condition
}{
	{"bad JSON", "POST", "/v1/trouble", `{"name":`, nil, nil, mapping.ConditionUndecodable},
	{"no JSON", "POST", "/v1/trouble", `name`, nil, nil, mapping.ConditionUndecodable},
	{"wrong type", "POST", "/v1/trouble", `{"amount":"x"}`, nil, nil, mapping.ConditionWrongType},
	{"an array", "POST", "/v1/trouble", `[]`, nil, nil, mapping.ConditionWrongType},
	{"out of range", "POST", "/v1/trouble", `{"amount":4294967296}`, nil, nil, mapping.ConditionOutOfRange},
	{"a field's bad JSON", "PUT", "/v1/trouble/x/inner", `{"label":`, nil, nil, mapping.ConditionUndecodable},
	{"a field's wrong type", "PUT", "/v1/trouble/x/inner", `{"count":"x"}`, nil, nil, mapping.ConditionWrongType},
	{"not UTF-8 in a body", "POST", "/v1/trouble", "{\"name\":\"\xff\"}", nil, nil, mapping.ConditionUndecodable},
	{"query, wrong type", "GET", "/v1/trouble/x?amount=many", "", nil, nil, mapping.ConditionWrongType},
	{"query, fraction", "GET", "/v1/trouble/x?amount=1.5", "", nil, nil, mapping.ConditionWrongType},
	{"query, out of range", "GET", "/v1/trouble/x?amount=99999999999", "", nil, nil, mapping.ConditionOutOfRange},
	{"query, unknown enum name", "GET", "/v1/trouble/x?kind=PINK", "", nil, nil, mapping.ConditionOutOfRange},
	{"query, no base64", "GET", "/v1/trouble/x?data=!", "", nil, nil, mapping.ConditionOutOfRange},
	{"query, no name", "GET", "/v1/trouble/x?=1", "", nil, nil, mapping.ConditionUndecodable},
	{"query, a message", "GET", "/v1/trouble/x?inner=y", "", nil, nil, mapping.ConditionUndecodable},
	{"query, unknown name", "GET", "/v1/trouble/x?nope=1", "", nil, nil, mapping.ConditionUndecodable},
	{"query, below a scalar", "GET", "/v1/trouble/x?inner.label.x=1", "", nil, nil, mapping.ConditionUndecodable},
	{"path, not UTF-8", "GET", "/v1/trouble/%FF", "", nil, nil, mapping.ConditionUndecodable},
	{"query, not UTF-8 in a number", "GET", "/v1/trouble/x?amount=%FF", "", nil, nil, mapping.ConditionWrongType},
	{"body on a GET route", "GET", "/v1/trouble/x", "{}", nil, nil, mapping.ConditionUndecodable},
	{"empty body", "POST", "/v1/trouble", "", nil, []string{"gRPC", "gRPC-Web"}, mapping.ConditionUndecodable},
	{"not gzip", "POST", "/v1/trouble", "{}", []string{"Content-Encoding", "gzip"}, nil, mapping.ConditionUndecodable},
	{"not gzip, longer", "POST", "/v1/trouble", "not gzip at all", []string{"Content-Encoding", "gzip"}, nil, mapping.ConditionUndecodable},
	{"damaged gzip", "POST", "/v1/trouble", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00", []string{"Content-Encoding", "gzip"}, nil, mapping.ConditionUndecodable},
	{"too large for vanguard", "PUT", "/v1/trouble/x/inner", `{"label":"` + strings.Repeat("x", 2*maxBuffer) + `"}`, nil, nil, mapping.ConditionTooLarge},
	{"too large for Connect", "POST", "/v1/trouble", `{"name":"` + strings.Repeat("x", maxBuffer/2) + `"}`, nil, nil, mapping.ConditionTooLarge},
	{"bad timeout", "GET", "/v1/trouble/x", "", []string{"X-Server-Timeout", "-1"}, []string{"proto", "JSON"}, mapping.ConditionUndecodable},
}

func TestDecodeFailuresOfVanguard(t *testing.T) {
	for target := range targets {
		s := transcoder(t, target, maxBuffer/4)
		for _, r := range restRequests {
			if len(r.only) > 0 && !strings.Contains(fmt.Sprint(r.only, " "), target) {
				continue
			}
			t.Run(target+"/"+r.name, func(t *testing.T) {
				code, text := transcoded(t, s, r.method, r.path, r.body, r.header)
				condition, ok := foreign.DecodeFailure(text)
				if condition != r.want || !ok {
					t.Errorf("DecodeFailure(%q) = %v, %t, want %v", text, condition, ok, r.want)
				}
				switch code {
				case connectcode.InvalidArgument, connectcode.ResourceExhausted:
				default:
					if !foreign.TranscoderRefused(code, text) {
						t.Errorf("TranscoderRefused(%v, %q) = false", code, text)
					}
				}
			})
		}
	}
}

// transcoded returns the code and the text of a google.rpc.Status.
func transcoded(t *testing.T, s *httptest.Server, method, path, body string, header []string) (mapping.ConnectCode, string) {
	t.Helper()
	var reader io.Reader
	if body != "" || method != http.MethodGet {
		reader = bytes.NewReader([]byte(body))
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var st struct {
		Code    uint32 `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(b, &st); err != nil || res.StatusCode < 400 {
		t.Fatalf("answer = %d %s: %v", res.StatusCode, b, err)
	}
	return mapping.ConnectCode(st.Code), st.Message
}

// TestVanguardsOtherTexts are those that no request to TroubleService gets.
func TestVanguardsOtherTexts(t *testing.T) {
	source := sourceOf(t, "connectrpc.com/vanguard")
	for text, want := range map[string]mapping.Condition{
		"JSON should be an object and begin with '{'; instead got ": mapping.ConditionUndecodable,
		"failed to marshal end error":                               mapping.ConditionUndecodable,
		`invalid parameter %q value for type %q: %s`:                mapping.ConditionWrongType,
		"content length":  mapping.ConditionTooLarge,
		"max buffer size": mapping.ConditionTooLarge,
	} {
		if !strings.Contains(source, text) {
			t.Errorf("vanguard has no text %q", text)
		}
		if want == mapping.ConditionTooLarge {
			text += " (4096) exceeded"
		}
		text = strings.NewReplacer("%q", `"limit"`, "%s", "x").Replace(text)
		if condition, ok := foreign.DecodeFailure(text); condition != want || !ok {
			t.Errorf("DecodeFailure(%q) = %v, %t, want %v", text, condition, ok, want)
		}
	}
	if condition, ok := foreign.DecodeFailure(`invalid parameter "at" value for type "message": "`); condition != mapping.ConditionOutOfRange || !ok {
		t.Errorf("DecodeFailure of a time = %v, %t", condition, ok)
	}
}

// TestMessageParametersOfVanguard: the text does not have the type of a wrapper's value.
func TestMessageParametersOfVanguard(t *testing.T) {
	s := transcoder(t, "proto", maxBuffer)
	for value, want := range map[string]mapping.Condition{"many": mapping.ConditionWrongType, "1.5": mapping.ConditionWrongType, "4294967296": mapping.ConditionOutOfRange} {
		_, text := transcoded(t, s, http.MethodGet, "/v1/trouble/x?size="+value, "", nil)
		name, got, ok := foreign.MessageParameter(text)
		if name != "size" || got != value || !ok {
			t.Errorf("MessageParameter(%q) = %q, %q, %t", text, name, got, ok)
		}
		if got := foreign.WrappedFailure("int32", value); got != want {
			t.Errorf("WrappedFailure(int32, %s) = %v, want %v", value, got, want)
		}
	}
	if got := foreign.WrappedFailure("bytes", "!"); got != mapping.ConditionOutOfRange {
		t.Errorf("WrappedFailure(bytes) = %v", got)
	}
	for _, text := range []string{`invalid parameter "limit" value for type "int32": x`, `invalid parameter "limit": unknown enum: x`, ""} {
		if name, _, ok := foreign.MessageParameter(text); ok {
			t.Errorf("MessageParameter(%q) = %q", text, name)
		}
	}
}
