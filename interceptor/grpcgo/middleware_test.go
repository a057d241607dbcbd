// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/logging"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// journal is a log of go-grpc-middleware's.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Log(_ context.Context, level logging.Level, message string, fields ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprint(level, " ", message, " ", fields))
}

func (j *journal) take() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	taken := strings.Join(j.lines, "\n")
	j.lines = nil
	return taken
}

// middleware are the chains that people have: log, errpact, recovery, as it is documented, and the
// recovery elsewhere.
func middleware(log *journal, i *grpcgo.Interceptor) map[string][]grpc.ServerOption {
	logUnary := logging.UnaryServerInterceptor(log, logging.WithLogOnEvents(logging.FinishCall))
	logStream := logging.StreamServerInterceptor(log, logging.WithLogOnEvents(logging.FinishCall))
	recoverUnary, recoverStream := recovery.UnaryServerInterceptor(), recovery.StreamServerInterceptor()
	return map[string][]grpc.ServerOption{
		"log, errpact, recovery": {
			grpc.ChainUnaryInterceptor(logUnary, i.UnaryServer, recoverUnary), grpc.ChainStreamInterceptor(logStream, i.StreamServer, recoverStream),
		},
		"log, recovery, errpact": {
			grpc.ChainUnaryInterceptor(logUnary, recoverUnary, i.UnaryServer), grpc.ChainStreamInterceptor(logStream, recoverStream, i.StreamServer),
		},
		"log, errpact": {
			grpc.ChainUnaryInterceptor(logUnary, i.UnaryServer), grpc.ChainStreamInterceptor(logStream, i.StreamServer),
		},
	}
}

func TestG9BesideTheMiddlewaresRecoveryAndLogging(t *testing.T) {
	log, seen := new(journal), new(reported.Reports)
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(seen.Add))))
	fails := []func() error{raise(canary), give(errPlain), give(errpactv1err.NotExist.New("no such folder"))}
	failing := suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		n, err := strconv.Atoi(header.Get("Case"))
		if err != nil {
			return err
		}
		return fails[n]()
	}}
	for name, chain := range middleware(log, i) {
		t.Run(name, func(t *testing.T) {
			address := serve(t, failing, chain...)
			conn := dial(t, address, decoding()...)
			everyProcedure(t, func(t *testing.T, procedure string) {
				for n, want := range []mapping.Code{errpactv1err.Unknown, errpactv1err.Unknown, errpactv1err.NotExist} {
					err := call(caseOf(t.Context(), n), conn, procedure)
					if !errors.Is(err, want) || uint32(status.Code(err)) != uint32(want.ConnectCode()) || strings.Contains(status.Convert(err).Message(), canary) {
						t.Errorf("the caller got %v", err)
					}
					if all := seen.Take(); len(all) != 1 || !strings.Contains(fmt.Sprint(all[0].Panic, all[0].Err), canary) == (n < 2) {
						t.Errorf("%d reports: %+v", len(all), all)
					}
				}
			})
		})
	}
	if lines := log.take(); strings.Contains(lines, canary) || !strings.Contains(lines, "NotFound") || !strings.Contains(lines, "no such folder") {
		t.Errorf("the log has\n%s", lines)
	}
}

// TestG2BesideTheMiddlewareOnAClient: the log inside has grpc's error, and the one outside ours.
func TestG2BesideTheMiddlewareOnAClient(t *testing.T) {
	address := serveErrors(t, cases(errpactv1err.NotExist.New("no such folder")))
	inside, outside := new(journal), new(journal)
	i := grpcgo.New()
	conn := dial(t, address,
		grpc.WithChainUnaryInterceptor(logging.UnaryClientInterceptor(outside), i.UnaryClient, logging.UnaryClientInterceptor(inside)),
		grpc.WithChainStreamInterceptor(logging.StreamClientInterceptor(outside), i.StreamClient, logging.StreamClientInterceptor(inside)))
	everyProcedure(t, func(t *testing.T, procedure string) {
		if err := call(caseOf(t.Context(), 0), conn, procedure); !errors.Is(err, errpactv1err.NotExist) {
			t.Errorf("the caller got %v", err)
		}
		for _, log := range []*journal{inside, outside} {
			if lines := log.take(); !strings.Contains(lines, "NotFound") {
				t.Errorf("the log has\n%s", lines)
			}
		}
	})
}
