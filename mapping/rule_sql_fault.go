// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
)

// A fault is what an error of a database means for whoever might try again.
type fault uint8

const (
	// faultTemporary: nothing was done, and trying again can help.
	faultTemporary fault = iota + 1
	// faultLasting: anything else.
	faultLasting
	// faultLost: the connection was lost in use. Nobody knows what was done.
	faultLost
	// faultInterrupted: somebody ended the statement.
	faultInterrupted
	// faultTimeLimit: the statement reached a time limit, which may be the rest of the request's time.
	faultTimeLimit
	// faultAfter: a transaction, or a connection, was over already: of something that happened before.
	faultAfter
	// faultUnique, faultForeignKey and faultCheck: the data violates a constraint.
	faultUnique
	faultForeignKey
	faultCheck
)

func (f fault) isConstraint() bool { return f >= faultUnique }

// faultOf returns what the errors of a database in the tree mean, and the error that decides: faultTemporary,
// faultLasting, one of a constraint, or 0. The first one decides, unless a connection was lost: then a rollback
// that met no connection does not undo that.
func faultOf(err error) (first fault, decides error) {
	after := false
	for node := range nodesOf(err) {
		switch f := faultOfNode(node); {
		case f == faultLost:
			return faultLasting, node
		case f == faultAfter:
			after = true
		case f != 0 && first == 0:
			first, decides = f, node
		}
	}
	switch {
	case first == faultInterrupted, first == faultTimeLimit, first == 0 && after:
		return faultLasting, decides
	}
	return first, decides
}

// isInterrupted reports whether the tree has an error of drivers, or of database/sql, for a statement whose context has
// ended under them. All of it has other reasons, too: it means that only where the context has ended.
func isInterrupted(ctx context.Context, err error) bool {
	return anyNode(err, func(err error) bool {
		switch faultOfNode(err) {
		case faultInterrupted, faultAfter:
			return true
		case faultTimeLimit:
			return isOverdue(ctx)
		}
		return isBadConn(err) || isClosedText(err)
	})
}

// isClosedText finds errors of which nothing but the text is known: database/sql's, which has no name, for a statement
// that is used after it was closed, as the driver closes those of a transaction whose context has ended, and
// pgx.ErrTxClosed.
func isClosedText(err error) bool {
	return isText(err, "sql: statement is closed", "tx is closed")
}

// isBadConn finds driver.ErrBadConn, and what calls itself that.
func isBadConn(err error) bool { return isNode(err, driver.ErrBadConn) || isNode(err, sql.ErrConnDone) }

// faultOfNode judges one error, not what it wraps. It is 0 of any that no database made.
func faultOfNode(err error) fault {
	if isBadConn(err) {
		return faultTemporary
	}
	if isNode(err, sql.ErrTxDone) {
		return faultAfter
	}
	if f := faultOfDriver(err); f != 0 {
		return f
	}
	if stated, ok := err.(interface{ SQLState() string }); ok {
		return faultOfState(stated.SQLState())
	}
	return 0
}

// faultOfState goes by SQLSTATE's classes and PostgreSQL's codes. A disk does not get emptier by waiting, and a
// constraint that fails at the end of a transaction fails again.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
func faultOfState(state string) fault {
	switch state {
	case "08001", "08003", "08004", // no connection, refused
		"25006", // read-only: a standby's answer, too, to whoever was connected to it when it was the primary
		"55P03", // lock_timeout
		"57P03": // starting up
		return faultTemporary
	case "08006", "08007", "40003", "57P01", "57P02": // lost, unknown outcome, shut down, crashed
		return faultLost
	case queryCanceled:
		return faultInterrupted
	case "23505", "23P01": // unique, and exclusion
		return faultUnique
	case "23503":
		return faultForeignKey
	case "23514":
		return faultCheck
	case "40002", "53100": // integrity constraint, disk full
		return faultLasting
	}
	switch {
	case strings.HasPrefix(state, "40"), strings.HasPrefix(state, "53"): // rolled back, insufficient resources
		return faultTemporary
	}
	return faultLasting
}
