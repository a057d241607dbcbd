// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pgtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Database makes a database, and returns its URL. The options are those of CREATE DATABASE.
func (s *Server) Database(options ...string) string {
	s.t.Helper()
	s.databases++
	name := fmt.Sprintf("test%d", s.databases)
	Exec(s.t, s.URL("postgres"), "CREATE DATABASE "+name+" "+strings.Join(options, " "))
	return s.URL(name)
}

// DatabaseIn makes a database whose files are in dir, which must not be there yet.
func (s *Server) DatabaseIn(dir string) string {
	s.t.Helper()
	must(s.t, os.Mkdir(dir, 0o700), giveAway(dir))
	Exec(s.t, s.URL("postgres"), "CREATE TABLESPACE elsewhere LOCATION '"+strings.ReplaceAll(dir, "'", "''")+"'")
	return s.Database("TABLESPACE elsewhere")
}

// Exec runs statements in the database at url.
func Exec(t testing.TB, url, query string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	_, err = conn.Exec(t.Context(), query, args...)
	must(t, err, conn.Close(t.Context()))
}

// Hold runs statements in a transaction that stays open until the test ends, or release is called.
func Hold(t testing.TB, url, query string) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	_, err = conn.Exec(t.Context(), "BEGIN; "+query)
	must(t, err)
	release = func() { _ = conn.Close(context.Background()) } // the test may have cut it
	t.Cleanup(release)
	return release
}

// WaitForLock returns when somebody waits for a lock on this server.
func (s *Server) WaitForLock() {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.URL("postgres"))
	must(s.t, err)
	for waiting := false; !waiting; {
		must(s.t, conn.QueryRow(s.t.Context(), "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted").Scan(&waiting))
	}
	must(s.t, conn.Close(s.t.Context()))
}

// WaitUntilIdle returns when no other connection of the database at url is in a transaction: none of those that were cut
// has anything left to commit.
func WaitUntilIdle(t testing.TB, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	must(t, err)
	for idle := false; !idle; {
		must(t, conn.QueryRow(t.Context(), `SELECT count(*) = 0 FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`).Scan(&idle))
	}
	must(t, conn.Close(t.Context()))
}

// Disconnect cuts all connections of the database at url, as its operator can, and waits until they
// are gone. Without it, settings of a database reach new connections only.
func Disconnect(t testing.TB, url string) {
	t.Helper()
	Exec(t, url, `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
}
