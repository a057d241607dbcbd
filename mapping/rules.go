// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
)

// A Rule turns an error of one's own into an error of a catalogue, or does not know it. A nil *Error
// counts as not knowing it. A Rule never sees what came from another service, nor context.Canceled
// and context.DeadlineExceeded: those have rules of their own. It may be called by many goroutines
// at once; a panic in it is answered as an unmapped error.
type Rule func(error) (*Error, bool)

// MapIs is the rule that turns whatever errors.Is target into code, with the error as private cause.
// A nil target matches nothing.
func MapIs(target error, to Code) Rule {
	return notNil(func(err error) (*Error, bool) {
		if target == nil || !errors.Is(err, target) {
			return nil, false
		}
		return to.Wrap(err), true
	})
}

// MapAs is the rule that hands whatever errors.As finds as a T to a function, whose nil result means
// that it does not know the error. An error without a cause gets the error as private cause. A nil
// function matches nothing, nor does a nil pointer of type T.
func MapAs[T error](to func(T) *Error) Rule {
	return notNil(func(err error) (*Error, bool) {
		found, ok := errors.AsType[T](err)
		if !ok || to == nil || isNil(found) {
			return nil, false
		}
		mapped := to(found)
		if mapped == nil {
			return nil, false
		}
		if mapped.cause == nil {
			mapped = mapped.Wrap(err)
		}
		return mapped, true
	})
}

// notNil is a rule that does not know nil, nor a nil pointer in an error, on which errors.Is panics.
func notNil(rule Rule) Rule {
	return func(err error) (*Error, bool) {
		if isNilNode(err) {
			return nil, false
		}
		return rule(err)
	}
}

// SQLRules are the rules for database/sql and for drivers whose errors state an SQLSTATE (a method
// SQLState() string, as pgx's and lib/pq's have). sql.ErrNoRows is ERROR_CODE_NOT_EXIST. A database
// that cannot be reached, shuts down, or has no connection to spare is
// ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE, and so is a serialization failure, a deadlock, or a
// lock not had in time, which trying again can help; all else with an SQLSTATE, a full disk too, is
// ERROR_CODE_DATABASE. They are codes of the built-in catalogue. What a driver says of the network
// has no SQLSTATE, and no rule here can tell it from another service's: that needs a rule of one's
// own, for a type that all of one's database errors are wrapped in.
func SQLRules() []Rule {
	database := builtin.Code(12)
	unavailable := database.WithReason("TEMPORARILY_UNAVAILABLE")
	return []Rule{
		MapIs(sql.ErrNoRows, builtin.Code(10)),
		MapIs(driver.ErrBadConn, unavailable),
		MapIs(sql.ErrConnDone, unavailable),
		notNil(func(err error) (*Error, bool) {
			state, ok := sqlState(err)
			if !ok {
				return nil, false
			}
			if isTemporaryState(state) {
				return unavailable.Wrap(err), true
			}
			return database.Wrap(err), true
		}),
		MapIs(sql.ErrTxDone, database),
	}
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
// rolled-back transactions, insufficient resources, a lock that was not to be had (lock_timeout),
// and operator intervention (shutdown, starting up). A disk does not get emptier by waiting.
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

// FSRules are the rules for files that a caller asks for by name: a file that does not exist is
// ERROR_CODE_NOT_EXIST. A missing unix socket also is fs.ErrNotExist, and a program that is not
// installed; neither is the caller's fault, nor is a file that the server may not read, and so the
// rule knows none of them.
func FSRules() []Rule {
	missing := builtin.Code(10)
	return []Rule{notNil(func(err error) (*Error, bool) {
		var path *fs.PathError
		var link *os.LinkError
		var network *net.OpError
		if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &network) ||
			!errors.As(err, &path) && !errors.As(err, &link) ||
			path != nil && (path.Op == "exec" || path.Op == "fork/exec") {
			return nil, false
		}
		return missing.Wrap(err), true
	})}
}

// NetRules are the rules for connections to other services beyond those that every policy knows
// (dial, DNS and TLS errors, timeouts): one that was closed or cut is
// ERROR_CODE_EXTERNAL_SERVICE/UNREACHABLE, with the built-in catalogue's codes.
func NetRules() []Rule {
	unreachable := builtin.Code(11).WithReason("UNREACHABLE")
	return []Rule{
		MapIs(net.ErrClosed, unreachable),
		notNil(func(err error) (*Error, bool) {
			if !isBroken(err) {
				return nil, false
			}
			return unreachable.Wrap(err), true
		}),
	}
}
