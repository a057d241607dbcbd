// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retrygrpc"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

func newInventoryClient(url string) interopv1connect.TroubleServiceClient {
	return interopv1connect.NewTroubleServiceClient(http.DefaultClient, url,
		connect.WithInterceptors(retry.NewInterceptor(), interceptor.New()))
}

func dialInventory(target string, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(creds),
		grpc.WithChainUnaryInterceptor(retrygrpc.UnaryClientInterceptor()),
	}
	return grpc.NewClient(target, append(options, grpcgo.New().DialOptions()...)...)
}

func TestInventoryClientTriesAgain(t *testing.T) {
	err := retry.CheckOrder(func(ctx context.Context) error {
		_, err := newInventoryClient("http://127.0.0.1:1").Unary(ctx, connect.NewRequest(new(interopv1.UnaryRequest)))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestInventoryClientOfGRPCTriesAgain(t *testing.T) {
	conn, err := dialInventory(loopback.ClosedAddress(t), insecure.NewCredentials())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	err = retry.CheckOrder(func(ctx context.Context) error {
		_, err := interopv1.NewTroubleServiceClient(conn).Unary(ctx, new(interopv1.UnaryRequest))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// tryAgain makes a call four times at most. idempotent says that it may be repeated.
func tryAgain(ctx context.Context, idempotent bool, call func(context.Context) error) error {
	for try := 1; ; try++ {
		err := call(ctx)
		verdict := mapping.RetryOf(err)
		if err == nil || try == 4 || !verdict.Allows(idempotent) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(max(verdict.Delay, backoff(try))):
		}
	}
}

// backoff returns a random wait, up to 100 ms after the first try, and up to twice as much after each further one.
func backoff(try int) time.Duration {
	return rand.N(100 * time.Millisecond << (try - 1))
}

func TestPlainLoop(t *testing.T) {
	for _, test := range []struct {
		name       string
		err        error
		idempotent bool
		want       int
	}{
		{"idempotent", now, true, 2}, {"not idempotent", now, false, 1}, {"refused", refused(), false, 2}, {"never", hopeless(), true, 1},
	} {
		tries := 0
		err := tryAgain(t.Context(), test.idempotent, func(context.Context) error {
			if tries++; tries == 1 {
				return test.err
			}
			return nil
		})
		if tries != test.want || (err == nil) != (tries == 2) {
			t.Errorf("%s: %v after %d tries, want %d", test.name, err, tries, test.want)
		}
	}
}

// now is an error that may go away, at once.
var now = errpactv1err.DatabaseTemporarilyUnavailable.New("").WithRetryDelay(0)

// A job is a message of a queue. It is idempotent, since a queue may deliver it twice anyway.
type job struct {
	do    func(context.Context) error
	tries int
}

// work does jobs until the queue is closed. It puts a job back for later if another try can help, and away if none can.
func work(ctx context.Context, jobs <-chan *job, later func(*job, time.Duration), away func(*job, error)) {
	for j := range jobs {
		j.tries++
		err := j.do(ctx)
		switch verdict := mapping.RetryOf(err); {
		case err == nil:
		case verdict.Allows(true) && j.tries < 4:
			later(j, max(verdict.Delay, backoff(j.tries)))
		default:
			away(j, err)
		}
	}
}

func TestQueueWorker(t *testing.T) {
	jobs, done, gone := make(chan *job, 1), make(chan int), make(map[error]int)
	put := func(errs ...error) {
		j := new(job)
		j.do = func(context.Context) error {
			if j.tries <= len(errs) {
				return errs[j.tries-1]
			}
			done <- j.tries
			return nil
		}
		jobs <- j
	}
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		work(t.Context(), jobs, func(j *job, wait time.Duration) { time.AfterFunc(wait, func() { jobs <- j }) },
			func(j *job, err error) { gone[err] = j.tries; done <- 0 })
	}()
	for _, test := range []struct {
		errs []error
		want int
	}{{[]error{now, now}, 3}, {[]error{hopeless()}, 0}, {[]error{now, now, now, now}, 0}} {
		put(test.errs...)
		if tries := <-done; tries != test.want {
			t.Errorf("%v: done after %d tries, want %d", test.errs, tries, test.want)
		}
	}
	close(jobs)
	if <-worked; gone[hopeless()] != 1 || gone[now] != 4 {
		t.Errorf("put away: %v", gone)
	}
}

// newRetries returns failsafe-go's policy for calls that may be repeated.
func newRetries() retrypolicy.RetryPolicy[any] {
	return retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return mapping.RetryOf(err).Allows(true) }).
		WithDelayFunc(func(e failsafe.ExecutionAttempt[any]) time.Duration {
			return max(mapping.RetryOf(e.LastError()).Delay, backoff(e.Attempts()))
		}).
		WithMaxAttempts(4).
		ReturnLastFailure().
		Build()
}

func TestFailsafe(t *testing.T) {
	for _, test := range []struct {
		errs []error
		want int
	}{{nil, 1}, {[]error{now, refused()}, 3}, {[]error{hopeless()}, 1}, {[]error{now, now, now, now}, 4}} {
		tries := 0
		err := failsafe.With(newRetries()).WithContext(t.Context()).Run(func() error {
			if tries++; tries <= len(test.errs) {
				return test.errs[tries-1]
			}
			return nil
		})
		if tries != test.want || tries <= len(test.errs) && !errors.Is(err, test.errs[tries-1]) {
			t.Errorf("%v: %v after %d tries, want %d", test.errs, err, tries, test.want)
		}
	}
}
