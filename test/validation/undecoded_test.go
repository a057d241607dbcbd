// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/test/callers"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// What follows is the code of the page, to the letter.

// quietCodec is Connect's codec of protobuf's binary format, but names no type of what it cannot decode.
type quietCodec struct{}

func (quietCodec) Name() string { return "proto" }

func (quietCodec) Marshal(message any) ([]byte, error) { return proto.Marshal(message.(proto.Message)) }

func (quietCodec) Unmarshal(data []byte, message any) error {
	if proto.Unmarshal(data, message.(proto.Message)) != nil {
		return errors.New("the message does not decode")
	}
	return nil
}

func quietly(service interopv1connect.TroubleServiceHandler) (path string, handler http.Handler) {
	return interopv1connect.NewTroubleServiceHandler(service, connect.WithInterceptors(interceptor.New()),
		connect.WithCodec(quietCodec{}), strictjson.Option())
}

// TestUndecodedPageIsCompiled: each block of the page's section is in this file.
func TestUndecodedPageIsCompiled(t *testing.T) {
	page, err := os.ReadFile("../../docs/validation.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("undecoded_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Requests that do not decode")
	blocks := strings.Split(section, "```go\n")[1:]
	if len(blocks) != 1 {
		t.Errorf("%d blocks, want 1", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(string(code), "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}

func succeed(context.Context, string) error { return nil }

func loudly(t *testing.T) http.Handler {
	t.Helper()
	_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: succeed}, connect.WithInterceptors(interceptor.New()))
	return handler
}

func onV2(t *testing.T) http.Handler {
	t.Helper()
	server := connectv2.NewServer(errpactv2.NewServerInterceptor())
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: succeed})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}

const unaryPath = "/errpact.interop.v1.TroubleService/Unary"

// undecodables are requests that no message of the method can be made of, by Content-Type.
var undecodables = map[string][]string{
	"application/proto": {"\xff", "\x0a", "\x0a\x05ab", "\x08", "\x80\x80", "\x0a\x01\xff"},
	"application/json": {
		"{", "[]", "null x", `{"name":1}`, `{"amount":"many"}`, `{"amount":99999999999999999999}`, `{"inner":"x"}`, `{"name":"a","name":"b"}`,
		`{"kind":true}`, "\xff", `{"name":"\ud800"}`,
	},
}

// TestUndecodableRPCsNameNoTypeWithTheCodecs of the page; on Connect v2 they never do. Connect v1's own answer has
// the message's Go type in it.
func TestUndecodableRPCsNameNoTypeWithTheCodecs(t *testing.T) {
	_, quiet := quietly(trouble.Connect{Answer: succeed})
	named := 0
	for name, h := range map[string]http.Handler{"loud": loudly(t), "quiet": quiet, "v2": onV2(t)} {
		s := loopback.Serve(t, rest.Handler(h))
		for contentType, bodies := range undecodables {
			for _, body := range bodies {
				for protocol, framed := range map[string]string{contentType: body, grpcWeb(contentType): frame(body)} {
					answer := raw(t, s.URL, protocol, framed)
					switch names := strings.Contains(answer, "interopv1"); {
					case names && name != "loud":
						t.Errorf("%s, %s %q: the type is in %s", name, protocol, body, answer)
					case names:
						named++
					case !strings.Contains(answer, "invalid_argument") && !strings.Contains(answer, "Grpc-Status:[3]"):
						t.Errorf("%s, %s %q: %s", name, protocol, body, answer)
					}
				}
			}
		}
	}
	if named < 10 {
		t.Errorf("Connect names the type in %d answers: is there anything to hide?", named)
	}
}

func grpcWeb(contentType string) string {
	return strings.Replace(contentType, "application/", "application/grpc-web+", 1)
}

func frame(body string) string { return "\x00\x00\x00\x00" + string(rune(len(body))) + body }

// raw is all of an answer.
func raw(t *testing.T, base, contentType, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+unaryPath, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	res, err := loopback.NewTransport(t, false).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(res.StatusCode, res.Header, string(all), res.Trailer)
}

// TestQuietCodecsServeCallsOfEveryKind, in both formats.
func TestQuietCodecsServeCallsOfEveryKind(t *testing.T) {
	_, quiet := quietly(trouble.Connect{Answer: succeed})
	s := loopback.Serve(t, quiet)
	for _, w := range []callers.Way{
		{Protocol: callers.Connect}, {Protocol: callers.Connect, JSON: true}, {Protocol: callers.Connect, GET: true}, {Protocol: callers.GRPC}, {Protocol: callers.GRPCWeb, JSON: true},
	} {
		call := callers.NewConnect(&http.Client{Transport: loopback.NewTransport(t, true)}, s.URL, w, connect.WithInterceptors(interceptor.New()))
		for _, m := range callers.Methods {
			if err := call.Err(t.Context(), m, "x"); w.Carries(m) && err != nil {
				t.Errorf("%s, %s: %v", w, m, err)
			}
		}
	}
}
