// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/mapping"
)

// TestTheCallersEndIsNoFaultOfTheDatabase: a request that ends at any moment of a transaction gives whatever the
// driver and database/sql say then. None of it is the database's.
func TestTheCallersEndIsNoFaultOfTheDatabase(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		s, _ := open(t)
		testCallersEnd(t, s)
	})
	t.Run("PostgreSQL", func(t *testing.T) { testCallersEnd(t, openPostgres(t, pgtest.Start(t).Database())) })
}

func testCallersEnd(t *testing.T, s *store.Store) {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(store.Rules()...))
	must(t, err)
	ended := map[string]int{}
	for i := range 40 {
		want := largeFolder(t, s, fmt.Sprintf("f-%03d", i))
		ctx, cancel := context.WithCancel(t.Context())
		stop := time.AfterFunc(time.Duration(i)*150*time.Microsecond, cancel)
		err := s.CreateFolder(ctx, want, "token-"+want.ID)
		if err == nil {
			_, err = s.Folder(ctx, want.ID)
		}
		if err != nil && ctx.Err() != nil {
			ended[fmt.Sprintf("%T", err)]++
			answer := policy.Translate(&mapping.Call{Context: ctx}, err)
			if got := answer.Error(); got.ConnectCode() != 1 {
				t.Errorf("%v became %v", err, got)
			}
		}
		stop.Stop()
		cancel()
	}
	if len(ended) == 0 {
		t.Error("no request ended in the middle")
	}
}
