// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/interceptor/wiringtest"
)

// TestErrpactIsInItsPlace in the server, and in its client of the other service.
func TestErrpactIsInItsPlace(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "capsule.db"), 50*time.Millisecond)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	handler, err := server.New(server.Config{Store: db})
	must(t, err)
	wiringtest.Check(t, handler)
	wiringtest.CheckClient(t, func(ctx context.Context, server *url.URL) error {
		_, err := analyzer.NewClient(server.String()).Analyze(ctx, connect.NewRequest(new(capsulev1.AnalyzeRequest)))
		return err
	})
}
