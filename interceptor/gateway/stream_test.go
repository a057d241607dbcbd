// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/gateway"
	shelfv1 "github.com/errpact/errpact/interceptor/gateway/internal/shelf/gen/errpact/shelf/v1"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// bothWays runs a test against a mux alone, and within rest.Handler. The policy is given to both.
func bothWays(t *testing.T, make func(...runtime.ServeMuxOption) *runtime.ServeMux, test func(t *testing.T, h http.Handler, r *reported.Reports)) {
	t.Helper()
	t.Run("alone", func(t *testing.T) {
		r := new(reported.Reports)
		test(t, make(gateway.Options(gateway.WithPolicy(newPolicy(t, r)))...), r)
	})
	t.Run("within rest.Handler", func(t *testing.T) {
		r := new(reported.Reports)
		test(t, rest.Handler(make(gateway.Options()...), rest.WithPolicy(newPolicy(t, r))), r)
	})
}

func TestStreamThatHasBegunEndsWithTheEnvelope(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, r *reported.Reports) {
		got := send(t, serve(t, h), http.MethodGet, "/v1/watch?books=2&fail=unknownany", "")
		want := `{"result":{"number":0}}
{"result":{"number":1}}
{"error":` + envelope(4, "the book is there", none) + "}\n"
		if got.status != http.StatusOK || got.body != want || got.err != nil {
			t.Errorf("answer = %d %s %v\nwant 200 %s", got.status, got.body, got.err, want)
		}
		if report := r.One(t); status.Code(report.Err) != codes.AlreadyExists || report.Sent.Code() != errpactv1err.InvalidValue {
			t.Errorf("report = %+v", report)
		}
	})
}

func TestStreamThatHasBegunNamesFieldsAsItsRequestDoes(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		got := send(t, serve(t, h), http.MethodGet, "/v1/watch?books=1&fail=marked", "")
		if !strings.Contains(got.body, `{"field":"mark_on_shelf",`) {
			t.Errorf("answer = %s", got.body)
		}
	})
}

func TestG1StreamThatHasBegunTellsNothingInner(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		s := serve(t, h)
		for _, fail := range []string{"unknown", "internal", "unavailable", "unmapped", "debug", "code17"} {
			got := send(t, s, http.MethodGet, "/v1/watch?books=1&fail="+fail, "")
			if strings.Contains(got.body, canary) || !strings.Contains(got.body, `{"error":{"error_code":`) || got.err != nil {
				t.Errorf("%s: answer = %s %v", fail, got.body, got.err)
			}
		}
	})
}

func TestStreamOfBytesThatFailsIsCut(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, r *reported.Reports) {
		got := send(t, serve(t, h), http.MethodGet, "/v1/books/7/pages?fail=entry", "")
		if got.err == nil || strings.Contains(got.body, "error") {
			t.Errorf("answer = %d %q: want the connection cut, and nothing but pages", got.status, got.body)
		}
		if report := r.One(t); report.Sent.Code() != errpactv1err.NotExist {
			t.Errorf("report = %+v", report)
		}
	})
}

// Code generated with request_context=false has no context of the request's.
func TestG1StreamWithoutTheRequestsContext(t *testing.T) {
	r := new(reported.Reports)
	mux := runtime.NewServeMux(gateway.Options(gateway.WithPolicy(newPolicy(t, r)))...)
	stream := func(messages int) runtime.HandlerFunc {
		return func(w http.ResponseWriter, req *http.Request, _ map[string]string) {
			_, marshaler := runtime.MarshalerForRequest(mux, req)
			left := messages
			runtime.ForwardResponseStream(runtime.NewServerMetadataContext(t.Context(), runtime.ServerMetadata{}), mux, marshaler, w, req, func() (proto.Message, error) {
				if left--; left < 0 {
					return nil, status.Error(codes.Internal, canary)
				}
				return &shelfv1.WatchBooksResponse{Number: 1}, nil
			})
		}
	}
	for path, messages := range map[string]int{"/none": 0, "/one": 1} {
		if err := mux.HandlePath(http.MethodGet, path, stream(messages)); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, mux)
	send(t, s, http.MethodGet, "/none", "").wantError(t, 500, envelope(0, "Unknown server side error occurred", none))
	want := `{"result":{"number":1}}` + "\n" + `{"error":{"code":13,"message":"Internal Server Error","details":[]}}` + "\n"
	if got := send(t, s, http.MethodGet, "/one", ""); strings.Contains(got.body, canary) || !strings.Contains(got.body, `"code":13`) {
		t.Errorf("answer = %s, want %s", got.body, want)
	}
}

func TestSuccessIsUntouched(t *testing.T) {
	conn, _ := shelf{}.dial(t)
	before := serve(t, over(t, conn))
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		after := serve(t, h)
		for _, r := range []struct{ method, path, body string }{
			{http.MethodGet, "/v1/books/7", ""},
			{http.MethodPost, "/v1/books", `{"number":7}`},
			{http.MethodPost, "/v1/books:batch", `{}{}`},
			{http.MethodGet, "/v1/watch?books=3", ""},
			{http.MethodGet, "/v1/watch", ""},
			{http.MethodGet, "/v1/books/7/text", ""},
			{http.MethodGet, "/v1/books/7/pages", ""},
		} {
			was, got := send(t, before, r.method, r.path, r.body), send(t, after, r.method, r.path, r.body)
			was.header.Del("Date")
			got.header.Del("Date")
			if diff := cmp.Diff(was, got, cmp.AllowUnexported(answer{})); diff != "" || got.status != http.StatusOK || got.err != nil {
				t.Errorf("%s %s: before and after differ (-before +after):\n%s", r.method, r.path, diff)
			}
		}
	})
}

// A stream is not held back until it ends.
func TestStreamIsFlushed(t *testing.T) {
	entered := make(chan struct{}, 1)
	conn, _ := shelf{entered: entered}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		s := serve(t, h)
		res, err := s.Client().Get(s.URL + "/v1/watch?books=1&fail=hang")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		line := make([]byte, len(`{"result":{"number":0}}`))
		if _, err := io.ReadFull(res.Body, line); err != nil || string(line) != `{"result":{"number":0}}` {
			t.Errorf("the first line is %q, %v", line, err)
		}
		<-entered
	})
}
