// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package hostile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// allocated is how much f allocates. What is live at any moment of f is less.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// peak is the most that is live while f runs, for what runs until it is stopped.
func peak(f func()) int64 {
	before, most, done := live(), int64(0), make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	for {
		select {
		case <-done:
			return most
		default:
			most = max(most, live()-before)
		}
	}
}

// live returns how much of what had been allocated before it was called is still in use. What is allocated
// while the collector runs is counted as in use, garbage or not, so it is taken off: the next call sees
// what of it stays.
func live() int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(after.TotalAlloc-before.TotalAlloc)
}

// TestG8NoAnswerTakesEightMegabytesOrPanics has a server in another process, so that all that is
// allocated is the client's.
func TestG8NoAnswerTakesEightMegabytesOrPanics(t *testing.T) {
	url := startServer(t)
	everyWay(t, func(t *testing.T, s stack, w callers.Way, m callers.Method) {
		transport := s.bounded(newTransport(t, w.HTTP1))
		dial := func(attack string) callers.Caller { return s.dial(transport, url+"/"+attack, w, true, megabytes) }
		_ = dial("null-details").Err(t.Context(), m, "x") // connects
		for _, a := range attacks {
			call := dial(a.name)
			ctx, cancel := context.WithTimeout(t.Context(), patience(a))
			measure := allocated
			if strings.HasPrefix(a.name, "endless") {
				measure = peak
			}
			var err error
			if got := measure(func() { err = call.Err(ctx, m, "x") }); got > maxHeap {
				t.Errorf("%s: %d bytes", a.name, got)
			}
			cancel()
			if m.Name == callers.ClientStream && isMiscount(err) {
				continue
			}
			checkFailure(t, a, err)
		}
	})
}

// patience is how long a caller waits: Connect reads a message that is too large to its end, to tell
// its size, and only a deadline ends that of one without an end.
func patience(a attack) time.Duration {
	if strings.HasPrefix(a.name, "endless") {
		return 50 * time.Millisecond
	}
	return time.Minute
}

// isMiscount finds what connect.ClientStreamForClient makes, outside of all interceptors, of an answer
// with no message or with many.
func isMiscount(err error) bool {
	_, typed := mapping.From(err)
	return !typed && connect.CodeOf(err) == connect.CodeUnimplemented && !connect.IsWireError(err)
}

// checkFailure wants a typed error of every answer that a client cannot use.
func checkFailure(t *testing.T, a attack, err error) {
	t.Helper()
	if errors.Is(err, callers.ErrEndless) && a.name == "endless-messages" {
		return
	}
	e, ok := mapping.From(err)
	if err == nil {
		if a.limits != 0 {
			t.Errorf("%s: a success", a.name)
		}
		return // nothing, or an end of stream without an error in it, is a success
	}
	if !ok || !e.Remote() || e.ConnectCode() < 1 || e.ConnectCode() > 16 {
		t.Errorf("%s: got %#v", a.name, err)
	}
	if len(e.Message()) > 512 {
		t.Errorf("%s: a message of %d bytes", a.name, len(e.Message()))
	}
	useAll(err, e)
}

// useAll calls everything that reads a received error.
func useAll(err error, e *mapping.Error) {
	_, _, _, _ = e.Metadata(), e.Fields(), e.Details(), e.RequestID()
	_, _ = e.RetryDelay()
	_, _ = mapping.Detail[*errdetails.ErrorInfo](err)
	_, _ = mapping.Detail[*errpactv1.ErrorDetail](err)
	_, _ = mapping.Payload[any](err)
	_ = fmt.Sprintf("%v %+v %s", err, e, e.LogValue())
	_ = mapping.EnvelopeOf(err).AppendJSON(nil)
	_ = e.WithMetadata("k", "v").Relay().Details()
	_ = (*mapping.Policy)(nil).Translate(&mapping.Call{}, err)
}

// replay is a transport that gives the same answer again and again, at the least cost.
type replay struct{ *httptest.ResponseRecorder }

func (r replay) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	res := *r.Result()
	res.ProtoMajor, res.ProtoMinor, res.Request = 2, 0, req
	res.Body = io.NopCloser(bytes.NewReader(r.Body.Bytes()))
	return &res, nil
}

// maxExtra is what errpact itself may allocate for an answer, however large that is.
const maxExtra = 64 << 10

// replays are how each wire is asked for.
var replays = []struct {
	wire   wire
	method string
	way    callers.Way
}{
	{wireUnary, callers.Unary, callers.Way{Protocol: callers.Connect}},
	{wireStream, callers.BidiStream, callers.Way{Protocol: callers.Connect}},
	{wireGRPC, callers.Unary, callers.Way{Protocol: callers.GRPC}},
	{wireGRPC, callers.BidiStream, callers.Way{Protocol: callers.GRPC}},
	{wireGRPCWeb, callers.Unary, callers.Way{Protocol: callers.GRPCWeb}},
	{wireGRPCWeb, callers.BidiStream, callers.Way{Protocol: callers.GRPCWeb}},
}

// TestG8WithoutLimitsErrpactCopiesNothing compares with a client without the interceptor.
func TestG8WithoutLimitsErrpactCopiesNothing(t *testing.T) {
	for _, s := range stacks {
		for _, a := range attacks {
			if a.limits&unending != 0 || a.limits&overDetails != 0 && s.name == "v2" {
				continue
			}
			t.Run(s.name+"/"+a.name, func(t *testing.T) {
				for _, as := range replays {
					recorded := httptest.NewRecorder()
					a.answer(recorded, as.wire)
					allowed := int64(maxExtra)
					if a.limits&ownDetail != 0 {
						// connect.ErrorDetail gives its bytes as a copy alone.
						allowed += 2 * megabytes
					}
					dial := func(decode bool) callers.Caller {
						return s.dial(replay{recorded}, "http://hostile.example/replayed", as.way, decode, 0)
					}
					m := callers.Method{Name: as.method}
					with, without := compare(
						func() { _ = dial(true).Err(t.Context(), m, "x") }, func() { _ = dial(false).Err(t.Context(), m, "x") }, allowed)
					if with-without > allowed {
						t.Errorf("%s, %s: %d bytes with the interceptor, %d without", as.wire, as.method, with, without)
					}
				}
			})
		}
	}
}

// compare gives what a call allocates at the least, with the interceptor and without. Both begin with empty pools, or
// else one of them alone may get the large buffer that an earlier call has left. With the race detector, pools also
// forget on purpose, but not every time.
func compare(ours, bare func(), allowed int64) (with, without int64) {
	with, without = math.MaxInt64, math.MaxInt64
	for range 200 {
		without = min(without, allocatedAfresh(bare))
		with = min(with, allocatedAfresh(ours))
		if with-without <= allowed {
			break
		}
	}
	return with, without
}

// allocatedAfresh is [allocated] without anything in pools, which forget what was not used between two collections.
func allocatedAfresh(f func()) int64 {
	runtime.GC()
	runtime.GC()
	return allocated(f)
}
