// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A failure is how the first try of each call fails.
type failure struct {
	service service
	// timeout is that of each call; 0 means no timeout.
	timeout time.Duration
	// repeated says that calls which may not be repeated are tried again, and reread that those are which may. The reset
	// of a stream is the code internal, which gRPC repeats as little.
	repeated, reread bool
}

// failures are those of a server that speaks HTTP. The tries after the first succeed.
func failures() map[string]*failure {
	all := map[string]*failure{
		"fails after the work": {reread: true, service: service{answer: func(_ string, try int, work func()) error {
			if work(); try == 1 {
				return down()
			}
			return nil
		}}},
		"refuses before the work": {repeated: true, reread: true, service: service{answer: func(_ string, try int, work func()) error {
			if try == 1 {
				return refused()
			}
			work()
			return nil
		}}},
		"is slow": {timeout: 20 * time.Millisecond},
	}
	all["resets before headers"] = new(failure)
	all["resets before headers"].first(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { drain(r) })
	all["resets after headers"] = new(failure)
	all["resets after headers"].first(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		drain(r)
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_ = http.NewResponseController(w).Flush()
	})
	all["resets after the work"] = new(failure)
	all["resets after the work"].first(func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
	})
	all["closes the connection after the work"] = &failure{reread: true}
	all["closes the connection after the work"].first(func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		closeConn(r)
	})
	all["is slow"].first(func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		<-r.Context().Done()
	})
	return all
}

func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// first has the first try of each call end in do, and its stream reset.
func (f *failure) first(do func(http.ResponseWriter, *http.Request, http.Handler)) {
	f.service.around = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if f.service.begin(r.Header.Get(headerID)) > 1 {
				next.ServeHTTP(w, r)
				return
			}
			do(w, r, next)
			panic(http.ErrAbortHandler)
		})
	}
}

// calls is how many are made of each kind, unless a test says otherwise.
const calls = 1000

// all makes n calls of a procedure, as many at once as there are lanes, and returns the errors by their ids.
func all(ctx context.Context, call caller, procedure, prefix string, timeout time.Duration, n int32, lanes int) map[string]error {
	errs := make(map[string]error)
	var mu sync.Mutex
	inLanes(n, lanes, func(i int32) {
		id := fmt.Sprint(prefix, i)
		err := within(ctx, timeout, func(ctx context.Context) error { return call(ctx, procedure, id) })
		mu.Lock()
		defer mu.Unlock()
		errs[id] = err
	})
	return errs
}

// inLanes calls do with 1 to n, as often at once as there are lanes.
func inLanes(n int32, lanes int, do func(i int32)) {
	next := new(atomic.Int32)
	var done sync.WaitGroup
	for range lanes {
		done.Go(func() {
			for i := next.Add(1); i <= n; i = next.Add(1) {
				do(i)
			}
		})
	}
	done.Wait()
}

func within(ctx context.Context, timeout time.Duration, call func(context.Context) error) error {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	return call(ctx)
}

// check holds a service to what became of the calls.
func (s *service) check(t *testing.T, errs map[string]error) (successes int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, err := range errs {
		worked := s.works[id]
		if err == nil {
			successes++
		}
		if worked > 1 || err == nil && worked != 1 {
			t.Fatalf("call %s worked %d times in %d tries, and returned %v", id, worked, s.tries[id], err)
		}
	}
	return successes
}

func TestWorkThatMayNotBeRepeatedIsDoneOnce(t *testing.T) {
	for name, f := range failures() {
		t.Run(name, func(t *testing.T) {
			for stack, call := range callers(t, f.service.serve(t)) {
				t.Run(stack, func(t *testing.T) {
					before := f.service.repeats()
					successes := f.service.check(t, all(t.Context(), call, procedureWork, stack, f.timeout, calls, 50))
					repeats := f.service.repeats() - before
					if f.repeated != (successes > 0) || f.repeated != (repeats > 0) {
						t.Errorf("%d calls have %d successes and %d other tries, want some: %t", calls, successes, repeats, f.repeated)
					}
				})
			}
		})
	}
}

func TestReadingIsRepeatedWithinTheBudget(t *testing.T) {
	for name, f := range failures() {
		if f.timeout > 0 {
			continue // the deadline ends the call
		}
		t.Run(name, func(t *testing.T) {
			for stack, call := range callers(t, f.service.serve(t)) {
				t.Run(stack, func(t *testing.T) {
					before := f.service.repeats()
					const calls = 200
					_ = all(t.Context(), call, procedureRead, stack, 0, calls, 1)
					if repeats := f.service.repeats() - before; f.reread != (repeats > 0) || repeats > calls/10 {
						t.Errorf("%d calls have %d other tries, want some: %t, and a tenth at most", calls, repeats, f.reread)
					}
				})
			}
		})
	}
}

func TestOutageIsNotDoubled(t *testing.T) {
	for procedure, err := range map[string]error{procedureRead: down(), procedureWork: refused()} {
		s := &service{answer: func(string, int, func()) error { return err }}
		for stack, call := range callers(t, s.serve(t)) {
			before := s.total()
			for id, err := range all(t.Context(), call, procedure, stack, 0, calls, 20) {
				if err == nil {
					t.Fatalf("call %s succeeded", id)
				}
			}
			if tries := s.total() - before; tries <= calls || tries > calls*11/10 {
				t.Errorf("%s: %d tries of %d calls that all fail, want more, and 1.1 times as many at most", stack, tries, calls)
			}
		}
	}
}
