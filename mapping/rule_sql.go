// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// SQLCodes has the codes that [SQLRules] maps a database's errors to. A zero field makes no rule: its
// errors are left to the next rule. So the built-in ERROR_CODE_UNKNOWN, which is the zero Code,
// cannot be chosen here; use [MapIs] or [MapFunc] for that. Later versions may add fields.
type SQLCodes struct {
	// NotFound is for sql.ErrNoRows.
	NotFound Code
	// Unavailable is for errors that can pass if the call is tried again: driver.ErrBadConn,
	// sql.ErrConnDone, and each SQLSTATE that says that the database cannot be reached, shuts down, has
	// no connection to spare, or met a serialization failure, a deadlock or a lock timeout. If it is
	// zero, these do not become Database.
	Unavailable Code
	// Database is for sql.ErrTxDone and for every other SQLSTATE, a full disk included.
	Database Code
}

// SQLRules returns the rules for database/sql, and for drivers whose errors have a method
// SQLState() string, such as pgx's and lib/pq's. Without an argument, the codes are built-in:
// ERROR_CODE_NOT_EXIST, ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE and ERROR_CODE_DATABASE. With an
// argument, only the fields that it sets make rules. Only the first argument is used.
//
// A driver's network errors have no SQLSTATE, and these rules cannot tell them from another
// service's. Wrap all errors of your database in a type of your own, and add a rule for that type.
func SQLRules(codes ...SQLCodes) []Rule {
	c := firstOr(codes, func() SQLCodes {
		database := builtin.Code(12)
		return SQLCodes{NotFound: builtin.Code(10), Unavailable: database.WithReason("TEMPORARILY_UNAVAILABLE"), Database: database}
	})
	return []Rule{
		MapIs(sql.ErrNoRows, c.NotFound).ifSet(),
		MapIs(driver.ErrBadConn, c.Unavailable).ifSet(),
		MapIs(sql.ErrConnDone, c.Unavailable).ifSet(),
		mapTo(c.Unavailable, hasTemporaryState).ifSet(),
		mapTo(c.Database, hasLastingState).ifSet(),
		MapIs(sql.ErrTxDone, c.Database).ifSet(),
	}
}

// firstOr returns the first of the codes that were given, or the default ones.
func firstOr[C any](given []C, standard func() C) C {
	if len(given) > 0 {
		return given[0]
	}
	return standard()
}

func hasTemporaryState(err error) bool {
	state, ok := sqlState(err)
	return ok && isTemporaryState(state)
}

func hasLastingState(err error) bool {
	state, ok := sqlState(err)
	return ok && !isTemporaryState(state)
}

func sqlState(err error) (string, bool) {
	var stated interface {
		error
		SQLState() string
	}
	if !errors.As(err, &stated) || isNil(stated) {
		return "", false
	}
	return stated.SQLState(), true
}

// isTemporaryState goes by SQLSTATE's classes and PostgreSQL's codes: connection exceptions,
// rolled-back transactions, insufficient resources, a lock timeout, and operator intervention
// (shutdown, starting up). A disk does not get emptier by waiting.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func isTemporaryState(state string) bool {
	const diskFull = "53100"
	if state == diskFull {
		return false
	}
	for _, prefix := range [...]string{"08", "40", "53", "55P03", "57P"} {
		if strings.HasPrefix(state, prefix) {
			return true
		}
	}
	return false
}
