// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"errors"
	"slices"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// postgresCases are faults that only a database has which is another process.
var postgresCases = []errorCase{
	temporarily("stopped", func(c *capsule) string {
		c.pg.Stop()
		c.t.Cleanup(c.pg.Start)
		return ""
	}),
	temporarily("crashed", func(c *capsule) string {
		c.pg.Crash()
		c.t.Cleanup(c.pg.Start)
		return ""
	}),
	temporarily("locked", func(c *capsule) string { c.lock(); return "" }),
	temporarily("read-only", func(c *capsule) string {
		c.exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$")
		pgtest.Disconnect(c.t, c.db)
		return ""
	}),
	critically("without its tables", func(c *capsule) string {
		c.exec("DROP TABLE session_tokens")
		return ""
	}),
}

func critically(name string, fault func(*capsule) string) errorCase {
	return errorCase{
		name: "12: PostgreSQL, " + name, fault: fault,
		method: "GET", path: "/api/authorize/session_token", call: issueToken,
		want: errpactv1err.Database, number: 12, status: 500, connect: connect.CodeInternal,
		message: "Critical database error", details: "null",
	}
}

func temporarily(name string, fault func(*capsule) string) errorCase {
	return errorCase{
		name: "12/TEMPORARILY_UNAVAILABLE: PostgreSQL, " + name, fault: fault,
		method: "GET", path: "/api/authorize/session_token", call: issueToken,
		want: errpactv1err.DatabaseTemporarilyUnavailable, number: 12, reason: "TEMPORARILY_UNAVAILABLE",
		status: 503, connect: connect.CodeUnavailable, message: "Database is temporarily unavailable",
		details: `{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1s"}`, header: map[string]string{"Retry-After": "1"},
	}
}

// TestPostgreSQL: on the other database all is the same.
func TestPostgreSQL(t *testing.T) {
	pg := pgtest.Start(t)
	for _, tc := range slices.Concat(errorCases, streamCases, postgresCases) {
		if tc.file {
			continue
		}
		t.Run(tc.name, func(t *testing.T) { tc.check(t, startOn(t, pg, tc.config)) })
	}
	t.Run("BadInput", func(t *testing.T) { testBadInput(t, startOn(t, pg, server.Config{})) })
	t.Run("ParallelUploads", func(t *testing.T) { testParallelUploads(t, startOn(t, pg, server.Config{})) })
	t.Run("OneSessionToken", func(t *testing.T) { testOneSessionTokenMakesOneFolder(t, startOn(t, pg, server.Config{})) })
	t.Run("GetsOver", func(t *testing.T) { testGetsOverFaults(t, pg) })
	t.Run("TwoServers", func(t *testing.T) { testTwoServers(t, pg) })
}

// testGetsOverFaults: a server needs no restart, whatever happened to its database meanwhile.
func testGetsOverFaults(t *testing.T, pg *pgtest.Server) {
	c := startOn(t, pg, server.Config{})
	folder := c.folder()
	client := c.typedClient(wires[0], "demo-admin")
	for name, fault := range map[string]struct{ begin, end func() }{
		"stopped":      {pg.Stop, pg.Start},
		"crashed":      {pg.Crash, pg.Start},
		"restarted":    {pg.Restart, nil},
		"disconnected": {func() { pgtest.Disconnect(t, c.db) }, nil},
	} {
		fault.begin()
		if fault.end != nil {
			if err := getFolder(t.Context(), client, folder); !errors.Is(err, errpactv1err.DatabaseTemporarilyUnavailable) {
				t.Errorf("%s: GetFolder = %v, want TEMPORARILY_UNAVAILABLE", name, err)
			}
			fault.end()
		}
		if err := getFolder(t.Context(), client, folder); err != nil {
			t.Errorf("%s, and over: GetFolder = %v", name, err)
		}
	}
}

// testTwoServers: what is uploaded to one is there on the other, and a session token is good for one
// folder on both together.
func testTwoServers(t *testing.T, pg *pgtest.Server) {
	one := startOn(t, pg, server.Config{})
	other := &capsule{db: one.db, pg: pg, t: t}
	other.serve(server.Config{}, server.New)
	folder := one.folder()
	client := other.typedClient(wires[0], "demo-admin")
	must(t, getFolder(t.Context(), client, folder), analyse("QUALITY")(t.Context(), client, folder), deleteFolder(t.Context(), client, folder))
	if err := getFolder(t.Context(), one.typedClient(wires[0], "demo-admin"), folder); !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("GetFolder = %v, want NotExist", err)
	}
	const rounds = 10
	for range rounds {
		packed := [][]byte{one.container(one.sessionToken(), container.NoFault)}
		errs := make(chan error, 2)
		for _, c := range []*capsule{one, other} {
			go func() { errs <- upload(t, c, packed)[0] }()
		}
		created := 0
		for range 2 {
			if err := <-errs; err == nil {
				created++
			} else if !errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidSessionToken) {
				t.Errorf("CreateFolder = %v, want INVALID_SESSION_TOKEN", err)
			}
		}
		if created != 1 {
			t.Errorf("two servers made %d folders of one session token, want 1", created)
		}
	}
	if got := other.count(); got != rounds {
		t.Errorf("there are %d folders, want %d", got, rounds)
	}
}
