// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// Rules say what a caller of the API sees of a database's errors: its number, and nothing of its
// text. They stand here, since who knows the driver knows its codes.
func Rules() []mapping.Rule {
	rules := []mapping.Rule{
		mapping.MapAs(overdue),
		mapping.MapIs(ErrLost, errpactv1err.Database),
		mapping.MapIs(ErrReadOnly, errpactv1err.Database),
		mapping.MapAs(fromSQLite),
	}
	// What has an SQLSTATE, and database/sql's own.
	rules = append(rules, mapping.SQLRules()...)
	// A driver's errors of the network, which mean another service to whoever does not know that
	// they are the database's. A rule of their own could not tell: it has to be where they come from.
	return append(rules, mapping.MapAs(fromDatabase))
}

// overdue is for what the store itself gave up on: the deadline is not the request's, or no rule
// would be asked. It comes first, since a driver says anything of what it could not finish.
func overdue(err *databaseError) *mapping.Error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return errpactv1err.DatabaseTemporarilyUnavailable.Wrap(err)
}

// fromDatabase takes what no other rule knows. That no connection can be made is a reason to try again.
func fromDatabase(err *databaseError) *mapping.Error {
	if isUnreached(err) {
		return errpactv1err.DatabaseTemporarilyUnavailable.Wrap(err)
	}
	return errpactv1err.Database.Wrap(err)
}

// fromSQLite tells the faults that pass by themselves from those that do not. A file that cannot
// be opened is not among the former: it may be missing as well as busy, and a promise that trying
// again helps would be a guess. https://www.sqlite.org/rescode.html
func fromSQLite(err *sqlite.Error) *mapping.Error {
	const primary = 0xff // the rest is the extended code
	switch err.Code() & primary {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return errpactv1err.DatabaseTemporarilyUnavailable.Wrap(err)
	}
	return errpactv1err.Database.Wrap(err)
}
