// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"context"
	"log"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func fineGroup(ctx context.Context, names []string) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	for _, name := range names {
		g.Go(func() error { return status.Error(codes.NotFound, name) })
	}
	if err := g.Wait(); err != nil {
		log.Print(ctx, err)
	}
}

func fineLocalGroup() int {
	var g errgroup.Group
	g.Go(func() error { return status.Error(codes.NotFound, "x") })
	if err := waitForAll(&errgroup.Group{}); err != nil || g.Wait() != nil {
		return 0
	}
	return 1
}

func waitForAll(g *errgroup.Group) error { return g.Wait() }

func grouped(names []string) error {
	g, _ := errgroup.WithContext(context.Background())
	for _, name := range names {
		g.Go(func() error { return status.Error(codes.NotFound, name) }) // want `status.Error makes`
	}
	return g.Wait()
}

func groupedElsewhere(shared *errgroup.Group) {
	shared.Go(func() error { return status.Error(codes.NotFound, "x") }) // want `status.Error makes`
	var own errgroup.Group
	own.Go(func() error { return status.Error(codes.NotFound, "x") }) // want `status.Error makes`
	own.Go(func() error { return waitForAll(&own) })
	_, _ = own.Wait(), shared.Wait()
}
