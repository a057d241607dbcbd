// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package wiringtest tests how errpact is put together in a program: which of its parts are there, in which order, and
// with which policy. Its findings say which line to write.
//
//	func TestWiring(t *testing.T) {
//		wiringtest.Check(t, newHandler(testStores(t)))
//		wiringtest.CheckClient(t, func(ctx context.Context, server *url.URL) error {
//			_, err := newInventoryClient(http.DefaultClient, server.String()).Get(ctx, new(inventoryv1.GetRequest))
//			return err
//		})
//	}
//
// Both make real calls over loopback. The context of each has a [transport.Probe], in which the parts of errpact record
// themselves. No caller from outside can do that.
//
//   - [Check] is for a server, and [CheckClient] for a client.
//   - Each [Option] of a server: [WithCredential] and [WithPrefix] say how to call it; [WithoutREST], [WithoutRPC] and
//     [WithoutServices] say what it does not serve.
package wiringtest

import (
	"net/http"
	"testing"
	"time"
)

// An Option changes what [Check] does.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	credential      func(*http.Request)
	prefix          string
	withoutREST     bool
	withoutRPC      bool
	withoutServices []string
	// patience is how long an answer may take.
	patience time.Duration
}

const patience = 10 * time.Second

// WithCredential adds a credential to requests that the handler lets in, such as an Authorization header. Check makes
// each call with and without it. Without this option, nothing is seen of what is inside a middleware or an interceptor
// that refuses all others. A nil add is no credential.
func WithCredential(add func(*http.Request)) Option {
	return option(func(c *config) { c.credential = add })
}

// WithPrefix checks the paths below prefix alone, such as "/api", where the rest of the handler is a site. The default
// is all paths.
func WithPrefix(prefix string) Option { return option(func(c *config) { c.prefix = prefix }) }

// WithoutREST says that nobody calls the handler over plain HTTP, such as a *grpc.Server: it needs no rest.Handler.
func WithoutREST() Option { return option(func(c *config) { c.withoutREST = true }) }

// WithoutRPC says that the handler serves no RPCs.
func WithoutRPC() Option { return option(func(c *config) { c.withoutRPC = true }) }

// WithoutServices leaves services out that are meant to be without errpact, by their full names, such as
// "acme.legacy.v1.LegacyService". gRPC's health checks and reflection are always left out.
func WithoutServices(names ...string) Option {
	return option(func(c *config) { c.withoutServices = append(c.withoutServices, names...) })
}

func newConfig(opts []Option) config {
	c := config{patience: patience}
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// Check fails the test for each thing that is wrong with the place of errpact in a handler. The handler is the one that
// the program gives to its [http.Server], made for a test, or a *grpc.Server. Check finds
//
//   - a service without errpact's interceptor, and a chain with two;
//   - an interceptor outside of errpact's that refuses a call without a credential, with one that nobody knows, or with
//     an empty message;
//   - a rest.Handler that is missing or there twice, or stands inside of a middleware that refuses requests;
//   - a middleware that refuses RPCs without rest.Error, rest.Auth or rest.Gate;
//   - a rest.Handler and interceptors that do not have the same policy;
//   - a CORS middleware that hides X-Request-Id from scripts, if it allows any origin, or the Origin that
//     [WithCredential] sets.
//
// It calls every method of every service that is linked into the program, by the name in its proto, in the gRPC
// protocol, which all handlers of Connect and grpc-go serve. The method itself does not run: errpact's interceptor
// stops the call. In a service without one, the first method runs, with an empty message: Check calls those first that
// declare NO_SIDE_EFFECTS. A method that receives a stream runs, and its stream fails at once.
//
// Check cannot see what refuses other calls than these, such as a limiter of rates, nor the order of what observes
// errors: telemetrytest.CheckOrder does that. Nor can it see the clients that the handler's methods use, for which there
// is [CheckClient].
func Check(t testing.TB, handler http.Handler, opts ...Option) {
	t.Helper()
	if handler == nil {
		t.Errorf("wiring: the handler is nil: give Check the one that the program serves")
		return
	}
	c := newCheck(t, handler, newConfig(opts))
	for _, finding := range c.run() {
		t.Errorf("wiring: %s", finding)
	}
}
