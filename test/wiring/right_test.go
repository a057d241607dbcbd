// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"context"
	"net/http"
	"testing"

	"connectrpc.com/authn"
	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/otelconnect"
	"connectrpc.com/validate"
	"connectrpc.com/vanguard"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/wiringtest"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// A wiring is a handler, with the findings of a check.
type wiring struct {
	name    string
	handler func(*testing.T) http.Handler
	options []wiringtest.Option
	want    []string
}

var otelV1, otelV2 = must(otelconnect.NewInterceptor()), must(otelconnect.NewServerInterceptor())

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestCheckFindsNothingInRightWirings(t *testing.T) {
	outside := func(next http.Handler) http.Handler { return http.HandlerFunc(next.ServeHTTP) }
	for _, w := range []wiring{
		{name: "v1, the defaults", handler: func(t *testing.T) http.Handler {
			return rest.Handler(v1(never(t), errpactV1(nil)))
		}},
		{name: "v1, a policy", handler: func(t *testing.T) http.Handler {
			policy := newPolicy(t)
			return rest.Handler(v1(never(t), errpactV1(policy)), rest.WithPolicy(policy))
		}},
		{name: "v1, observers outside and what refuses inside", handler: func(t *testing.T) http.Handler {
			return rest.Handler(v1(never(t), otelV1, errpactV1(nil), refuser{}, validate.NewInterceptor()))
		}},
		{name: "v1, a credential for what refuses inside", options: []wiringtest.Option{wiringtest.WithCredential(withToken)}, handler: func(t *testing.T) http.Handler {
			return rest.Handler(v1(never(t), errpactV1(nil), refuser{}))
		}},
		{name: "v1, procedures that are skipped", handler: func(t *testing.T) http.Handler {
			skipping := interceptor.New(interceptor.WithSkip(func(connect.Spec) bool { return true }))
			return rest.Handler(v1(never(t), skipping), rest.WithSkip(func(*http.Request) bool { return true }))
		}},
		{name: "v1, reports of RPCs", handler: func(t *testing.T) http.Handler {
			return rest.Handler(v1(never(t), errpactV1(nil)), rest.WithRPCReports())
		}},
		{name: "v2, the defaults", handler: func(t *testing.T) http.Handler {
			return rest.Handler(v2(never(t), errpactV2(nil)))
		}},
		{name: "v2, a policy", handler: func(t *testing.T) http.Handler {
			policy := newPolicy(t)
			return rest.Handler(v2(never(t), errpactV2(policy)), rest.WithPolicy(policy))
		}},
		{name: "v2, observers outside and what refuses inside", handler: func(t *testing.T) http.Handler {
			return rest.Handler(v2(never(t), otelV2, errpactV2(nil), refuserV2, validate.NewServerInterceptor()))
		}},
		{name: "v2, a handler for unknown methods", handler: func(t *testing.T) http.Handler {
			server := connectv2.NewServer(errpactV2(nil))
			interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: never(t)})
			server.SetUnknownHandler(func(context.Context, connectv2.Spec, connectv2.ServerStream) error { return errMissing })
			mux := http.NewServeMux()
			connecthttp.Mount(mux, server)
			return rest.Handler(mux)
		}},
		{name: "grpc-go, the defaults", options: []wiringtest.Option{wiringtest.WithoutREST()}, handler: func(t *testing.T) http.Handler {
			return grpcServer(t, never(t), errpactGRPC(nil)...)
		}},
		{name: "grpc-go, a policy, and what refuses inside", options: []wiringtest.Option{wiringtest.WithoutREST()}, handler: func(t *testing.T) http.Handler {
			return grpcServer(t, never(t), append(errpactGRPC(newPolicy(t)), refuserGRPC()...)...)
		}},
		{name: "grpc-go, a handler for unknown services", options: []wiringtest.Option{wiringtest.WithoutREST()}, handler: func(t *testing.T) http.Handler {
			unknown := grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error { return errMissing })
			return grpcServer(t, never(t), append(errpactGRPC(nil), unknown)...)
		}},
		{name: "grpc-go in a rest.Handler", handler: func(t *testing.T) http.Handler {
			policy := newPolicy(t)
			return rest.Handler(grpcServer(t, never(t), errpactGRPC(policy)...), rest.WithPolicy(policy))
		}},
		{name: "authn", handler: func(t *testing.T) http.Handler {
			return rest.Handler(authn.NewMiddleware(rest.Auth(authFunc)).Wrap(v1(never(t), errpactV1(nil))))
		}},
		{name: "authn around one service", handler: func(t *testing.T) http.Handler {
			mux := http.NewServeMux()
			mux.Handle(service, authn.NewMiddleware(rest.Auth(authFunc)).Wrap(v2(never(t), errpactV2(nil))))
			return rest.Handler(mux)
		}},
		{name: "a foreign middleware in a gate", handler: func(t *testing.T) http.Handler {
			return rest.Handler(rest.Gate(gatekeeper(forbid))(v1(never(t), errpactV1(nil))))
		}},
		{name: "a middleware that answers by rest.Error", options: []wiringtest.Option{wiringtest.WithCredential(withToken)}, handler: func(t *testing.T) http.Handler {
			return rest.Handler(gatekeeper(func(w http.ResponseWriter, r *http.Request) {
				rest.Error(w, r, errpactv1err.AuthNotProvided)
			})(v1(never(t), errpactV1(nil))))
		}},
		{name: "something outside that refuses nothing", handler: func(t *testing.T) http.Handler {
			return outside(rest.Handler(v1(never(t), errpactV1(nil))))
		}},
		{name: "vanguard", handler: func(t *testing.T) http.Handler {
			transcoder := must(vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(service, v1(never(t), errpactV1(nil)))}))
			return rest.Handler(transcoder)
		}},
		{name: "a site beside the API", options: []wiringtest.Option{wiringtest.WithPrefix("/api")}, handler: func(t *testing.T) http.Handler {
			site := http.NewServeMux()
			site.Handle("/api/", rest.Handler(http.StripPrefix("/api", v1(never(t), errpactV1(nil)))))
			site.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
			return site
		}},
		{name: "REST alone", options: []wiringtest.Option{wiringtest.WithoutRPC()}, handler: func(*testing.T) http.Handler {
			return rest.Handler(http.NewServeMux())
		}},
		{name: "a service that is meant to be without", options: []wiringtest.Option{wiringtest.WithoutServices("errpact.interop.v1.TroubleService"), wiringtest.WithoutRPC()}, handler: func(t *testing.T) http.Handler {
			return rest.Handler(v1(never(t)))
		}},
	} {
		t.Run(w.name, func(t *testing.T) {
			if got := said(t, func(tb testing.TB) { wiringtest.Check(tb, w.handler(t), w.options...) }); len(got) > 0 {
				t.Errorf("it finds %q", got)
			}
		})
	}
}
