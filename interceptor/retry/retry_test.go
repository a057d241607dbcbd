// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/mapping"
)

// call is a [retry.Call] whose tries end as it is told: with the last error if there are more tries than errors.
type call struct {
	errs            []error
	idempotent      bool
	request, answer http.Header
	tries           int
}

func (c *call) Try(context.Context) error {
	c.tries++
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs[min(c.tries, len(c.errs))-1]
}

func (c *call) Idempotent() bool                                 { return c.idempotent }
func (c *call) RequestHeader(name string) string                 { return c.request.Get(name) }
func (c *call) ResponseHeader(_ error, name string) string       { return c.answer.Get(name) }
func (c *call) ConnectCode(err error) (code mapping.ConnectCode) { return codeOf(err) }

func codeOf(err error) mapping.ConnectCode {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return mapping.ConnectCode(e.Code())
	}
	return 0
}

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// newRetrier returns a Retrier that chooses the longest random wait.
func newRetrier(opts ...retry.Option) (*retry.Retrier, *retry.Clock) {
	r, clock := retry.New(opts...), &retry.Clock{Now: noon, Share: 1}
	r.UseClock(clock)
	return r, clock
}

var (
	always    = stated(errpactv1.Retry_RETRY_ALWAYS)
	never     = stated(errpactv1.Retry_RETRY_NEVER)
	later     = errpactv1err.DatabaseTemporarilyUnavailable.New("").WithRetryDelay(0)
	plainDown = connect.NewError(connect.CodeUnavailable, errors.New("down"))
)

func TestDoTriesAgainWhatRetryOfAllows(t *testing.T) {
	key := http.Header{"Idempotency-Key": {"1"}}
	for _, test := range []struct {
		name       string
		err        error
		idempotent bool
		request    http.Header
		options    []retry.Option
		want       int
	}{
		{"idempotent method", later, true, nil, nil, 4},
		{"other method", later, false, nil, nil, 1},
		{"other method with a key", later, false, key, nil, 4},
		{"a key of another name", later, false, http.Header{"X-Key": {"1"}}, []retry.Option{retry.WithIdempotencyKey("x-key")}, 4},
		{"no name of a key", later, false, key, []retry.Option{retry.WithIdempotencyKey("")}, 1},
		{"always", always, false, nil, nil, 4},
		{"never", never, true, key, nil, 1},
		{"not a matter of time", errpactv1err.NotExist, true, key, nil, 1},
		{"not decoded, unavailable", plainDown, true, nil, nil, 4},
		{"not decoded, unavailable, other method", plainDown, false, nil, nil, 1},
		{"not decoded, another code", connect.NewError(connect.CodeResourceExhausted, nil), true, nil, nil, 1},
		{"no code", errors.New("x"), true, nil, nil, 1},
		{"canceled", (*mapping.Policy)(nil).ByConnectCode(mapping.ConnectCode(connect.CodeCanceled), 0).WithRetryDelay(1), true, nil, nil, 1},
		{"two tries", later, true, nil, []retry.Option{retry.WithMaxTries(2)}, 2},
		{"no tries", later, true, nil, []retry.Option{retry.WithMaxTries(0)}, 1},
	} {
		r, _ := newRetrier(test.options...)
		c := &call{errs: []error{test.err}, idempotent: test.idempotent, request: test.request}
		err := r.Do(t.Context(), c)
		if c.tries != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s: %d tries and %v, want %d tries and %v", test.name, c.tries, err, test.want, test.err)
		}
	}
}

func TestDoReturnsTheFirstSuccess(t *testing.T) {
	r, _ := newRetrier()
	c := &call{errs: []error{later, plainDown, nil}, idempotent: true}
	if err := r.Do(t.Context(), c); err != nil || c.tries != 3 {
		t.Errorf("Do = %v after %d tries, want success after 3", err, c.tries)
	}
}

