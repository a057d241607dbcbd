// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestSQLRulesOfSeveralErrors: a transaction that failed gives the rollback's error, too.
func TestSQLRulesOfSeveralErrors(t *testing.T) {
	database, unavailable := errpactv1err.Database, errpactv1err.DatabaseTemporarilyUnavailable
	checkRules(t, newPolicy(t, mapping.WithRules(mapping.SQLRules()...)), map[error]mapping.Code{
		errors.Join(stateError("40001"), sql.ErrTxDone):            unavailable,
		errors.Join(sql.ErrTxDone, stateError("40001")):            unavailable,
		errors.Join(stateError("40001"), stateError("25P02")):      unavailable,
		errors.Join(stateError("23505"), stateError("40001")):      database,
		errors.Join(stateError("23505"), driver.ErrBadConn):        database,
		errors.Join(driver.ErrBadConn, stateError("23505")):        unavailable,
		errors.Join(stateError("08006"), driver.ErrBadConn):        database,
		errors.Join(driver.ErrBadConn, stateError("08006")):        database, // nobody knows what was done
		fmt.Errorf("a: %w, b: %w", sql.ErrConnDone, sql.ErrTxDone): unavailable,
		errors.Join(errMine, sql.ErrTxDone):                        database,
		errors.Join(sql.ErrNoRows, sql.ErrTxDone):                  errpactv1err.NotExist,
		errors.Join(stateError("57014"), driver.ErrBadConn):        database,
	})
}

// TestG3ADriversWordsForTheCallersEnd: where the request has ended, an interrupted statement is a consequence. Where
// it lives, it is the database's.
func TestG3ADriversWordsForTheCallersEnd(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	database, unavailable := errpactv1err.Database, errpactv1err.DatabaseTemporarilyUnavailable
	remote := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 13, Wire: true, Cause: sql.ErrTxDone})
	for _, test := range []struct {
		name  string
		err   error
		alive mapping.Code
		// theirs says that it is the caller's end if the request has ended.
		theirs bool
	}{
		{"ErrTxDone", sql.ErrTxDone, database, true},
		{"ErrTxDone, wrapped", fmt.Errorf("commit: %w", sql.ErrTxDone), database, true},
		{"ErrTxDone, joined", errors.Join(errMine, sql.ErrTxDone), database, true},
		{"ErrConnDone", sql.ErrConnDone, unavailable, true},
		{"ErrBadConn", driver.ErrBadConn, unavailable, true},
		{"ErrBadConn, by its Is", badConn{}, unavailable, true},
		{"query_canceled", stateError("57014"), database, true},
		{"query_canceled and a rollback", errors.Join(stateError("57014"), sql.ErrTxDone), database, true},
		{"of an entry", errpactv1err.NotAllowed.Wrap(sql.ErrTxDone), errpactv1err.NotAllowed, true},
		{"of an entry of an entry", errpactv1err.NotAllowed.Wrap(errpactv1err.Database.Wrap(driver.ErrBadConn)), errpactv1err.NotAllowed, true},
		{"a statement that the driver closed", errors.New("sql: statement is closed"), errpactv1err.Unknown, true},
		{"pgx's ErrTxClosed", fmt.Errorf("commit: %w", errors.New("tx is closed")), errpactv1err.Unknown, true},
		{"a unique violation", stateError("23505"), database, false},
		{"a deadlock", stateError("40P01"), unavailable, false},
		{"a lost connection", stateError("08006"), database, false},
		{"shutting down", stateError("57P01"), database, false},
		{"no rows", sql.ErrNoRows, errpactv1err.NotExist, false},
		{"another's text", errors.New(sql.ErrTxDone.Error()), errpactv1err.Unknown, false},
		{"another service's", remote, errpactv1err.ExternalServiceRejected, false},
	} {
		for state, ctx := range map[string]context.Context{"alive": t.Context(), "canceled": gone, "expired": late, "about to end": aboutToEnd{t.Context()}, "unknown": nil} {
			var told reported.Reports
			call := &mapping.Call{Context: ctx, Classify: transport.ClassifyConnect}
			answer := newPolicy(t, mapping.WithRules(mapping.SQLRules()...), mapping.WithReport(told.Add)).Translate(call, test.err)
			answer.Report(call)
			ended := map[string]mapping.ConnectCode{"canceled": 1, "expired": 4}[state]
			own := test.alive == errpactv1err.NotAllowed
			report := told.One(t)
			if state == "about to end" && test.err == error(stateError("57014")) {
				continue // its code says that it was canceled
			}
			if theirs := ended != 0 && test.theirs; report.CallerGone != theirs && state != "about to end" {
				t.Errorf("%s, %s: CallerGone = %t", test.name, state, report.CallerGone)
			}
			switch got := answer.Error(); {
			case ended != 0 && test.theirs && !own:
				if got.ConnectCode() != ended || got.Code() != errpactv1err.Unknown {
					t.Errorf("%s, %s: %v", test.name, state, got)
				}
			case state == "about to end" && errors.Is(test.err, stateError("57014")):
			case !errors.Is(got, test.alive):
				t.Errorf("%s, %s: %v, want %v", test.name, state, got, test.alive)
			}
		}
	}
}

// aboutToEnd is always 5 ms from its deadline, however slow the machine is.
type aboutToEnd struct{ context.Context }

func (aboutToEnd) Deadline() (time.Time, bool) { return time.Now().Add(5 * time.Millisecond), true }

// badConn calls itself driver.ErrBadConn, as a driver's own errors may.
type badConn struct{}

func (badConn) Error() string        { return "bad" }
func (badConn) Is(target error) bool { return target == driver.ErrBadConn }

// The types below are not a driver's, whatever they have.
type (
	codeMethod  struct{ n int }
	numberField struct{ Number uint16 }
	errorCode   struct{ n int }
	codeField   struct{ Code int }
	// MySQLError has the name, in another package.
	MySQLError struct {
		Number   uint16
		SQLState [5]byte
		Message  string
	}
	// Error has the name of three of them.
	Error struct {
		Number int32
		Code   int
	}
)

func (e codeMethod) Error() string  { return "code" }
func (e codeMethod) Code() int      { return e.n }
func (e numberField) Error() string { return "number" }
func (e errorCode) Error() string   { return "error code" }
func (e errorCode) ErrorCode() int  { return e.n }
func (e codeField) Error() string   { return "code" }
func (e *MySQLError) Error() string { return "mysql" }
func (e Error) Error() string       { return "error" }

func TestSQLRulesDoNotTakeOthersErrors(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.SQLRules()...))
	for _, err := range []error{
		codeMethod{5}, codeMethod{1205}, &codeMethod{9}, numberField{1213}, &numberField{1040}, errorCode{1205}, &errorCode{1222}, codeField{5}, &codeField{6},
		&MySQLError{Number: 1213, SQLState: [5]byte{'4', '0', '0', '0', '1'}}, Error{Number: 1205, Code: 5}, &Error{Number: 1205, Code: 5},
		errors.New("database is locked (5) (SQLITE_BUSY)"), errors.New("Error 1213 (40001): Deadlock found"), (*MySQLError)(nil),
	} {
		if got := translate(p, err); got.Code() != errpactv1err.Unknown {
			t.Errorf("%#v became %v", err, got)
		}
	}
}
