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
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
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

func live() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func bounded() connect.ClientOption {
	return connect.WithClientOptions(connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(megabytes))
}

// TestG8NoAnswerTakesEightMegabytesOrPanics has a server in another process, so that all that is
// allocated is the client's.
func TestG8NoAnswerTakesEightMegabytesOrPanics(t *testing.T) {
	url := startServer(t)
	everyWay(t, func(t *testing.T, w way, method string) {
		transport := interceptor.Transport(newTransport(t, w.http2))
		options := append([]connect.ClientOption{bounded()}, w.options...)
		_ = call(t.Context(), newClient(transport, url, "null-details", options...), method) // connects
		for _, a := range attacks {
			client := newClient(transport, url, a.name, options...)
			ctx, cancel := context.WithTimeout(t.Context(), patience(a))
			measure := allocated
			if strings.HasPrefix(a.name, "endless") {
				measure = peak
			}
			var err error
			if got := measure(func() { err = call(ctx, client, method) }); got > maxHeap {
				t.Errorf("%s: %d bytes", a.name, got)
			}
			cancel()
			if method == "ClientStream" && isMiscount(err) {
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
		return 100 * time.Millisecond
	}
	return time.Minute
}

// isMiscount finds what connect.ClientStreamForClient makes, outside of all interceptors, of an answer
// with no message or with many.
func isMiscount(err error) bool {
	_, typed := mapping.From(err)
	return !typed && connect.CodeOf(err) == connect.CodeUnimplemented && !connect.IsWireError(err)
}

// checkFailure wants a typed error of every answer that is none a client could use.
func checkFailure(t *testing.T, a attack, err error) {
	t.Helper()
	if errors.Is(err, errEndless) && a.name == "endless-messages" {
		return
	}
	e, ok := mapping.From(err)
	if err == nil || errors.Is(err, io.EOF) {
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

// TestG8WithoutLimitsErrpactCopiesNothing compares with a client without the interceptor.
func TestG8WithoutLimitsErrpactCopiesNothing(t *testing.T) {
	for _, a := range attacks {
		if a.limits&unending != 0 {
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			for _, as := range []struct {
				wire    wire
				method  string
				options []connect.ClientOption
			}{
				{wireUnary, "Unary", nil},
				{wireStream, "BidiStream", nil},
				{wireGRPC, "Unary", []connect.ClientOption{connect.WithGRPC()}},
				{wireGRPC, "BidiStream", []connect.ClientOption{connect.WithGRPC()}},
				{wireGRPCWeb, "Unary", []connect.ClientOption{connect.WithGRPCWeb()}},
				{wireGRPCWeb, "BidiStream", []connect.ClientOption{connect.WithGRPCWeb()}},
			} {
				recorded := httptest.NewRecorder()
				a.answer(recorded, as.wire)
				allowed := int64(maxExtra)
				if a.limits&ownDetail != 0 {
					// connect.ErrorDetail gives its bytes as a copy alone.
					allowed += 2 * megabytes
				}
				with, without := compare(t, recorded, as.method, as.options, allowed)
				if with-without > allowed {
					t.Errorf("%s, %s: %d bytes with the interceptor, %d without", as.wire, as.method, with, without)
				}
			}
		})
	}
}

// compare gives what a call allocates at the least, with the interceptor and without: buffers are
// pooled, and a pool forgets them now and then, but not every time.
func compare(t *testing.T, answer *httptest.ResponseRecorder, method string, options []connect.ClientOption, allowed int64) (with, without int64) {
	t.Helper()
	with, without = math.MaxInt64, math.MaxInt64
	bare := newClient(replay{answer}, "http://hostile.example", "replayed", options...)
	ours := newClient(replay{answer}, "http://hostile.example", "replayed", append(options, connect.WithInterceptors(interceptor.New()))...)
	for range 20 {
		without = min(without, allocated(func() { _ = call(t.Context(), bare, method) }))
		with = min(with, allocated(func() { _ = call(t.Context(), ours, method) }))
		if with-without <= allowed {
			break
		}
	}
	return with, without
}
