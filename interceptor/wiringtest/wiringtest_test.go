// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/wiringtest"
	"github.com/errpact/errpact/internal/testkit/exported"
)

// The real wirings, of all stacks, are in the folder test/wiring.

const things = `
name: "wiringtest/things.proto" package: "wiringtest.v1" syntax: "proto3" dependency: "google/protobuf/empty.proto"
service { name: "Things"
  method { name: "Drop" input_type: ".google.protobuf.Empty" output_type: ".google.protobuf.Empty" }
  method { name: "List" input_type: ".google.protobuf.Empty" output_type: ".google.protobuf.Empty" options { idempotency_level: NO_SIDE_EFFECTS } }
}
service { name: "Others"
  method { name: "List" input_type: ".google.protobuf.Empty" output_type: ".google.protobuf.Empty" }
}`

func init() {
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(things), file); err != nil {
		panic(err)
	}
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	if err := protoregistry.GlobalFiles.RegisterFile(linked); err != nil {
		panic(err)
	}
}

// A recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	said []string
}

func (*recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// ran has the methods that have run.
type ran struct {
	mu  sync.Mutex
	all []string
}

// serve returns a handler of methods that note that they run, and then do this.
func (r *ran) serve(methods []string, do func(context.Context) error, options ...connect.HandlerOption) http.Handler {
	mux := http.NewServeMux()
	for _, method := range methods {
		path := "/wiringtest.v1." + method
		mux.Handle(path, connect.NewUnaryHandler(path, func(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
			r.mu.Lock()
			r.all = append(r.all, method)
			r.mu.Unlock()
			return connect.NewResponse(new(emptypb.Empty)), do(ctx)
		}, options...))
	}
	return rest.Handler(mux)
}

func check(t *testing.T, handler http.Handler, options ...wiringtest.Option) string {
	t.Helper()
	r := &recorder{TB: t}
	wiringtest.Check(r, handler, options...)
	return strings.Join(r.said, "\n")
}

// TestCheckRunsOneMethodOfAServiceWithoutInterceptor, the one that changes nothing.
func TestCheckRunsOneMethodOfAServiceWithoutInterceptor(t *testing.T) {
	for name, do := range map[string]func(context.Context) error{
		"a success": func(context.Context) error { return nil },
		"an error":  func(context.Context) error { return connect.NewError(connect.CodeUnimplemented, errors.New("not yet")) },
		"a panic":   func(context.Context) error { panic("at once") },
	} {
		var r ran
		got := check(t, r.serve([]string{"Things/Drop", "Things/List"}, do))
		if !strings.Contains(got, "/wiringtest.v1.Things/List is answered") || strings.Count(got, "\n") > 0 {
			t.Errorf("%s: it finds %s", name, got)
		}
		if !slices.Equal(r.all, []string{"Things/List"}) {
			t.Errorf("%s: %v have run", name, r.all)
		}
	}
}

func TestCheckRunsNoMethodBehindAnInterceptor(t *testing.T) {
	var r ran
	got := check(t, r.serve([]string{"Things/Drop", "Things/List", "Others/List"}, nil, connect.WithInterceptors(interceptor.New())))
	if got != "" || len(r.all) > 0 {
		t.Errorf("%v have run, and it finds %s", r.all, got)
	}
}

// TestCheckNamesAMiddlewareThatBreaksStreams in place of an interceptor that is missing.
func TestCheckNamesAMiddlewareThatBreaksStreams(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/wiringtest.v1.Others/List", connect.NewServerStreamHandler("/wiringtest.v1.Others/List",
		func(context.Context, *connect.Request[emptypb.Empty], *connect.ServerStream[emptypb.Empty]) error {
			return nil
		},
		connect.WithInterceptors(interceptor.New())))
	got := check(t, http.TimeoutHandler(rest.Handler(mux), time.Minute, ""))
	if !strings.HasPrefix(got, "wiring: a middleware hides http.Flusher from /wiringtest.v1.Others/List, so that every stream fails: write Flush ") || strings.Contains(got, "\n") {
		t.Errorf("it finds %s", got)
	}
}

// TestCheckGivesUpOnAMethodThatDoesNotAnswer, whose context ends then.
func TestCheckGivesUpOnAMethodThatDoesNotAnswer(t *testing.T) {
	var r ran
	ended := make(chan struct{})
	got := check(t, r.serve([]string{"Others/List"}, func(ctx context.Context) error {
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	}), wiringtest.WithPatience(time.Second))
	<-ended
	if !strings.Contains(got, "/wiringtest.v1.Others/List is answered with nothing (no answer in 1s), and errpact's interceptor does not see it: write ") {
		t.Errorf("it finds %s", got)
	}
}

// TestCheckNamesHeadersThatCORSHides, where CORS allows the origin that is asked with.
func TestCheckNamesHeadersThatCORSHides(t *testing.T) {
	const finding = "wiring: CORS hides the header X-Request-Id of GET /errpact-wiringtest from scripts: write ExposedHeaders: "
	ours := wiringtest.WithCredential(func(r *http.Request) { r.Header.Set("Origin", "https://acme.example") })
	for _, test := range []struct {
		name, allowed, exposed string
		options                []wiringtest.Option
		want                   string
	}{
		{"any origin, nothing exposed", "", "", nil, finding},
		{"any origin, another header exposed", "", "Allow", nil, finding},
		{"any origin, exposed", "", "Allow, X-Request-Id", nil, ""},
		{"any origin, all exposed", "", "*", nil, ""},
		{"one origin, which nobody sets", "https://acme.example", "", nil, ""},
		{"one origin, which the credential sets", "https://acme.example", "", []wiringtest.Option{ours}, finding},
	} {
		cors := func(w http.ResponseWriter, r *http.Request) {
			if origin := r.Header.Get("Origin"); origin != "" && (test.allowed == "" || origin == test.allowed) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", test.exposed)
			}
			http.NotFound(w, r)
		}
		got := check(t, rest.Handler(http.HandlerFunc(cors)), append(test.options, wiringtest.WithoutRPC())...)
		if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" || strings.Contains(got, "\n") {
			t.Errorf("%s: it finds %s", test.name, got)
		}
	}
}

// TestG7NothingNilPanics has a row for every exported function.
func TestG7NothingNilPanics(t *testing.T) {
	options := func(o wiringtest.Option) func(*testing.T) {
		return func(t *testing.T) {
			if check(t, http.NotFoundHandler(), o, nil) == "" {
				t.Error("nothing is wrong with a handler of nothing")
			}
		}
	}
	rows := map[string]func(*testing.T){
		"Check": func(t *testing.T) {
			if check(t, nil, nil) == "" || check(t, http.HandlerFunc(nil)) == "" {
				t.Error("nothing is wrong with a nil handler")
			}
		},
		"CheckClient": func(t *testing.T) {
			r := &recorder{TB: t}
			wiringtest.CheckClient(r, nil)
			wiringtest.CheckClient(r, func(context.Context, *url.URL) error { return nil }, errpactv1err.Unknown)
			if len(r.said) != 2 {
				t.Errorf("it finds %q", r.said)
			}
		},
		"WithCredential":  options(wiringtest.WithCredential(nil)),
		"WithPrefix":      options(wiringtest.WithPrefix("")),
		"WithoutREST":     options(wiringtest.WithoutREST()),
		"WithoutRPC":      options(wiringtest.WithoutRPC()),
		"WithoutServices": options(wiringtest.WithoutServices()),
	}
	functions, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(functions, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, row)
	}
}
