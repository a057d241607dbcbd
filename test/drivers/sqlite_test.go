// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package drivers_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// open opens a database with one table.
func open(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, statement string) error {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement)
	return err
}

// endless is a statement that takes for ever.
const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"

// testSQLite makes a real SQLite fail, by either driver.
func testSQLite(t *testing.T, driver string) {
	file := filepath.Join(t.TempDir(), "a.db")
	db, second := open(t, driver, "file:"+file), open(t, driver, "file:"+file)
	must(t, exec(t, db, "CREATE TABLE things (id TEXT PRIMARY KEY)"))
	must(t, exec(t, db, "INSERT INTO things VALUES ('a')"))
	writer, err := db.Conn(t.Context())
	must(t, err)
	must(t, exec(t, writer, "BEGIN IMMEDIATE"))
	locked := exec(t, second, "INSERT INTO things VALUES ('b')")
	must(t, exec(t, writer, "ROLLBACK"))
	must(t, writer.Close())
	readOnly := exec(t, open(t, driver, "file:"+file+"?mode=ro"), "INSERT INTO things VALUES ('b')")
	damaged := filepath.Join(t.TempDir(), "b.db")
	must(t, os.WriteFile(damaged, []byte("this is no database, but a text of some length that is none"), 0o600))
	for name, c := range (codes{
		"locked":        {locked, temporary},
		"read-only":     {readOnly, temporary},
		"duplicate":     {exec(t, db, "INSERT INTO things VALUES ('a')"), database},
		"no such table": {exec(t, db, "INSERT INTO nothing VALUES ('a')"), database},
		"syntax":        {exec(t, db, "INSERT"), database},
		"no database":   {exec(t, open(t, driver, "file:"+damaged), "SELECT * FROM things"), database},
		"cannot open":   {exec(t, open(t, driver, "file:"+filepath.Join(t.TempDir(), "no", "folder.db")), "SELECT 1 FROM things"), database},
		"no rows":       {db.QueryRowContext(t.Context(), "SELECT id FROM things WHERE id = 'x'").Scan(new(string)), errpactv1err.NotExist},
	}) {
		if c.err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		answer := sqlRules(t).Translate(&mapping.Call{Context: t.Context()}, c.err)
		if got := answer.Error(); !errors.Is(got, c.want) || got.Reason() != c.want.Reason() {
			t.Errorf("%s: %T %v became %v/%s, want %v", name, c.err, c.err, got, got.Reason(), c.want)
		}
	}
	testInterrupted(t, db)
}

// testInterrupted ends statements by their context: where the request has ended with it, that is the caller's.
func testInterrupted(t *testing.T, db *sql.DB) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	prepared, err := tx.PrepareContext(t.Context(), "SELECT 1")
	must(t, err)
	defer func() { _ = prepared.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan error, 1)
	go func() { started <- tx.QueryRowContext(ctx, endless).Scan(new(int)) }()
	cancel()
	interrupted := <-started
	must(t, tx.Rollback())
	_, closed := prepared.ExecContext(t.Context())
	for name, err := range map[string]error{"interrupted": interrupted, "after it": tx.Commit(), "a statement after it": closed, "aborted": aborted(t, db)} {
		answer := sqlRules(t).Translate(&mapping.Call{Context: ctx}, err)
		if got := answer.Error(); got.ConnectCode() != 1 {
			t.Errorf("%s: %T %v of a request that is over became %v", name, err, err, got)
		}
	}
	answer := sqlRules(t).Translate(&mapping.Call{Context: t.Context()}, tx.Commit())
	if got := answer.Error(); got.Code() != errpactv1err.Database {
		t.Errorf("of a request that lives: %v", got)
	}
}

// aborted returns the error of a query whose transaction is rolled back while its rows are read.
func aborted(t *testing.T, db *sql.DB) error {
	t.Helper()
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, exec(t, conn, "BEGIN"))
	must(t, exec(t, conn, "CREATE TABLE later (id TEXT)"))
	rows, err := conn.QueryContext(t.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT id FROM n, things")
	must(t, err)
	defer func() { _ = rows.Close() }()
	rows.Next()
	must(t, exec(t, conn, "ROLLBACK"))
	for rows.Next() { // the driver may have read a row ahead
	}
	return rows.Err()
}

func TestSQLite(t *testing.T) {
	testSQLite(t, "sqlite")
	// What the driver says where it is interrupted while it is not its context that it looks at.
	interrupted := &sqlite.Error{}
	check(t, sqlRules(t), "zero", interrupted, database)
}
