// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// Drivers without an SQLState method are known by the package and the name of their error's type, and by nothing
// else: many errors have a Code, a Number or an ErrorCode. Their codes are read by reflection, so that nobody has
// to import four drivers. The tests in test/drivers hold this against the real types.

// faultOfDriver judges an error of one of these drivers. It is 0 of any other.
func faultOfDriver(err error) fault {
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return 0
	}
	switch t := v.Type(); t.PkgPath() {
	case "github.com/go-sql-driver/mysql":
		if t.Name() == "MySQLError" {
			return faultOfMySQL(number(v.FieldByName("Number")), sqlStateField(v.FieldByName("SQLState")), v.FieldByName("Message").String())
		}
	case "github.com/microsoft/go-mssqldb", "github.com/denisenkom/go-mssqldb":
		switch t.Name() {
		case "Error":
			return faultOfSQLServer(number(v.FieldByName("Number")), v.FieldByName("Message").String())
		case "StreamError": // what is below a RetryableError, too, of which nothing was done: that one decides
			if inner := fmt.Sprint(v.FieldByName("InnerError")); strings.HasPrefix(inner, "did not get cancellation confirmation") {
				return faultInterrupted
			}
			return faultLasting
		}
	case "modernc.org/sqlite":
		if coded, ok := err.(interface{ Code() int }); ok && t.Name() == "Error" {
			return faultOfSQLite(int64(coded.Code()))
		}
	case "github.com/mattn/go-sqlite3":
		if t.Name() == "Error" {
			return faultOfSQLite(cmp.Or(number(v.FieldByName("ExtendedCode")), number(v.FieldByName("Code"))))
		}
	case "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgconn":
		switch t.Name() {
		case "connLockError", "pgconnError": // of a statement, and of a pipeline
			if err.Error() == "conn closed" { // pgx closes that of a query whose context ends
				return faultAfter
			}
		}
	}
	return 0
}

// number is an integer of any size; 0 if the field is not there, as in a later version.
func number(v reflect.Value) int64 {
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return int64(v.Uint())
	}
	return 0
}

// sqlStateField is what is in a [5]byte.
func sqlStateField(v reflect.Value) string {
	if v.Kind() != reflect.Array || v.Type().Elem().Kind() != reflect.Uint8 {
		return ""
	}
	state := make([]byte, v.Len())
	for i := range state {
		state[i] = byte(v.Index(i).Uint())
	}
	return string(state)
}

// faultOfMySQL goes by MySQL's numbers, and MariaDB's, and for a transaction that was rolled back by its SQLSTATE.
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
func faultOfMySQL(number int64, state, message string) fault {
	switch number {
	case 1290: // an option of the server forbids it: to be read-only is one of several
		if !strings.Contains(message, "read-only") && !strings.Contains(message, "read_only") {
			return faultLasting
		}
		return faultTemporary
	case 1205, 3572, 1213, 1613, 1614, 3058, // lock timeout and NOWAIT, deadlocks
		1040, 1203, 1226, // too many connections, of all and of one user
		1836, 3032, 1047, // read-only, offline, and a cluster's node that starts up
		2002, 2003: // no connection
		return faultTemporary
	case 2006, 2013, 1053, 1927: // lost, shut down, killed
		return faultLost
	case 1317: // by KILL QUERY
		return faultInterrupted
	case 3024, 1969: // MySQL's, and MariaDB's
		return faultTimeLimit
	case 1062, 1586, 1169:
		return faultUnique
	case 1216, 1217, 1451, 1452:
		return faultForeignKey
	case 3819, 4025: // MySQL's, and MariaDB's
		return faultCheck
	}
	if state == "40001" || state == "40000" {
		return faultTemporary
	}
	return faultLasting
}

// faultOfSQLServer goes by the numbers of SQL Server and Azure SQL.
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
func faultOfSQLServer(number int64, message string) fault {
	switch number {
	case 2627, 2601:
		return faultUnique
	case 547: // of check constraints, too
		if strings.Contains(message, " CHECK constraint ") {
			return faultCheck
		}
		return faultForeignKey
	case 1205, 1222, 1204, 8645, // deadlock, lock timeout, out of locks, out of memory to run in
		3960, 41301, 41302, 41305, 41325, 41839, // conflicts of snapshots, and what they took down
		17809, 10928, 10929, 10936, 49918, 49919, 49920, 40501, // too many connections, requests, or operations
		3906, 3908, // read-only, being recovered
		904, 922, 927, 976, 983, 4221, 18401, 40613, 42109: // starting up, being recovered or restored, not available now
		return faultTemporary
	case 596, 6005, 40197: // the session was killed, the server shuts down or fails over
		return faultLost
	}
	return faultLasting
}

// faultOfSQLite goes by the primary code. A file that cannot be opened may be missing as well as busy.
// https://www.sqlite.org/rescode.html
func faultOfSQLite(code int64) fault {
	const primary = 0xff // the rest is the extended code
	switch code & primary {
	case 5, 6, 15, 8: // SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_READONLY
		return faultTemporary
	case 9, 4: // SQLITE_INTERRUPT, and SQLITE_ABORT of a query whose transaction was rolled back
		return faultInterrupted
	}
	switch code {
	case 2067, 1555, 2579: // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
		return faultUnique
	case 787: // SQLITE_CONSTRAINT_FOREIGNKEY
		return faultForeignKey
	case 275: // SQLITE_CONSTRAINT_CHECK
		return faultCheck
	}
	return faultLasting
}
