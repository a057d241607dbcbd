// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package symptoms_test holds docs/symptoms.md: each test shows what the page says that one sees, and that the line
// which the page gives changes it.
package symptoms_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/logged"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// errMissing is a sentinel of a service.
var errMissing = errors.New("store: no such row")

func newPolicy(t *testing.T, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// serve starts a service whose methods fail with err, behind a middleware.
func serve(t *testing.T, err error, middleware func(http.Handler) http.Handler, options ...connect.HandlerOption) (url string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: func(context.Context, string) error { return err }}, options...))
	return loopback.Serve(t, middleware(mux)).URL
}

func bare(next http.Handler) http.Handler { return next }

func withPolicy(p *mapping.Policy) connect.HandlerOption {
	return connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(p)))
}

func call(t *testing.T, url string, options ...connect.ClientOption) error {
	t.Helper()
	client := interopv1connect.NewTroubleServiceClient(http.DefaultClient, url, options...)
	_, err := client.Unary(t.Context(), connect.NewRequest(&interopv1.UnaryRequest{Name: "f-17"}))
	return err
}

// post makes a call by hand, and returns what was answered.
func post(t *testing.T, url, body string, headers ...string) (status int, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// want ends a row: what was seen before the line changed, and after.
func want(t *testing.T, before, after bool) {
	t.Helper()
	if !before {
		t.Error("the symptom is not there")
	}
	if !after {
		t.Error("the line does not help")
	}
}

const procedure = interopv1connect.TroubleServiceUnaryProcedure

// symptoms are those of the page, by its headings.
var symptoms = map[string]func(t *testing.T){
	"The caller gets UNKNOWN, error_code 0": func(t *testing.T) {
		rule := mapping.WithRules(mapping.MapIs(errMissing, errpactv1err.NotExist))
		err := fmt.Errorf("find: %w", errMissing)
		before := call(t, serve(t, err, bare, withPolicy(newPolicy(t))), connect.WithInterceptors(interceptor.New()))
		after := call(t, serve(t, err, bare, withPolicy(newPolicy(t, rule))), connect.WithInterceptors(interceptor.New()))
		want(t, mapping.CodeOf(before) == errpactv1err.Unknown, errors.Is(after, errpactv1err.NotExist))
	},
	"My text is gone": func(t *testing.T) {
		const text = "the index is rebuilt until noon"
		with := withPolicy(newPolicy(t))
		before := call(t, serve(t, connect.NewError(connect.CodeUnavailable, errors.New(text)), bare, with))
		after := call(t, serve(t, errpactv1err.DatabaseTemporarilyUnavailable.New(text), bare, with))
		want(t, !strings.Contains(before.Error(), text), strings.Contains(after.Error(), text))
	},
	"The text of my own error is gone": func(t *testing.T) {
		const text = "limit must be 1 to 100"
		with := withPolicy(newPolicy(t))
		before := call(t, serve(t, errors.New(text), bare, with))
		after := call(t, serve(t, errpactv1err.InvalidValue.New(text), bare, with))
		want(t, !strings.Contains(before.Error(), text), strings.Contains(after.Error(), text))
	},
	"Another service's NOT_EXIST arrives as EXTERNAL_SERVICE": func(t *testing.T) {
		backend := serve(t, errpactv1err.NotExist.New(""), bare, withPolicy(newPolicy(t)))
		through := func(client *interceptor.Interceptor) error {
			front := serve(t, call(t, backend, connect.WithInterceptors(client)), bare, withPolicy(newPolicy(t)))
			return call(t, front, connect.WithInterceptors(interceptor.New()))
		}
		before, after := through(interceptor.New()), through(interceptor.New(interceptor.WithRelay()))
		want(t, errors.Is(before, errpactv1err.ExternalService), errors.Is(after, errpactv1err.NotExist))
	},
	"errors.Is is false in the client": func(t *testing.T) {
		url := serve(t, errpactv1err.NotExist.New(""), bare, withPolicy(newPolicy(t)))
		before, after := call(t, url), call(t, url, connect.WithInterceptors(interceptor.New()))
		want(t, !errors.Is(before, errpactv1err.NotExist), errors.Is(after, errpactv1err.NotExist))
	},
	"connect.CodeOf says unknown for every error": func(t *testing.T) {
		server := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(newPolicy(t))))
		interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: func(context.Context, string) error {
			return errpactv1err.NotExist.New("")
		}})
		mux := http.NewServeMux()
		connecthttp.Mount(mux, server)
		transport := connecthttp.NewTransport(http.DefaultClient, loopback.Serve(t, mux).URL)
		client := interopv1connectv2.NewTroubleServiceClient(connectv2.NewClient(transport, errpactv2.NewClientInterceptor()))
		_, err := client.Unary(t.Context(), &interopv1.UnaryRequest{Name: "f-17"})
		e, ok := mapping.From(err)
		want(t, connect.CodeOf(err) == connect.CodeUnknown, ok && e.ConnectCode() == mapping.ConnectCode(connect.CodeNotFound))
	},
	"An RPC path answers 404, and JSON comes back as REST": func(t *testing.T) {
		handler := func(next http.Handler) http.Handler {
			transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(interopv1connect.TroubleServiceName, next)})
			if err != nil {
				t.Fatal(err)
			}
			return rest.Handler(transcoder)
		}
		url := serve(t, errpactv1err.InvalidValue.New(""), handler, withPolicy(newPolicy(t))) + procedure
		before, _ := post(t, url, `{"name":"f-17"}`)
		after, _ := post(t, url, `{"name":"f-17"}`, "Connect-Protocol-Version", "1")
		want(t, before == http.StatusNotFound, after == http.StatusBadRequest)
	},
	"REST callers get Connect's JSON": func(t *testing.T) {
		err, with := errpactv1err.NotExist.New(""), withPolicy(newPolicy(t))
		plain := func(middleware func(http.Handler) http.Handler) string {
			mux := http.NewServeMux()
			mux.Handle("/rest", connect.NewUnaryHandler("/rest", func(context.Context, *connect.Request[interopv1.UnaryRequest]) (*connect.Response[interopv1.UnaryResponse], error) {
				return nil, err
			}, with))
			_, body := post(t, loopback.Serve(t, middleware(mux)).URL+"/rest", "{}")
			return body
		}
		before, after := plain(bare), plain(func(next http.Handler) http.Handler { return rest.Handler(next) })
		want(t, strings.Contains(before, `"code":"not_found"`), strings.Contains(after, `"error_code":10`))
	},
	"The log says that two interceptors of errpact's answered one error": func(t *testing.T) {
		lines := func(n int) string {
			log, errpact := logged.Lines(t), interceptor.New(interceptor.WithPolicy(newPolicy(t, mapping.WithReport(mapping.LogReport))))
			_ = call(t, serve(t, errpactv1err.NotExist, bare, connect.WithInterceptors(slices.Repeat([]connect.Interceptor{errpact}, n)...)))
			return log.String()
		}
		want(t, strings.Contains(lines(2), "two interceptors of errpact's answered one error"), lines(1) == "")
	},
	"A wrong token is AUTH_NOT_PROVIDED": func(t *testing.T) {
		err := connect.NewError(connect.CodeUnauthenticated, errors.New("no"))
		cookies := mapping.WithCredential(func(h http.Header) bool { return h.Get("Cookie") != "" })
		answer := func(options ...mapping.Option) string {
			policy := newPolicy(t, options...)
			mux := http.NewServeMux()
			mux.HandleFunc("/rest", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) })
			_, body := post(t, loopback.Serve(t, rest.Handler(mux, rest.WithPolicy(policy))).URL+"/rest", "", "Cookie", "session=x")
			return body
		}
		before, after := answer(), answer(cookies)
		want(t, strings.Contains(before, `"error_code":6`), strings.Contains(after, `"error_code":7`))
	},
	"A script in a browser cannot read X-Request-Id": func(t *testing.T) {
		policy := newPolicy(t)
		answer := func(options ...rest.Option) string {
			mux := http.NewServeMux()
			mux.HandleFunc("/rest", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errMissing) })
			_, body := post(t, loopback.Serve(t, rest.Handler(mux, append(options, rest.WithPolicy(policy))...)).URL+"/rest", "")
			return body
		}
		before, after := answer(), answer(rest.WithRequestIDInDetails())
		want(t, strings.Contains(before, `"details":null`), strings.Contains(after, `"request_id"`))
	},
}

func TestSymptoms(t *testing.T) {
	for name, run := range symptoms {
		t.Run(name, run)
	}
}

// TestPageHasASectionForEachSymptom and none besides.
func TestPageHasASectionForEachSymptom(t *testing.T) {
	page, err := os.ReadFile("../../docs/symptoms.md")
	if err != nil {
		t.Fatal(err)
	}
	titles := regexp.MustCompile(`(?m)^## (.*)$`).FindAllStringSubmatch(string(page), -1)
	for _, title := range titles {
		if symptoms[strings.ReplaceAll(title[1], "`", "")] == nil {
			t.Errorf("no test is called %q", title[1])
		}
	}
	if len(titles) != len(symptoms) {
		t.Errorf("%d sections, and %d tests", len(titles), len(symptoms))
	}
}
