// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/gateway"
	shelfv1 "github.com/errpact/errpact/interceptor/gateway/internal/shelf/gen/errpact/shelf/v1"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestHTTPStatusErrorKeepsBoth: the status that it asks for, and what it wraps.
func TestHTTPStatusErrorKeepsBoth(t *testing.T) {
	jammed, err := status.New(codes.FailedPrecondition, "Invalid value").WithDetails(
		&errdetails.ErrorInfo{Reason: "JAMMED", Domain: "shelf.example", Metadata: map[string]string{"since": "noon"}})
	if err != nil {
		t.Fatal(err)
	}
	const since = `{"metadata":{"since":"noon"}}`
	stated := func(httpStatus int, err error) error {
		return &runtime.HTTPStatusError{HTTPStatus: httpStatus, Err: err}
	}
	taken := errors.New(canary)
	for name, test := range map[string]struct {
		status int
		err    error
		want   int
		body   string
	}{
		"an entry":                      {410, errpactv1err.NotExist.New("It is gone"), 410, envelope(10, "It is gone", "null")},
		"an entry with metadata":        {423, errpactv1err.InvalidValue.New("It is locked").WithMetadata("since", "noon"), 423, envelope(4, "It is locked", since)},
		"a wrapped entry":               {410, fmt.Errorf("%s: %w", canary, errpactv1err.NotExist.New("It is gone")), 410, envelope(10, "It is gone", "null")},
		"a sentinel":                    {451, errpactv1err.AuthForbidden, 451, envelope(9, "Access is denied", "null")},
		"a reason":                      {422, errpactv1err.ContainerUnpackingFailedInvalidHash.New(""), 422, envelope(14, "Invalid hash", `{"reason":"INVALID_HASH"}`)},
		"a status with details":         {423, jammed.Err(), 423, envelope(4, "Invalid value", since)},
		"a status without details":      {404, status.Error(codes.NotFound, "Resource does not exist"), 404, envelope(10, "Resource does not exist", "null")},
		"a wrapped status":              {410, fmt.Errorf("%s: %w", canary, status.Error(codes.NotFound, "Resource does not exist")), 410, envelope(10, "Resource does not exist", "null")},
		"a status that is not for them": {503, status.Error(codes.Internal, canary), 503, envelope(0, "Internal Server Error", "null")},
		"a text":                        {410, errors.New(canary), 410, envelope(10, "Gone", "null")},
		"no status of an error's":       {204, errpactv1err.NotExist.New("It is gone"), 500, envelope(10, "It is gone", "null")},
		"one that a rule maps":          {422, fmt.Errorf("put: %w", taken), 422, envelope(14, "Invalid hash", `{"reason":"INVALID_HASH"}`)},
		"an entry, stated twice":        {410, stated(404, errpactv1err.NotExist.New("It is gone")), 410, envelope(10, "It is gone", "null")},
		"a wrapped one, stated twice":   {423, fmt.Errorf("%s: %w", canary, stated(404, jammed.Err())), 423, envelope(4, "Invalid value", since)},
		"a text, stated twice":          {410, stated(404, errors.New(canary)), 410, envelope(10, "Gone", "null")},
		"a call of another service":     {424, &url.Error{Op: "Get", URL: canary, Err: io.EOF}, 424, envelope(11, "Connection to the external service broke", `{"reason":"BROKEN"}`)},
		"a payload":                     {409, errpactv1err.InvalidValue.WithPayload([]int{7}), 409, envelope(4, "Invalid value", "[7]")},
		"nothing":                       {404, nil, 404, envelope(10, "Resource does not exist", "null")},
		"a success":                     {404, status.New(codes.OK, canary).Err(), 404, envelope(10, "Resource does not exist", "null")},
		"too large a status":            {600, errpactv1err.NotExist.New("It is gone"), 500, envelope(10, "It is gone", "null")},
	} {
		t.Run(name, func(t *testing.T) {
			reports := new(reported.Reports)
			rules := mapping.WithRules(mapping.MapIs(taken, errpactv1err.ContainerUnpackingFailedInvalidHash))
			public := runtime.WithOutgoingHeaderMatcher(func(key string) (string, bool) { return key, key == "x-public" })
			mux := runtime.NewServeMux(append(gateway.Options(gateway.WithPolicy(newPolicy(t, reports, rules))), public)...)
			if err := mux.HandlePath(http.MethodGet, "/gate", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
				ctx := runtime.NewServerMetadataContext(r.Context(), runtime.ServerMetadata{HeaderMD: metadata.Pairs("x-public", "one", "x-inner", canary)})
				runtime.HTTPError(ctx, mux, &runtime.JSONPb{}, w, r, stated(test.status, test.err))
			}); err != nil {
				t.Fatal(err)
			}
			got := send(t, serve(t, mux), http.MethodGet, "/gate", "")
			if test.want < 500 {
				got.wantError(t, test.want, test.body)
			} else if got.status != test.want || !strings.HasPrefix(got.body, test.body[:len(`{"error_code":1`)]) {
				t.Errorf("answer = %d %s, want %d %s", got.status, got.body, test.want, test.body)
			}
			got.wantNothingInner(t)
			if value := got.header.Get("X-Public"); value != "one" {
				t.Errorf("X-Public = %q", value)
			}
			if report := reports.One(t); report.Sent.HTTPStatus() != test.want {
				t.Errorf("reported as %d, want %d", report.Sent.HTTPStatus(), test.want)
			}
		})
	}
}

