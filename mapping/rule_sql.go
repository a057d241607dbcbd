// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "database/sql"

// SQLCodes has the codes that [SQLRules] maps a database's errors to. A zero field makes no rule: its
// errors are left to the next rule. So the built-in ERROR_CODE_UNKNOWN, which is the zero Code,
// cannot be chosen here; use [MapIs] or [MapFunc] for that. Later versions may add fields.
type SQLCodes struct {
	// NotFound is for sql.ErrNoRows.
	NotFound Code
	// Unavailable is for errors that can pass if the call is tried again, and of which nothing was done:
	// driver.ErrBadConn, sql.ErrConnDone, and whatever says that the database cannot be reached, starts up, is
	// read-only, has no connection to spare, or met a serialization failure, a deadlock or a lock
	// timeout. If it is zero, these do not become Database.
	Unavailable Code
	// Database is for sql.ErrTxDone and for every other error of a driver: a connection that was lost in use,
	// after which nobody knows what was done, a unique violation, a full disk.
	Database Code
}

// SQLRules returns the rules for database/sql and its drivers: for errors that have a method SQLState() string,
// such as pgx's and lib/pq's, and for the error types of github.com/go-sql-driver/mysql,
// github.com/microsoft/go-mssqldb, modernc.org/sqlite and github.com/mattn/go-sqlite3, none of which this package
// imports. Without an argument, the codes are built-in: ERROR_CODE_NOT_EXIST,
// ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE and ERROR_CODE_DATABASE. With an argument, only the fields that it
// sets make rules. Only the first argument is used.
//
// A driver's network errors have no code, and these rules cannot tell them from another service's. Wrap all
// errors of your database in a type of your own, and add a rule for that type.
func SQLRules(codes ...SQLCodes) []Rule {
	c := firstOr(codes, func() SQLCodes {
		database := builtin.Code(12)
		return SQLCodes{NotFound: builtin.Code(10), Unavailable: database.WithReason("TEMPORARILY_UNAVAILABLE"), Database: database}
	})
	is := func(want fault) func(error) bool { return func(err error) bool { return faultOf(err) == want } }
	return []Rule{
		MapIs(sql.ErrNoRows, c.NotFound).ifSet(),
		mapTo(c.Unavailable, is(faultTemporary)).ifSet(),
		mapTo(c.Database, is(faultLasting)).ifSet(),
	}
}

// firstOr returns the first of the codes that were given, or the default ones.
func firstOr[C any](given []C, standard func() C) C {
	if len(given) > 0 {
		return given[0]
	}
	return standard()
}
