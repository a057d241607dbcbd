// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// CheckClient fails the test if a client does not get errors as errpact decodes them: if it has no interceptor, or two,
// or reads a code as another. It starts a server that answers each call, of any method and protocol, with an error of
// NOT_EXIST and then of each of codes: give those of the catalogues that the service uses.
//
// call makes the client as the program does, with the address of that server, and returns the error of one call:
//
//	wiringtest.CheckClient(t, func(ctx context.Context, server *url.URL) error {
//		conn, err := dial(server.Host) // or server.String(), for Connect and REST
//		if err != nil {
//			return err
//		}
//		defer conn.Close()
//		_, err = shopv1.NewShopClient(conn).Buy(ctx, new(shopv1.BuyRequest))
//		return err
//	}, shopv1err.SoldOut)
//
// An error of a stream comes of its Receive. A REST client is one that uses rest.CheckResponse.
func CheckClient(t testing.TB, call func(ctx context.Context, server *url.URL) error, codes ...mapping.Code) {
	t.Helper()
	if call == nil {
		t.Errorf("wiring: the call is nil: give CheckClient a function that makes one")
		return
	}
	server := newAnswering(t)
	for _, code := range append([]mapping.Code{errpactv1err.NotExist}, codes...) {
		if !server.check(t, call, code) {
			return
		}
	}
}

// answering is a server that answers every call with an error.
type answering struct {
	url     *url.URL
	code    atomic.Pointer[mapping.Code]
	request atomic.Pointer[http.Request]
}

func newAnswering(t testing.TB) *answering {
	t.Helper()
	silent, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatalf("wiring: %v", err)
	}
	s := new(answering)
	s.url = serve(t, rest.Handler(s, rest.WithPolicy(silent)))
	return s
}

// ServeHTTP implements [http.Handler].
func (s *answering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.request.Store(r)
	rest.Error(w, r, *s.code.Load())
}

// check makes a call that is answered with a code, and reports whether to go on.
func (s *answering) check(t testing.TB, call func(context.Context, *url.URL) error, code mapping.Code) bool {
	t.Helper()
	s.code.Store(&code)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	probe, server := new(transport.Probe), *s.url
	err := call(probe.Context(ctx), &server)
	request := s.request.Load()
	switch found, ok := mapping.From(err); {
	case request == nil:
		t.Errorf("wiring: the call did not come to the server, and returned %v: make the client with server.String(), or server.Host", err)
	case err == nil:
		t.Errorf("wiring: the call returned no error, and the server answered %v: return the error of the call", code)
	case !ok || !found.Remote():
		t.Errorf("wiring: the client has no errpact, and got %v as %v: write %s", code, err, installsClient(request))
	case !errors.Is(err, code) || found.Code() != code.WithReason(""):
		t.Errorf("wiring: the client reads %v as %v: write %s for a policy with mapping.WithCatalogues", code, err, optionOf(probe))
	case slices.ContainsFunc(probe.Passed(), func(p transport.Passage) bool { return p.Again }):
		t.Errorf("wiring: the client has %s twice: remove one", probe.Passed()[0].Name)
	default:
		return true
	}
	return false
}

// installsClient returns how to install errpact in the client that made a request.
func installsClient(r *http.Request) string {
	const (
		v1     = "connect.WithInterceptors(interceptor.New())"
		v2     = "connect.NewClient(transport, connectv2.NewClientInterceptor())"
		grpcgo = "grpc.NewClient(target, append(grpcgo.New().DialOptions(), options...)...)"
	)
	switch name, version, _ := strings.Cut(r.UserAgent(), "/"); {
	case name == "grpc-go":
		return grpcgo
	case name != "connect-go" && name != "grpc-go-connect":
	case strings.HasPrefix(version, "2."):
		return v2
	default:
		return v1
	}
	if transport.ExchangeOf(r.Context()).IsREST() {
		return "rest.CheckResponse(res)"
	}
	return v1 + ", " + v2 + " or " + grpcgo
}

// optionOf returns the option for the policy of a client.
func optionOf(probe *transport.Probe) string {
	for _, p := range probe.Passed() {
		pkg, _, _ := strings.Cut(p.Name, ".")
		return pkg + ".WithPolicy(policy)"
	}
	return "rest.WithPolicy(policy)"
}
