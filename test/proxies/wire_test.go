// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// TestG4TheBudgetIsCountedAsItTravels reads what headers and trailers of gRPC and gRPC-Web really
// carry of random errors, rather than what a test says they should.
func TestG4TheBudgetIsCountedAsItTravels(t *testing.T) {
	errs := randomErrors()
	for stack, upstream := range map[string]server{"v1": serve(t, answers(errs), false), "v2": serveV2(t, answers(errs))} {
		for name, option := range map[string]connect.ClientOption{"grpc": connect.WithGRPC(), "grpc-web": connect.WithGRPCWeb()} {
			t.Run(stack+"/"+name, func(t *testing.T) {
				scales := &scales{base: newHTTPClient(t, true).Transport}
				c := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: scales}, "http://"+upstream.address, option,
					connect.WithInterceptors(interceptor.New()))
				full := 0
				for name, err := range errs {
					n := scales.weigh(t, c, name)
					if n > budget {
						t.Errorf("%d bytes travel, over %d, of %.300v", n, budget, err)
					}
					if n > budget/2 {
						full++
					}
				}
				if full < len(errs)/4 {
					t.Errorf("%d of %d errors are near the budget: the test is blind", full, len(errs))
				}
			})
		}
	}
}

// randomErrors are of all shapes and sizes up to several budgets, and Connect's own with headers.
func randomErrors() map[string]error {
	r := rand.New(rand.NewPCG(4, 4))
	errs := map[string]error{}
	for range 20 {
		for _, s := range shapes {
			errs[s.name+strconv.Itoa(len(errs))] = s.grow(r.IntN(2 * budget))
		}
		e := connect.NewError(connect.CodeNotFound, errors.New(strings.Repeat("é%m", r.IntN(200))))
		for i := range r.IntN(3) {
			e.Meta().Set("X-Own-"+strconv.Itoa(i), strings.Repeat("h", r.IntN(budget)))
		}
		if d, err := connect.NewErrorDetail(wrapperspb.Bytes(bytesOf(r.IntN(budget)))); err == nil {
			e.AddDetail(d)
		}
		errs["connect"+strconv.Itoa(len(errs))] = e
	}
	return errs
}

// scales weigh what an answer's headers and trailers have of an error.
type scales struct {
	base http.RoundTripper
	mu   sync.Mutex
	last *http.Response
}

func (s *scales) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := s.base.RoundTrip(req)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = res
	return res, err
}

func (s *scales) weigh(t *testing.T, c interopv1connect.TroubleServiceClient, name string) (n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	defer cancel()
	if _, err := c.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: name})); err == nil {
		t.Errorf("%s is a success", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, header := range []http.Header{s.last.Header, s.last.Trailer} {
		for key, values := range header {
			switch {
			case key == "Grpc-Message", key == "Grpc-Status-Details-Bin":
				n += len(values[0])
			case strings.HasPrefix(key, "X-Own-"):
				n += len(key + ": " + values[0] + "\r\n")
			}
		}
	}
	if n == 0 {
		t.Errorf("%s has nothing of an error in its headers", name)
	}
	return n
}
