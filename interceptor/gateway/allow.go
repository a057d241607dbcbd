// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
)

// methods are those of RFC 9110 and RFC 5789, sorted.
var methods = [...]string{
	http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
	http.MethodPatch, http.MethodPost, http.MethodPut, http.MethodTrace,
}

// allowed are the methods that a path has a route for. A mux tells nobody its routes, and so each
// method is tried: the middleware of the route that is found runs nothing.
func allowed(mux *runtime.ServeMux, r *http.Request) []string {
	trial := r.Clone(r.Context())
	// Neither a form nor X-HTTP-Method-Override makes another method of it.
	trial.Header, trial.Body = http.Header{}, http.NoBody
	var found []string
	for _, method := range methods {
		trial.Method = method
		p := &probe{header: http.Header{}}
		mux.ServeHTTP(p, trial)
		if p.routed {
			found = append(found, method)
		}
	}
	return found
}

// probe is the response writer of a request that only asks whether there is a route.
type probe struct {
	routed bool
	header http.Header
}

func (p *probe) Header() http.Header { return p.header }

func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

func (p *probe) WriteHeader(int) {}
