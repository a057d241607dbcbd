// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

const procedure = "/acme.v1.Things/Get"

// text is the message of every request and response.
type text = wrapperspb.StringValue

// brokenBody is the body of a request that cannot be read further: a connection that broke.
type brokenBody struct{ io.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("the connection is broken")
	}
	return n, err
}

// A limits is what a handler reads and sends at most; 0 is no limit.
type limits struct{ read, send int }

// handlers are those of Connect v1 and v2. Each tells the error that its own stream gave.
var handlers = map[string]func(limits, *error) http.Handler{
	"v1": func(l limits, gave *error) http.Handler {
		options := []connect.HandlerOption{connect.WithReadMaxBytes(l.read), connect.WithSendMaxBytes(l.send)}
		unary := connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
			return connect.NewResponse(wrapperspb.String("a text of some length")), nil
		}, options...)
		stream := connect.NewClientStreamHandler(procedure, func(_ context.Context, s *connect.ClientStream[text]) (*connect.Response[text], error) {
			for s.Receive() {
			}
			*gave = s.Err()
			return connect.NewResponse(new(text)), nil
		}, options...)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Type") == "application/connect+proto" {
				stream.ServeHTTP(w, r)
				return
			}
			unary.ServeHTTP(w, r)
		})
	},
	"v2": func(l limits, gave *error) http.Handler {
		serve := func(streamType connectv2.StreamType) http.Handler {
			server, mux := connectv2.NewServer(), http.NewServeMux()
			server.Register(connectv2.Method{
				Spec: connectv2.Spec{Procedure: procedure, StreamType: streamType},
				Handler: func(_ context.Context, _ connectv2.Spec, s connectv2.ServerStream) error {
					for *gave == nil {
						*gave = s.Receive(new(text))
						if streamType == connectv2.StreamTypeUnary {
							break
						}
					}
					if *gave != nil {
						return *gave
					}
					return s.Send(wrapperspb.String("a text of some length"))
				},
			})
			connecthttp.Mount(mux, server, connecthttp.WithReadMaxBytes(l.read), connecthttp.WithSendMaxBytes(l.send))
			return mux
		}
		unary, stream := serve(connectv2.StreamTypeUnary), serve(connectv2.StreamTypeClient)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Type") == "application/connect+proto" {
				stream.ServeHTTP(w, r)
				return
			}
			unary.ServeHTTP(w, r)
		})
	},
}

// refused sends a request to a handler, and returns the code and the text of its answer.
func refused(t *testing.T, h http.Handler, contentType string, body io.Reader, header ...string) (mapping.ConnectCode, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, procedure, body)
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	if strings.HasPrefix(contentType, "application/grpc") {
		status, message := res.Header.Get("Grpc-Status"), res.Header.Get("Grpc-Message")
		if status == "" {
			status, message = res.Trailer.Get("Grpc-Status"), res.Trailer.Get("Grpc-Message")
		}
		code, _ := strconv.Atoi(status)
		message, err := url.PathUnescape(message)
		if err != nil {
			t.Fatal(err)
		}
		return mapping.ConnectCode(code), message
	}
	var e struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	code, _ := connectcode.Named(e.Code)
	return mapping.ConnectCode(code), e.Message
}

func frame(flags byte, message string) string {
	return string([]byte{flags, 0, 0, 0, byte(len(message))}) + message
}

