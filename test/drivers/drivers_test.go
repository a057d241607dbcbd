// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package drivers_test holds what package mapping knows of databases' drivers against the real ones, which no user
// of errpact has to import.
package drivers_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	mssql "github.com/microsoft/go-mssqldb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// sqlRules is the policy of a service with a database.
func sqlRules(t *testing.T, own ...mapping.Rule) *mapping.Policy {
	t.Helper()
	p, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(append(own, mapping.SQLRules()...)...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// check wants an error, as it is, wrapped and joined, to become a code.
func check(t *testing.T, p *mapping.Policy, name string, err error, want mapping.Code) {
	t.Helper()
	for _, err := range []error{err, fmt.Errorf("query: %w", err), errors.Join(errors.New("x"), err), errors.Join(err, sql.ErrTxDone)} {
		answer := p.Translate(&mapping.Call{Context: t.Context()}, err)
		got := answer.Error()
		delay, _ := got.RetryDelay()
		if !errors.Is(got, want) || got.Reason() != want.Reason() || (delay > 0) != (want == errpactv1err.DatabaseTemporarilyUnavailable) {
			t.Errorf("%s: %v became %v/%s, want %v", name, err, got, got.Reason(), want)
		}
	}
}

// codes are what errors of one driver become, by what they are about.
type codes map[string]struct {
	err  error
	want mapping.Code
}

var temporary, database = errpactv1err.DatabaseTemporarilyUnavailable, errpactv1err.Database

func TestMySQL(t *testing.T) {
	of := func(number uint16, state, message string) error {
		e := &mysql.MySQLError{Number: number, Message: message}
		copy(e.SQLState[:], state)
		return e
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	for name, c := range (codes{
		"deadlock":                {of(1213, "40001", "Deadlock found when trying to get lock"), temporary},
		"lock wait timeout":       {of(1205, "HY000", "Lock wait timeout exceeded"), temporary},
		"NOWAIT":                  {of(3572, "HY000", "Statement aborted because lock(s) could not be acquired"), temporary},
		"too many connections":    {of(1040, "08004", "Too many connections"), temporary},
		"too many of a user":      {of(1203, "42000", "User app already has more than 'max_user_connections' active connections"), temporary},
		"read-only":               {of(1290, "HY000", "The MySQL server is running with the --read-only option so it cannot execute this statement"), temporary},
		"super-read-only":         {of(1290, "HY000", "The MySQL server is running with the --super-read-only option"), temporary},
		"read-only mode":          {of(1836, "HY000", "Running in read-only mode"), temporary},
		"offline":                 {of(3032, "HY000", "The server is currently in offline mode"), temporary},
		"a node starts":           {of(1047, "08S01", "WSREP has not yet prepared node for application use"), temporary},
		"rolled back":             {of(3101, "40000", "Plugin instructed the server to rollback the current transaction."), temporary},
		"gone away":               {of(2006, "HY000", "MySQL server has gone away"), database},
		"lost in a query":         {of(2013, "HY000", "Lost connection to MySQL server during query"), database},
		"shutdown":                {of(1053, "08S01", "Server shutdown in progress"), database},
		"killed":                  {of(1927, "70100", "Connection was killed"), database},
		"interrupted":             {of(1317, "70100", "Query execution was interrupted"), database},
		"a limit of time":         {of(3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded"), database},
		"MariaDB's limit of time": {of(1969, "70100", "Query execution was interrupted (max_statement_time exceeded)"), database},
		"a file option":           {of(1290, "HY000", "The MySQL server is running with the --secure-file-priv option"), database},
		"duplicate":               {of(1062, "23000", "Duplicate entry"), database},
		"no such table":           {of(1146, "42S02", "Table does not exist"), database},
		"foreign key":             {of(1452, "23000", "Cannot add or update a child row"), database},
		"denied":                  {of(1045, "28000", "Access denied"), database},
		"disk full":               {of(1021, "HY000", "Disk full"), database},
		"a read-only transaction": {of(1792, "25006", "Cannot execute statement in a READ ONLY transaction."), database},
		"zero":                    {&mysql.MySQLError{}, database},
	}) {
		check(t, sqlRules(t), name, c.err, c.want)
		// A limit of time may be the rest of the request's. Whoever leaves sets none.
		interrupted := strings.Contains(c.err.Error(), "interrupted")
		for ctx, ends := range map[context.Context]bool{gone: name == "interrupted", late: interrupted} {
			answer := sqlRules(t).Translate(&mapping.Call{Context: ctx}, c.err)
			if got := answer.Error(); ends != (got.Code() == errpactv1err.Unknown) || !ends && !errors.Is(got, c.want) {
				t.Errorf("%s, of a request that is over, %v: %v became %v", name, ctx.Err(), c.err, got)
			}
		}
	}
	// The driver's own have no type; a line each says what they are.
	own := sqlRules(t, mapping.MapIs(mysql.ErrInvalidConn, database))
	check(t, own, "a connection that broke", mysql.ErrInvalidConn, database)
}

func TestSQLServer(t *testing.T) {
	of := func(number int32) error { return mssql.Error{Number: number, Class: 16, Message: "words"} }
	for name, c := range (codes{
		"deadlock": {of(1205), temporary}, "lock timeout": {of(1222), temporary}, "no locks": {of(1204), temporary}, "a snapshot's conflict": {of(3960), temporary},
		"in memory, conflict": {of(41302), temporary}, "too many connections": {of(17809), temporary}, "too many requests": {of(10928), temporary}, "busy": {of(40501), temporary},
		"too many operations": {of(49918), temporary}, "read-only": {of(3906), temporary}, "recovering": {of(922), temporary}, "restoring": {of(927), temporary},
		"a replica": {of(976), temporary}, "between two roles": {of(983), temporary}, "a replica's login": {of(4221), temporary}, "warming up": {of(42109), temporary},
		"no memory to run in": {of(8645), temporary}, "a dependency rolled back": {of(41301), temporary}, "too many dependencies": {of(41839), temporary}, "too many requests of a pool": {of(10936), temporary}, "not available": {of(40613), temporary}, "upgrading": {of(18401), temporary},
		"killed": {of(596), database}, "shutdown": {of(6005), database}, "failover in use": {of(40197), database},
		"duplicate": {of(2627), database}, "duplicate in an index": {of(2601), database}, "no such table": {of(208), database}, "login": {of(18456), database},
		"disk full": {of(1105), database}, "division by zero": {of(8134), database}, "zero": {mssql.Error{}, database},
		"cut in an answer": {mssql.StreamError{InnerError: io.ErrUnexpectedEOF}, database}, "an answer that cannot be read": {&mssql.StreamError{InnerError: errors.New("unknown token")}, database},
	}) {
		check(t, sqlRules(t), name, c.err, c.want)
	}
	pointed := mssql.Error{Number: 1205}
	check(t, sqlRules(t), "by a pointer", &pointed, temporary)
	// A query whose context ends asks the server to cancel it, and waits for its answer with a time of its own.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	unconfirmed := mssql.StreamError{InnerError: fmt.Errorf("did not get cancellation confirmation from the server (current response: %w)", context.DeadlineExceeded)}
	for name, c := range map[string]struct {
		err    error
		theirs bool
	}{
		"not canceled": {unconfirmed, true}, "not canceled, by a pointer": {fmt.Errorf("query: %w", &unconfirmed), true},
		"cut in an answer": {mssql.StreamError{InnerError: io.ErrUnexpectedEOF}, false}, "zero": {mssql.StreamError{}, false},
	} {
		answer := sqlRules(t).Translate(&mapping.Call{Context: gone}, c.err)
		if got := answer.Error(); (got.ConnectCode() == 1) != c.theirs || !c.theirs && got.Code() != errpactv1err.Database {
			t.Errorf("%s, of a request that is over: %T became %v", name, c.err, got)
		}
	}
	check(t, sqlRules(t), "not canceled, of a request that lives", unconfirmed, database)
}

// TestPostgreSQL is pgx's error, and lib/pq's, which both have an SQLSTATE.
func TestPostgreSQL(t *testing.T) {
	for state, want := range map[string]mapping.Code{
		"40001": temporary, "40P01": temporary, "55P03": temporary, "53300": temporary, "57P03": temporary, "08001": temporary, "08003": temporary, "08004": temporary, "25006": temporary,
		"08006": database, "08007": database, "40003": database, "57P01": database, "57P02": database, "57014": database, "23505": database, "42P01": database, "53100": database,
	} {
		check(t, sqlRules(t), "pgx, "+state, &pgconn.PgError{Code: state}, want)
		check(t, sqlRules(t), "lib/pq, "+state, &pq.Error{Code: pqerror.Code(state)}, want)
	}
}

// TestAUniqueViolationIsARuleOfOnesOwn, as docs/rules.md shows it.
func TestAUniqueViolationIsARuleOfOnesOwn(t *testing.T) {
	taken := errpactv1err.InvalidValue.WithReason("TAKEN")
	unique := []mapping.Rule{
		mapping.MapAs(func(e *pgconn.PgError) *mapping.Error {
			if e.Code != "23505" {
				return nil
			}
			return taken.WithMetadata("constraint", e.ConstraintName)
		}),
		mapping.MapAs(func(e *mysql.MySQLError) *mapping.Error {
			if e.Number != 1062 {
				return nil
			}
			return taken.New("")
		}),
	}
	for name, err := range map[string]error{"pgx": &pgconn.PgError{Code: "23505"}, "mysql": &mysql.MySQLError{Number: 1062}} {
		check(t, sqlRules(t), name, err, database)
		check(t, sqlRules(t, unique...), name, err, taken)
	}
	check(t, sqlRules(t, unique...), "another", &pgconn.PgError{Code: "23503"}, database)
}
