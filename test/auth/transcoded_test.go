// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package auth_test

import (
	"fmt"
	"net/http"
	"testing"

	"connectrpc.com/authn"
	"connectrpc.com/connect"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// targets are what vanguard may speak to the handler behind it.
var targets = map[string]vanguard.Protocol{
	"Connect": vanguard.ProtocolConnect, "gRPC": vanguard.ProtocolGRPC, "gRPC-Web": vanguard.ProtocolGRPCWeb,
}

// behind has vanguard around a middleware, as one has it that guards RPCs alone.
func behind(t *testing.T, target vanguard.Protocol, middleware func(http.Handler) http.Handler) http.Handler {
	t.Helper()
	path, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: new(users).answer}, connect.WithInterceptors(interceptor.New()))
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, middleware(handler), vanguard.WithTargetProtocols(target))})
	if err != nil {
		t.Fatal(err)
	}
	return transcoder
}

// TestRESTCallersGetTheEnvelopeOfWhatIsRefusedBehindATranscoder, with the number and the delay that RPC callers get.
func TestRESTCallersGetTheEnvelopeOfWhatIsRefusedBehindATranscoder(t *testing.T) {
	for name, target := range targets {
		for _, r := range refusals {
			var told reported.Reports
			gate := rest.Gate(func(http.Handler) http.Handler { return r.write })
			s := loopback.Serve(t, rest.Handler(behind(t, target, gate), rest.WithPolicy(newPolicy(t, &told))))
			res, err := s.Client().Get(s.URL + "/v1/trouble/x")
			if err != nil {
				t.Fatal(err)
			}
			want := r
			if res.StatusCode == r.want.HTTPStatus() {
				want.code = r.want.ConnectCode() // as a client infers it
			}
			want.check(t, fmt.Sprintf("%s, %s", name, r.name), rest.CheckResponse(res))
			if res.StatusCode != r.status || res.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s, %s: %d %v, want %d", name, r.name, res.StatusCode, res.Header, r.status)
			}
			_ = res.Body.Close()
			if all := told.Take(); len(all) != 1 {
				t.Errorf("%s, %s: reports %+v", name, r.name, all)
			}
		}
	}
}

// TestAuthBehindATranscoderTellsTheNumbersApart for REST callers, by authn and by a middleware.
func TestAuthBehindATranscoderTellsTheNumbersApart(t *testing.T) {
	auth := authn.NewMiddleware(rest.Auth(userOfRequest)).Wrap
	middleware := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := userOf(r.Context(), r.Header); err != nil {
				rest.Error(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	for name, target := range targets {
		for how, install := range map[string]func(http.Handler) http.Handler{"authn": auth, "middleware": middleware} {
			s := loopback.Serve(t, rest.Handler(behind(t, target, install)))
			for _, o := range outcomes {
				t.Run(name+"/"+how+"/"+o.authorization, func(t *testing.T) { checkREST(t, s, o) })
			}
		}
	}
}
