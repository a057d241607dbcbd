// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// method has an option, as of a method that was annotated.
type method struct {
	protoreflect.MethodDescriptor
	success int32
}

func (m method) Options() protoreflect.ProtoMessage {
	options := new(descriptorpb.MethodOptions)
	proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{SuccessStatus: m.success})
	return options
}

// thing is a unary method for REST callers: what they send is its request, in JSON. Without a body of
// theirs it is called by what a transcoder makes of a path.
type thing struct {
	success int32
	do      answerer
	options []connecthttp.Option
	// front is in the place of the transcoder; nil passes on.
	front func(http.Handler) http.Handler
}

func (s thing) handler(t *testing.T, told *reported.Reports) http.Handler {
	t.Helper()
	policy := newPolicy(t, mapping.WithReport(told.Add))
	server := connect.NewServer(connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)))
	spec := unary
	spec.Schema = method{success: s.success}
	server.Register(connect.Method{Spec: spec, Handler: func(ctx context.Context, _ connect.Spec, stream connect.ServerStream) error {
		if err := stream.Receive(new(wrapperspb.Int32Value)); err != nil {
			return err
		}
		if err := s.do(ctx); err != nil {
			return err
		}
		return stream.Send(wrapperspb.String("done"))
	}})
	rpc := mounted(server, s.options...)
	chain := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Method, r.URL.Path = http.MethodPost, unary.Procedure
		r.Header.Set("Content-Type", "application/json")
		if r.ContentLength == 0 {
			r.Body = io.NopCloser(strings.NewReader("1"))
		}
		rpc.ServeHTTP(w, r)
	}))
	if s.front != nil {
		chain = s.front(chain)
	}
	return rest.Handler(chain, rest.WithPolicy(policy))
}

func answers(err error) answerer { return func(context.Context) error { return err } }

// refusing is a transcoder that refuses a request when its body is read, and has the handler run on an
// empty message.
func refusing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(&refusal{Reader: strings.NewReader("1"), w: w}), 1
		next.ServeHTTP(discarding{w}, r)
	})
}

type refusal struct {
	io.Reader
	w    http.ResponseWriter
	done bool
}

func (r *refusal) Read(p []byte) (int, error) {
	if !r.done {
		r.done = true
		http.Error(r.w, `{"code":3,"message":"unexpected EOF","details":[]}`, http.StatusBadRequest)
	}
	return r.Reader.Read(p)
}

// discarding is for what is answered after a refusal.
type discarding struct{ http.ResponseWriter }

func (discarding) Header() http.Header         { return http.Header{} }
func (discarding) WriteHeader(int)             {}
func (discarding) Write(p []byte) (int, error) { return len(p), nil }

// TestG12RESTCallers of a service on Connect v2 get what they get of one on v1.
func TestG12RESTCallers(t *testing.T) {
	notRun := func(context.Context) error {
		t.Error("the handler ran")
		return nil
	}
	strict := []connecthttp.Option{connecthttp.WithCodecs(connectproto.NewBinaryCodec(), strictjson.Codec[any]{})}
	small := []connecthttp.Option{connecthttp.WithReadMaxBytes(4)}
	for name, test := range map[string]struct {
		thing
		body   string
		status int
		want   string
		told   mapping.Stage
	}{
		"a success":               {thing{do: answers(nil)}, "", 200, `"done"`, ""},
		"a declared status":       {thing{success: 201, do: answers(nil)}, "", 201, `"done"`, ""},
		"a status set":            {thing{success: 201, do: func(ctx context.Context) error { rest.SetStatus(ctx, 202); return nil }}, "", 202, `"done"`, ""},
		"no content":              {thing{success: 204, do: answers(nil)}, "", 204, ``, ""},
		"an error":                {thing{success: 201, do: answers(errpactv1err.NotExist)}, "", 404, envelope("10", "Resource does not exist"), mapping.StageHandler},
		"an error of nobody":      {thing{do: answers(errors.New(canary))}, "", 500, envelope("0", "Unknown server side error occurred"), mapping.StageHandler},
		"a panic":                 {thing{do: func(context.Context) error { panic(canary) }}, "", 500, envelope("0", "Unknown server side error occurred"), mapping.StageHandler},
		"a 304":                   {thing{do: answers(connecthttp.NewNotModifiedError())}, "", 304, ``, ""},
		"malformed":               {thing{do: notRun}, `]`, 400, envelope("3", "Invalid structure"), mapping.StageTransport},
		"the wrong type":          {thing{do: notRun}, `"many"`, 400, envelope("5", "Invalid type"), mapping.StageTransport},
		"out of range":            {thing{do: notRun}, `4294967296`, 400, envelope("4", "Invalid value"), mapping.StageTransport},
		"too large":               {thing{do: notRun, options: small}, `1000000`, 413, envelope("3", "Request Entity Too Large"), mapping.StageTransport},
		"strictly the wrong type": {thing{do: notRun, options: strict}, `"many"`, 400, envelope("5", "Invalid type"), mapping.StageTransport},
		"refused by a front":      {thing{do: notRun, front: refusing}, "", 400, envelope("3", "Invalid structure"), mapping.StageTransport},
	} {
		t.Run(name, func(t *testing.T) {
			told := new(reported.Reports)
			status, body := ask(t, test.handler(t, told), test.body)
			if status != test.status || body != test.want {
				t.Errorf("answer = %d %s, want %d %s", status, body, test.status, test.want)
			}
			all := told.Take()
			if test.told == "" && len(all) == 0 {
				return
			}
			if len(all) != 1 || all[0].Stage != test.told || all[0].CallerGone {
				t.Errorf("reports = %+v, want one of %q", all, test.told)
			}
		})
	}
}

func envelope(number, message string) string {
	return `{"error_code":` + number + `,"error_message":"` + message + `","details":null}`
}

// ask sends a GET, with a body if there is one.
func ask(t *testing.T, handler http.Handler, body string) (int, string) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, loopback.Serve(t, handler).URL+"/v1/things/1", reader)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answered, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answered)
}
