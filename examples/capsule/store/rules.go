// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// Rules say what a caller of the API sees of a database's errors: its number, and nothing of its
// text. They stand here, since who knows the driver knows its codes.
func Rules() []mapping.Rule {
	return append([]mapping.Rule{
		mapping.MapIs(ErrLost, errpactv1err.Database),
		mapping.MapIs(ErrReadOnly, errpactv1err.Database),
		mapping.MapAs(fromSQLite),
	}, mapping.SQLRules()...)
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