func TestWaitIsTheLongerOfRandomAndServers(t *testing.T) {
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	const pushback, after = "Grpc-Retry-Pushback-Ms", "Retry-After"
	for _, test := range []struct {
		name   string
		err    error
		answer http.Header
		want   []time.Duration // nil: no other try
	}{
		{"random", later, nil, []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"RetryInfo", later.WithRetryDelay(150 * time.Millisecond), nil, []time.Duration{150 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"pushback", later, header(pushback, "1500"), slices.Repeat([]time.Duration{1500 * time.Millisecond}, 3)},
		{"negative pushback", later, header(pushback, "-1"), nil},
		{"malformed pushback", later, header(pushback, "soon"), nil},
		{"pushback beyond every time", later, header(pushback, "9223372036854775807"), nil},
		{"Retry-After", plainDown, header(after, "2"), slices.Repeat([]time.Duration{2 * time.Second}, 3)},
		{"Retry-After beyond every time", plainDown, header(after, "9223372036854775807"), nil},
		{"Retry-After beyond every number", plainDown, header(after, "99999999999999999999"), nil},
		{"negative Retry-After", plainDown, header(after, "-2"), []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"a date", plainDown, header(after, noon.Add(3*time.Second).Format(http.TimeFormat)), []time.Duration{3 * time.Second, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"a date that is over", plainDown, header(after, noon.Add(-time.Hour).Format(http.TimeFormat)), []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"no date", plainDown, header(after, "soon"), []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond}},
		{"the most that is allowed", later.WithRetryDelay(30 * time.Second), nil, slices.Repeat([]time.Duration{30 * time.Second}, 3)},
		{"more than is allowed", later.WithRetryDelay(31 * time.Second), nil, nil},
	} {
		r, clock := newRetrier()
		err := r.Do(t.Context(), &call{errs: []error{test.err}, idempotent: true, answer: test.answer})
		if !slices.Equal(clock.Waits, test.want) || !errors.Is(err, test.err) {
			t.Errorf("%s: waits %v with %v, want %v", test.name, clock.Waits, err, test.want)
		}
	}
}

func TestRandomWaitGrowsToItsLimit(t *testing.T) {
	grown, _ := newRetrier(retry.WithBackoff(100*time.Millisecond, time.Second))
	for tries, want := range []time.Duration{1: 100, 2: 200, 3: 400, 4: 800, 5: 1000, 6: 1000} {
		if got := grown.Backoff(tries); tries > 0 && got != want*time.Millisecond {
			t.Errorf("after %d tries: up to %v, want %v", tries, got, want*time.Millisecond)
		}
	}
	if r, _ := newRetrier(retry.WithBackoff(1<<62, 1<<63-1)); r.Backoff(1000) != 1<<63-1 {
		t.Errorf("an overflow: up to %v", r.Backoff(1000))
	}
	r, clock := newRetrier(retry.WithMaxServerDelay(time.Second))
	_ = r.Do(t.Context(), &call{errs: []error{later.WithRetryDelay(2 * time.Second)}, idempotent: true})
	if len(clock.Waits) != 0 {
		t.Errorf("a wait of more than the option allows: %v", clock.Waits)
	}
	r, clock = newRetrier(retry.WithBackoff(-1, -1))
	_ = r.Do(t.Context(), &call{errs: []error{later}, idempotent: true})
	if !slices.Equal(clock.Waits, make([]time.Duration, 3)) {
		t.Errorf("without a base: waits %v", clock.Waits)
	}
	if got := retry.Random(1<<63 - 1); got < 0 {
		t.Errorf("a random wait of %v", got)
	}
	for range 1000 {
		if got := retry.Random(time.Millisecond); got < 0 || got > time.Millisecond {
			t.Fatalf("a random wait of %v, want at most 1ms", got)
		}
	}
}

func TestNoTryBeginsThatCannotEndBeforeTheDeadline(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
	repeated := 0
	for range 10_000 {
		r, clock := newRetrier()
		clock.Share = random.Float64()
		deadline := clock.Now.Add(1 + upTo(time.Second))
		c := &call{errs: []error{later.WithRetryDelay(upTo(time.Second))}, idempotent: true}
		clock.OnWait = func() {
			if repeated++; !clock.Now.Before(deadline) {
				t.Errorf("a try begins %v after the deadline", clock.Now.Sub(deadline))
			}
		}
		if err := r.Do(withDeadline{t.Context(), deadline}, c); !errors.Is(err, later.Code()) {
			t.Fatalf("Do = %v, want the server's error", err)
		}
	}
	if repeated == 0 {
		t.Error("no call was tried again")
	}
}

func TestNoTryBeginsWhoseContextHasNotNoticedItsDeadline(t *testing.T) {
	if err := retry.Wait(withDeadline{t.Context(), time.Now()}, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait = %v after the deadline", err)
	}
}

// withDeadline has a deadline, and does not end by it.
type withDeadline struct {
	context.Context
	deadline time.Time
}

func (c withDeadline) Deadline() (time.Time, bool) { return c.deadline, true }

func TestCancellationEndsTheWait(t *testing.T) {
	r, clock := newRetrier()
	ctx, cancel := context.WithCancel(t.Context())
	clock.OnWait = cancel
	c := &call{errs: []error{later}, idempotent: true}
	err := r.Do(ctx, c)
	if c.tries != 1 || !errors.Is(err, context.Canceled) || !errors.Is(err, later) {
		t.Errorf("%d tries and %v, want 1, and both the server's error and the cancellation", c.tries, err)
	}
	if err := retry.Wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v after a cancellation", err)
	}
	c = &call{errs: []error{later}, idempotent: true}
	if err := r.Do(ctx, c); c.tries != 1 || !errors.Is(err, context.Canceled) || !errors.Is(err, later) {
		t.Errorf("%d tries and %v of a call whose context was canceled meanwhile", c.tries, err)
	}
}

func TestOutageIsNotMadeWorse(t *testing.T) {
	for _, idempotent := range []bool{true, false} {
		const calls = 1000
		r, _ := newRetrier()
		total := 0
		for range calls {
			c := &call{errs: []error{later}, idempotent: idempotent}
			_ = r.Do(t.Context(), c)
			total += c.tries
		}
		if total > calls*11/10 {
			t.Errorf("%d tries of %d calls that all fail, want 1.1 times as many at most", total, calls)
		}
		c := &call{errs: []error{later}, idempotent: true}
		if _ = r.Do(t.Context(), c); c.tries != 1 {
			t.Errorf("%d tries after an outage, want 1", c.tries)
		}
		for range 70 {
			_ = r.Do(t.Context(), new(call))
		}
		c = &call{errs: []error{later, nil}, idempotent: true}
		if err := r.Do(t.Context(), c); err != nil {
			t.Errorf("%v after 70 successes, want another try", err)
		}
	}
}
