// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package retries_test holds interceptor/retry, and grpc-go's own retries, against servers that fail in every way. It also
// has the code of docs/retry.md.
package retries_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// The procedures of the service, which count an id as worked. Reading may be repeated.
const (
	procedureWork = "/acme.retries.v1.RetriesService/Work"
	procedureRead = "/acme.retries.v1.RetriesService/Read"
)

// headerID names a call: all of its tries have it.
const headerID = "Call-Id"

type text = wrapperspb.StringValue

// A service counts its requests and its work by the id of the call.
type service struct {
	// answer decides what becomes of a request, the given try of the call with the id. It may do the work, and a nil answer
	// does.
	answer func(id string, try int, work func()) error
	// around is a middleware, or nil.
	around func(http.Handler) http.Handler
	// outside is an interceptor outside of errpact's, or nil.
	outside connect.Interceptor

	mu    sync.Mutex
	tries map[string]int
	works map[string]int
}

func (s *service) begin(id string) (try int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tries == nil {
		s.tries, s.works = make(map[string]int), make(map[string]int)
	}
	s.tries[id]++
	return s.tries[id]
}

func (s *service) worked(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.works[id]++
}

// total returns the number of all requests.
func (s *service) total() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, tries := range s.tries {
		n += tries
	}
	return n
}

// repeats returns the number of requests that are not their call's first.
func (s *service) repeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := -len(s.tries)
	for _, tries := range s.tries {
		n += tries
	}
	return n
}

func (s *service) handle(_ context.Context, r *connect.Request[text]) (*connect.Response[text], error) {
	id := r.Header().Get(headerID)
	work := func() { s.worked(id) }
	if s.answer == nil {
		work() // around has counted the try
	} else if err := s.answer(id, s.begin(id), work); err != nil {
		return nil, err
	}
	return connect.NewResponse(r.Msg), nil
}

// newPolicy returns a silent policy with the catalogue of the tests, and a rule for statuses of this process.
func newPolicy(t *testing.T) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(nil, catalogue()), mapping.WithReport(nil), mapping.WithRules(mapping.MapFunc(ofStatus)))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// ofStatus must not see the status of another service.
func ofStatus(_ context.Context, err error) (*mapping.Error, bool) {
	if _, ok := errors.AsType[interface {
		error
		GRPCStatus() *status.Status
	}](err); ok {
		return hopeless(), true
	}
	return nil, false
}

// serve starts the service, and returns its address.
func (s *service) serve(t *testing.T) string {
	t.Helper()
	mux, errpact := http.NewServeMux(), connect.WithInterceptors(s.outside, interceptor.New(interceptor.WithPolicy(newPolicy(t))))
	for _, procedure := range []string{procedureWork, procedureRead} {
		mux.Handle(procedure, connect.NewUnaryHandler(procedure, s.handle, errpact))
	}
	var handler http.Handler = mux
	if s.around != nil {
		handler = s.around(mux)
	}
	server := loopback.New(handler)
	server.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, conn)
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// connKey is that of a request's connection.
type connKey struct{}

func closeConn(r *http.Request) {
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		_ = conn.Close()
	}
}
