// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"database/sql"
	"maps"
)

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
	// after which nobody knows what was done, a full disk, and a violated constraint that no field below is for.
	Database Code
	// Unique is for a violated unique constraint, primary key or exclusion constraint. ForeignKey is for a row that
	// refers to one that is not there, or that others refer to. Check is for a violated check constraint. If they
	// are zero, which is the default, these errors become Database: only you know whether they are the caller's fault.
	Unique, ForeignKey, Check Code
	// Constraints has the error for each of the constraints named here, before Unique, ForeignKey and Check are
	// asked. A name is the database's own: "folders_name_key". MySQL names an index without its table; SQLite names
	// a check constraint, and for a unique one its columns, "folders.owner, folders.name". A nil error counts as absent.
	Constraints map[string]*Error
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
	is := func(want fault) func(error) bool {
		return func(err error) bool {
			f, _ := faultOf(err)
			return f == want
		}
	}
	return []Rule{
		MapIs(sql.ErrNoRows, c.NotFound).ifSet(),
		mapTo(c.Unavailable, is(faultTemporary)).ifSet(),
		byConstraint(c.Constraints),
		mapTo(c.Unique, is(faultUnique)).ifSet(),
		mapTo(c.ForeignKey, is(faultForeignKey)).ifSet(),
		mapTo(c.Check, is(faultCheck)).ifSet(),
		mapTo(c.Database, func(err error) bool {
			f, _ := faultOf(err)
			return f != 0 && f != faultTemporary
		}).ifSet(),
	}
}

// byConstraint returns the rule for the constraints that have an error; the zero Rule if no constraint has one.
func byConstraint(errs map[string]*Error) Rule {
	rule := Rule{name: "SQLCodes.Constraints"}
	for _, e := range errs {
		if e != nil {
			rule.codes = append(rule.codes, e.Code())
		}
	}
	if rule.codes == nil {
		return Rule{}
	}
	errs = maps.Clone(errs)
	rule.ask = func(_ context.Context, err error) (*Error, bool) {
		f, node := faultOf(err)
		if !f.isConstraint() {
			return nil, false
		}
		e := errs[constraintOf(node)]
		return e, e != nil
	}
	return rule
}

// firstOr returns the first of the codes that were given, or the default ones.
func firstOr[C any](given []C, standard func() C) C {
	if len(given) > 0 {
		return given[0]
	}
	return standard()
}