func TestConnectHandlersRefuseRequests(t *testing.T) {
	long := strings.Repeat("x", 50)
	for _, test := range []struct {
		name, contentType, body string
		header                  []string
		read                    int
		want                    mapping.Condition
		// transcoder is for codes that a handler's own errors have too.
		transcoder bool
	}{
		{"not protobuf", "application/proto", "\xff", nil, 0, mapping.ConditionUndecodable, false},
		{"not JSON", "application/json", `"x`, nil, 0, mapping.ConditionUndecodable, false},
		{"wrong type", "application/json", "5", nil, 0, mapping.ConditionWrongType, false},
		{"too large", "application/proto", long, nil, 4, mapping.ConditionTooLarge, false},
		{"too large, gRPC", "application/grpc+proto", frame(0, long), nil, 4, mapping.ConditionTooLarge, false},
		{"not gzip", "application/proto", "not gzip at all", []string{"Content-Encoding", "gzip"}, 0, mapping.ConditionUndecodable, false},
		{"negative timeout", "application/proto", "", []string{"Connect-Timeout-Ms", "-1000"}, 0, mapping.ConditionUndecodable, false},
		{"no message, gRPC", "application/grpc+proto", "", nil, 0, mapping.ConditionUndecodable, true},
		{"cut short, gRPC", "application/grpc+proto", "\x00\x00", nil, 0, mapping.ConditionUndecodable, true},
	} {
		for version, handler := range handlers {
			t.Run(test.name+"/"+version, func(t *testing.T) {
				code, message := refused(t, handler(limits{read: test.read}, new(error)), test.contentType, strings.NewReader(test.body), test.header...)
				if condition, ok := foreign.DecodeFailure(message); condition != test.want || !ok {
					t.Errorf("DecodeFailure(%q) = %v, %t, want %v", message, condition, ok, test.want)
				}
				if got := foreign.TranscoderRefused(code, message); got != test.transcoder {
					t.Errorf("TranscoderRefused(%v, %q) = %t", code, message, got)
				}
			})
		}
	}
}

func TestConnectHandlersCannotReadABrokenBody(t *testing.T) {
	for version, handler := range handlers {
		for contentType, body := range map[string]string{"application/proto": "", "application/grpc+proto": ""} {
			code, message := refused(t, handler(limits{}, new(error)), contentType, brokenBody{strings.NewReader(body)})
			if !foreign.TranscoderRefused(code, message) {
				t.Errorf("%s, %s: TranscoderRefused(%v, %q) = false", version, contentType, code, message)
			}
		}
		for name, test := range map[string]struct {
			body io.Reader
			want bool
		}{
			"broken": {brokenBody{strings.NewReader(frame(0, ""))}, true},
			"cut":    {strings.NewReader(frame(0, "") + "\x00\x00"), false},
		} {
			var gave error
			r := httptest.NewRequest(http.MethodPost, procedure, test.body)
			r.Header.Set("Content-Type", "application/connect+proto")
			handler(limits{}, &gave).ServeHTTP(httptest.NewRecorder(), r)
			message, ok := messageOf(gave)
			if got := foreign.ConnectConnectionCut(gave, message); got != test.want || !ok {
				t.Errorf("%s, %s: ConnectConnectionCut(%v) = %t, want %t", version, name, gave, got, test.want)
			}
		}
	}
}

func messageOf(err error) (string, bool) {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return e.Message(), true
	}
	if e, ok := errors.AsType[*connectv2.Error](err); ok {
		return e.Message(), true
	}
	return "", false
}

func TestConnectHandlersCannotSendALargeAnswer(t *testing.T) {
	for version, handler := range handlers {
		for _, contentType := range []string{"application/proto", "application/grpc+proto"} {
			body := ""
			if contentType != "application/proto" {
				body = frame(0, "")
			}
			_, message := refused(t, handler(limits{send: 4}, new(error)), contentType, strings.NewReader(body))
			if !foreign.ConnectUnsendable(message) {
				t.Errorf("%s, %s: ConnectUnsendable(%q) = false", version, contentType, message)
			}
		}
	}
	for _, own := range []string{"ten requests a minute", "the upload exceeds sendMaxBytes of the form"} {
		if foreign.ConnectUnsendable(own) {
			t.Errorf("ConnectUnsendable(%q) = true", own)
		}
	}
}

func TestTrimConnectUnmarshal(t *testing.T) {
	_, message := refused(t, handlers["v1"](limits{}, new(error)), "application/json", strings.NewReader("5"))
	if got := foreign.TrimConnectUnmarshal(message); !strings.HasPrefix(message, "unmarshal message: "+got) || got == message {
		t.Errorf("TrimConnectUnmarshal(%q) = %q", message, got)
	}
	if got := foreign.TrimConnectUnmarshal("unmarshal"); got != "unmarshal" {
		t.Errorf("TrimConnectUnmarshal = %q", got)
	}
}
