// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retrygrpc"
	"github.com/errpact/errpact/interceptor/retry/retryv2"
	"github.com/errpact/errpact/mapping"
)

// A planned call is told by its server how long to wait, and records its tries.
type planned struct {
	// code is what the server answers, with a delay in the error and a header beside it, and said is the longest that it
	// says with them.
	code        mapping.Code
	delay, said time.Duration
	header      http.Header
	// fails is how many tries fail.
	fails int
	// late has every error come only after the call's context has ended.
	late  bool
	tries []attempt
}

// An attempt is one try, as an interceptor inside of that which repeats it sees it.
type attempt struct {
	began, ended time.Time
	// dead says that the context had ended when it began.
	dead bool
	err  error
}

func (p *planned) begin(ctx context.Context) {
	p.tries = append(p.tries, attempt{began: time.Now(), dead: ctx.Err() != nil})
}

func (p *planned) end(ctx context.Context, err error) {
	if p.late && err != nil {
		<-ctx.Done()
	}
	last := &p.tries[len(p.tries)-1]
	last.ended, last.err = time.Now(), err
}

// atLeast returns how long the server said to wait after a try: nothing if the error is the client's own.
func (p *planned) atLeast(a attempt) time.Duration {
	if errors.Is(a.err, p.code) {
		return p.said
	}
	return 0
}

// alive returns how many tries began before the context ended.
func (p *planned) alive() (n int) {
	for _, try := range p.tries {
		if !try.dead {
			n++
		}
	}
	return n
}

type plannedKey struct{}

// do makes the call. Its tries find it in their context.
func (p *planned) do(ctx context.Context, call caller, id string) error {
	return call(context.WithValue(ctx, plannedKey{}, p), procedureRead, id)
}

func plannedOf(ctx context.Context) *planned {
	p, _ := ctx.Value(plannedKey{}).(*planned)
	return p
}

// A planner is a service of planned calls, which it knows by their ids.
type planner struct {
	service
	calls sync.Map
}

// newPlanner starts a planner, and returns its address.
func newPlanner(t *testing.T) (*planner, string) {
	t.Helper()
	p := new(planner)
	p.answer = func(id string, try int, _ func()) error {
		if call := p.of(id); try <= call.fails {
			return call.code.WithRetryDelay(call.delay)
		}
		return nil
	}
	p.outside = connect.UnaryInterceptorFunc(p.say)
	return p, p.serve(t)
}

func (p *planner) of(id string) *planned {
	call, _ := p.calls.Load(id)
	return call.(*planned)
}

// say replaces the headers by which errpact repeats a delay, in whole seconds for Connect, with those of the call.
func (p *planner) say(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		response, err := next(ctx, r)
		if e, ok := errors.AsType[*connect.Error](err); ok {
			e.Meta().Del("Retry-After")
			e.Meta().Del("Grpc-Retry-Pushback-Ms")
			maps.Copy(e.Meta(), p.of(r.Header().Get(headerID)).header)
		}
		return response, err
	}
}

// recorded makes calls again that record their tries. Each has a budget of its own, since all of them fail, and waits as
// long as the server says.
func recorded() outside {
	options := []retry.Option{soon, retry.WithMaxServerDelay(time.Hour)}
	return outside{
		v1: []connect.Interceptor{connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
			return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
				return retry.NewInterceptor(options...).WrapUnary(next)(ctx, r)
			}
		}), connect.UnaryInterceptorFunc(recordV1)},
		v2: []connectv2.ClientInterceptor{func(next connectv2.ClientFunc) connectv2.ClientFunc {
			return func(ctx context.Context, spec connectv2.Spec) (connectv2.ClientStream, error) {
				return retryv2.NewClientInterceptor(options...)(next)(ctx, spec)
			}
		}, recordV2},
		grpc: []grpc.UnaryClientInterceptor{func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			return retrygrpc.UnaryClientInterceptor(options...)(ctx, method, req, reply, conn, invoke, opts...)
		}, recordGRPC},
	}
}

func recordV1(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		plannedOf(ctx).begin(ctx)
		response, err := next(ctx, r)
		plannedOf(ctx).end(ctx, err)
		return response, err
	}
}

func recordV2(next connectv2.ClientFunc) connectv2.ClientFunc {
	return func(ctx context.Context, spec connectv2.Spec) (connectv2.ClientStream, error) {
		plannedOf(ctx).begin(ctx)
		stream, err := next(ctx, spec)
		if err != nil {
			plannedOf(ctx).end(ctx, err)
			return nil, err
		}
		return &recordedStream{ClientStream: stream, ctx: ctx}, nil
	}
}

// recordedStream is one try, which is over when it is closed.
type recordedStream struct {
	connectv2.ClientStream
	ctx context.Context
	err error
}

func (s *recordedStream) Send(message any) error {
	s.err = s.ClientStream.Send(message)
	return s.err
}

func (s *recordedStream) Receive(message any) error {
	s.err = s.ClientStream.Receive(message)
	return s.err
}

func (s *recordedStream) Close() error {
	defer plannedOf(s.ctx).end(s.ctx, s.err)
	return s.ClientStream.Close()
}

func recordGRPC(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	plannedOf(ctx).begin(ctx)
	err := invoke(ctx, method, req, reply, conn, opts...)
	plannedOf(ctx).end(ctx, err)
	return err
}