// labels sets headers and trailers on all of its answers.
type labels struct{ shelf }

func (labels) GetBook(ctx context.Context, req *shelfv1.GetBookRequest) (*shelfv1.GetBookResponse, error) {
	pairs := metadata.Pairs("x-public", "one", "x-public", "two", "x-inner", canary, "etag", `"7"`, "retry-after", "9", "content-type-of", "book")
	if err := grpc.SetHeader(ctx, pairs); err != nil {
		return nil, err
	}
	if err := grpc.SetTrailer(ctx, metadata.Pairs("x-sum", "3", "x-inner", canary)); err != nil {
		return nil, err
	}
	if req.GetFail() != "" {
		return nil, status.Error(codes.NotFound, "Resource does not exist")
	}
	return &shelfv1.GetBookResponse{Number: req.GetNumber()}, nil
}

// TestHeadersOfTheBackendAreOnErrorsAsOnSuccesses: those that the user's matchers let through.
func TestHeadersOfTheBackendAreOnErrorsAsOnSuccesses(t *testing.T) {
	public := func(keys ...string) runtime.HeaderMatcherFunc {
		return func(key string) (string, bool) {
			return http.CanonicalHeaderKey(key), slices.Contains(keys, strings.ToLower(key))
		}
	}
	renamed := func(key string) (string, bool) {
		return "Shelf-" + key, strings.HasPrefix(key, "x-public") || key == "x-sum"
	}
	for name, test := range map[string]struct {
		header, trailer runtime.HeaderMatcherFunc // nil is the mux's own
		want            http.Header
		trailers        http.Header
	}{
		"no matcher of the user's":   {nil, nil, http.Header{"X-Public": nil, "Grpc-Metadata-X-Public": nil}, nil},
		"nothing":                    {public(), public(), http.Header{"X-Public": nil}, nil},
		"a header":                   {public("x-public"), nil, http.Header{"X-Public": {"one", "two"}, "Retry-After": nil}, nil},
		"a renamed header":           {renamed, nil, http.Header{"Shelf-X-Public": {"one", "two"}, "X-Public": nil}, nil},
		"a delay":                    {public("retry-after"), nil, http.Header{"Retry-After": {"9"}}, nil},
		"of a body that is not sent": {public("etag"), nil, http.Header{"Etag": nil}, nil},
		"under the mux's own name":   {func(key string) (string, bool) { return runtime.MetadataHeaderPrefix + key, true }, nil, http.Header{"Grpc-Metadata-X-Inner": nil}, nil},
		"the type of the body":       {func(key string) (string, bool) { return "Content-Type", key == "content-type-of" }, nil, http.Header{"Content-Type": {"application/json"}}, nil},
		"a trailer":                  {public(), public("x-sum"), http.Header{"X-Sum": nil}, http.Header{"X-Sum": {"3"}}},
		"a renamed trailer":          {nil, renamed, nil, http.Header{"Shelf-X-Sum": {"3"}}},
		"both":                       {public("x-public"), public("x-sum"), http.Header{"X-Public": {"one", "two"}}, http.Header{"X-Sum": {"3"}}},
	} {
		t.Run(name, func(t *testing.T) {
			conn, _ := dial(t, labels{})
			options := quiet(t)
			if test.header != nil {
				options = append(options, runtime.WithOutgoingHeaderMatcher(test.header))
			}
			if test.trailer != nil {
				options = append(options, runtime.WithOutgoingTrailerMatcher(test.trailer))
			}
			mux := over(t, conn, options...)
			for where, h := range map[string]http.Handler{"alone": mux, "within rest.Handler": handled(t, mux)} {
				s := serve(t, h)
				for _, te := range []string{"", "trailers"} {
					req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/v1/books/7?fail=gone", nil)
					if err != nil {
						t.Fatal(err)
					}
					if te != "" {
						req.Header.Set("TE", te)
					}
					res, err := s.Client().Do(req)
					if err != nil {
						t.Fatal(err)
					}
					body, err := io.ReadAll(res.Body)
					_ = res.Body.Close()
					answer{res.StatusCode, res.Header, string(body), err}.wantError(t, 404, envelope(10, "Resource does not exist", "null"))
					for key, values := range test.want {
						if got := res.Header[key]; !slices.Equal(got, values) {
							t.Errorf("%s: %s = %q, want %q", where, key, got, values)
						}
					}
					want := test.trailers
					if te == "" {
						want = nil
					}
					if got := res.Trailer; len(got) != len(want) || len(want) > 0 && fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("%s, TE %q: trailers = %v, want %v", where, te, got, want)
					}
				}
			}
		})
	}
}
