// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/authn"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/wiringtest"
)

var (
	withoutREST = []wiringtest.Option{wiringtest.WithoutREST()}
	credential  = []wiringtest.Option{wiringtest.WithCredential(withToken)}
)

// wrong has one finding for each mistake.
var wrong = []wiring{
	{name: "v1, no interceptor", handler: func(*testing.T) http.Handler { return rest.Handler(v1(runs)) }, want: []string{
		service + "Unary is answered with unknown, and errpact's interceptor does not see it: write connect.WithInterceptors(interceptor.New(), …), connect.NewServer(",
	}},
	{name: "v2, no interceptor", handler: func(*testing.T) http.Handler { return rest.Handler(v2(runs)) }, want: []string{
		service + "Unary is answered with unknown, and errpact's interceptor does not see it: write connect.WithInterceptors(",
	}},
	{name: "grpc-go, no interceptor", options: withoutREST, handler: func(t *testing.T) http.Handler { return grpcServer(t, runs) }, want: []string{
		service + "Unary is answered with unknown, and errpact's interceptor does not see it: write connect.WithInterceptors(",
	}},
	{name: "v1, http.TimeoutHandler", handler: func(t *testing.T) http.Handler {
		return rest.Handler(http.TimeoutHandler(v1(never(t), errpactV1(nil)), time.Minute, ""))
	}, want: []string{"a middleware hides http.Flusher from " + service + "ServerStream, so that every stream fails: write Flush"}},
	{name: "v1, two interceptors", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), errpactV1(nil), errpactV1(nil)))
	}, want: []string{service + "Unary passes interceptor.New twice: leave one of them"}},
	{name: "v2, two interceptors", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v2(never(t), errpactV2(nil), otelV2, errpactV2(nil)))
	}, want: []string{service + "Unary passes connectv2.NewServerInterceptor twice: leave one of them"}},
	{name: "grpc-go, two interceptors", options: withoutREST, handler: func(t *testing.T) http.Handler {
		return grpcServer(t, never(t), append(errpactGRPC(nil), errpactGRPC(nil)...)...)
	}, want: []string{service + "Unary passes grpcgo.New twice: leave one of them"}},
	{name: "v1, two interceptors with two policies", handler: func(t *testing.T) http.Handler {
		policy := newPolicy(t)
		return rest.Handler(v1(never(t), errpactV1(policy), errpactV1(nil)), rest.WithPolicy(policy))
	}, want: []string{
		service + "Unary passes interceptor.New twice: leave one of them",
		"interceptor.New of " + service + "Unary has the default policy, and rest.Handler another: write interceptor.New(interceptor.WithPolicy(policy))",
	}},
	{name: "v1, two interceptors, the inner one in auth", options: credential, handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), errpactV1(nil), refuser{}, errpactV1(nil)))
	}, want: []string{service + "Unary passes interceptor.New twice: leave one of them"}},
	{name: "v1, auth outside", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), refuser{}, errpactV1(nil)))
	}, want: []string{service + "Unary is answered with unauthenticated, and errpact's interceptor does not see it: write connect.WithInterceptors("}},
	{name: "v1, auth outside, and a credential", options: credential, handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), refuser{}, errpactV1(nil)))
	}, want: []string{service + "Unary without a credential is answered with unauthenticated by an interceptor outside of errpact's: write connect.WithInterceptors(interceptor.New(), …)"}},
	{name: "v2, auth outside", options: credential, handler: func(t *testing.T) http.Handler {
		return rest.Handler(v2(never(t), refuserV2, errpactV2(nil)))
	}, want: []string{service + "Unary without a credential is answered with unauthenticated by an interceptor outside of errpact's: write connect.NewServer(connectv2.NewServerInterceptor(), …)"}},
	{name: "grpc-go, auth outside", options: []wiringtest.Option{wiringtest.WithCredential(withToken), wiringtest.WithoutREST()}, handler: func(t *testing.T) http.Handler {
		return grpcServer(t, never(t), append(refuserGRPC(), errpactGRPC(nil)...)...)
	}, want: []string{service + "Unary without a credential is answered with unauthenticated by an interceptor outside of errpact's: write grpc.NewServer(grpcgo.New().ServerOptions()...)"}},
	{name: "no rest.Handler", handler: func(t *testing.T) http.Handler { return v1(never(t), errpactV1(nil)) }, want: []string{
		"GET /errpact-wiringtest without a credential is answered with HTTP 404 without rest.Handler: write rest.Handler(mux) around everything, or give Check wiringtest.WithoutREST()",
	}},
	{name: "no rest.Handler, a policy", handler: func(t *testing.T) http.Handler { return v2(never(t), errpactV2(newPolicy(t))) }, want: []string{
		"without rest.Handler: write rest.Handler(mux, rest.WithPolicy(policy)) around everything",
	}},
	{name: "a rest.Handler around a part", handler: func(t *testing.T) http.Handler {
		mux := http.NewServeMux()
		mux.Handle(service, rest.Handler(v1(never(t), errpactV1(nil))))
		return mux
	}, want: []string{"GET /errpact-wiringtest without a credential is answered with HTTP 404 outside of rest.Handler, which is around a part of the handler: write rest.Handler(mux) around everything"}},
	{name: "a rest.Handler around all but RPCs", handler: func(t *testing.T) http.Handler {
		mux := v1(never(t), errpactV1(nil))
		mux.Handle("/", rest.Handler(http.NotFoundHandler()))
		return mux
	}, want: []string{service + "Unary is answered with unknown outside of rest.Handler, which is around a part of the handler"}},
	{name: "two rest.Handlers", handler: func(t *testing.T) http.Handler {
		return rest.Handler(rest.Handler(v1(never(t), errpactV1(nil))))
	}, want: []string{"GET /errpact-wiringtest passes rest.Handler twice: keep the outermost"}},
	{name: "a policy for the interceptor alone", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), errpactV1(newPolicy(t))))
	}, want: []string{"rest.Handler has the default policy, and interceptor.New of " + service + "Unary another: write rest.Handler(mux, rest.WithPolicy(policy))"}},
	{name: "v2, a policy for rest.Handler alone", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v2(never(t), errpactV2(nil)), rest.WithPolicy(newPolicy(t)))
	}, want: []string{"connectv2.NewServerInterceptor of " + service + "Unary has the default policy, and rest.Handler another: write connectv2.NewServerInterceptor(connectv2.WithPolicy(policy))"}},
	{name: "two policies", handler: func(t *testing.T) http.Handler {
		return rest.Handler(v1(never(t), errpactV1(newPolicy(t))), rest.WithPolicy(newPolicy(t)))
	}, want: []string{"have two policies: make one with mapping.NewPolicy, and write rest.Handler(mux, rest.WithPolicy(policy)) and interceptor.New(interceptor.WithPolicy(policy))"}},
	{name: "grpc-go, a policy for rest.Handler alone", handler: func(t *testing.T) http.Handler {
		return rest.Handler(grpcServer(t, never(t), errpactGRPC(nil)...), rest.WithPolicy(newPolicy(t)))
	}, want: []string{"grpcgo.New of " + service + "Unary has the default policy, and rest.Handler another: write grpcgo.New(grpcgo.WithPolicy(policy))"}},
	{name: "authn as its users write it", handler: func(t *testing.T) http.Handler {
		return rest.Handler(authn.NewMiddleware(authFunc).Wrap(v1(never(t), errpactV1(nil))))
	}, want: []string{"a middleware answers every path without a credential by itself, with unauthenticated: write authn.NewMiddleware(rest.Auth(f)) for authn, or rest.Gate(middleware)(mux)"}},
	{name: "authn as its users write it, and a credential", options: credential, handler: func(t *testing.T) http.Handler {
		return rest.Handler(authn.NewMiddleware(authFunc).Wrap(v1(never(t), errpactV1(nil), errpactV1(nil))))
	}, want: []string{
		"a middleware answers every path without a credential by itself, with unauthenticated: write authn.NewMiddleware(rest.Auth(f))",
		service + "Unary passes interceptor.New twice",
	}},
	{name: "authn as its users write it, around one service", handler: func(t *testing.T) http.Handler {
		mux := http.NewServeMux()
		mux.Handle(service, authn.NewMiddleware(authFunc).Wrap(v2(never(t), errpactV2(nil))))
		return rest.Handler(mux)
	}, want: []string{"a middleware answers " + service + " without a credential by itself, with unauthenticated: write authn.NewMiddleware(rest.Auth(f))"}},
	{name: "authn outside of rest.Handler", handler: func(t *testing.T) http.Handler {
		return authn.NewMiddleware(rest.Auth(authFunc)).Wrap(rest.Handler(v1(never(t), errpactV1(nil))))
	}, want: []string{"rest.Auth is outside of rest.Handler: write rest.Handler(authn.NewMiddleware(rest.Auth(f)).Wrap(mux))"}},
	{name: "authn as its users write it, outside of rest.Handler", handler: func(t *testing.T) http.Handler {
		return authn.NewMiddleware(authFunc).Wrap(rest.Handler(v1(never(t), errpactV1(nil))))
	}, want: []string{
		"a middleware outside of rest.Handler answers every path without a credential by itself, with unauthenticated: write rest.Handler(middleware(mux)), and in it authn.NewMiddleware(rest.Auth(f))",
		"GET /errpact-wiringtest without a credential is answered with HTTP 401 without rest.Handler",
	}},
	{name: "a foreign middleware", handler: func(t *testing.T) http.Handler {
		return rest.Handler(gatekeeper(forbid)(v1(never(t), errpactV1(nil))))
	}, want: []string{"a middleware answers every path without a credential by itself, with HTTP 401: write authn.NewMiddleware(rest.Auth(f)) for authn, or rest.Gate(middleware)(mux)"}},
	{name: "a gate outside of rest.Handler", handler: func(t *testing.T) http.Handler {
		return rest.Gate(gatekeeper(forbid))(rest.Handler(v1(never(t), errpactV1(nil))))
	}, want: []string{"rest.Gate is outside of rest.Handler: write rest.Handler(rest.Gate(middleware)(mux))"}},
	{name: "a middleware that answers by rest.Error, and no credential", handler: func(t *testing.T) http.Handler {
		return rest.Handler(gatekeeper(func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.AuthNotProvided)
		})(v1(never(t), errpactV1(nil))))
	}, want: []string{"a middleware refuses every path without a credential by rest.Error, so that nothing inside of it can be seen: give Check wiringtest.WithCredential("}},
	{name: "no service", handler: func(*testing.T) http.Handler { return rest.Handler(http.NewServeMux()) }, want: []string{"the handler serves none of the "}},
	{name: "a prefix that is not given", handler: func(t *testing.T) http.Handler {
		return rest.Handler(http.StripPrefix("/api", v1(never(t), errpactV1(nil))))
	}, want: []string{"the handler serves none of the "}},
	{name: "a handler that panics", handler: func(*testing.T) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("at once") })
	}, want: []string{"a middleware outside of rest.Handler answers every path without a credential by itself, ", "GET /errpact-wiringtest without a credential is answered "}},
	{name: "no handler", handler: func(*testing.T) http.Handler { return nil }, want: []string{"the handler is nil: give Check the one that the program serves"}},
}

// TestCheckSaysWhichLineToWrite and nothing else.
func TestCheckSaysWhichLineToWrite(t *testing.T) {
	for _, w := range wrong {
		t.Run(w.name, func(t *testing.T) {
			got := said(t, func(tb testing.TB) { wiringtest.Check(tb, w.handler(t), w.options...) })
			for i, want := range w.want {
				if i >= len(got) || !strings.Contains(got[i], want) {
					t.Errorf("it does not find %q", want)
				}
			}
			if len(got) != len(w.want) || t.Failed() {
				t.Errorf("it finds:\n%s", strings.Join(got, "\n"))
			}
		})
	}
}
