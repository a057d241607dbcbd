// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build cgo

package drivers_test

import (
	"context"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/errpact/errpact/mapping"
)

func TestSQLite3(t *testing.T) {
	testSQLite(t, "sqlite3")
	for name, c := range (codes{
		"busy": {sqlite3.Error{Code: sqlite3.ErrBusy}, temporary}, "locked": {sqlite3.Error{Code: sqlite3.ErrLocked}, temporary}, "protocol": {sqlite3.Error{Code: sqlite3.ErrProtocol}, temporary},
		"read-only": {sqlite3.Error{Code: sqlite3.ErrReadonly}, temporary}, "interrupt": {sqlite3.Error{Code: sqlite3.ErrInterrupt}, database}, "full": {sqlite3.Error{Code: sqlite3.ErrFull}, database},
		"corrupt": {sqlite3.Error{Code: sqlite3.ErrCorrupt}, database}, "constraint": {sqlite3.Error{Code: sqlite3.ErrConstraint}, database}, "by a pointer": {&sqlite3.Error{Code: sqlite3.ErrBusy}, temporary},
		"of another busy": {sqlite3.Error{Code: sqlite3.ErrNo(sqlite3.ErrBusySnapshot)}, temporary},
	}) {
		check(t, sqlRules(t), name, c.err, c.want)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	answer := sqlRules(t).Translate(&mapping.Call{Context: gone}, sqlite3.Error{Code: sqlite3.ErrInterrupt})
	if got := answer.Error(); got.ConnectCode() != 1 {
		t.Errorf("an interrupt of a request that is over became %v", got)
	}
}

func TestSQLite3ConstraintsHaveTheirCodes(t *testing.T) { testConstraints(t, "sqlite3") }
