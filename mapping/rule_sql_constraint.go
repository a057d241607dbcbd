// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"reflect"
	"regexp"
	"sync"
)

// constraintOf returns the name of the constraint that an error of a database is about. It is empty where the error
// does not name it. PostgreSQL's drivers have a field for it. The others have it in the text, where the values of the
// caller stand too: each pattern is anchored so that no value can pose as the name.
func constraintOf(err error) string {
	v := reflect.ValueOf(err)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	switch v.Type().PkgPath() {
	case "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgconn":
		return text(v.FieldByName("ConstraintName"))
	case "github.com/lib/pq":
		return text(v.FieldByName("Constraint"))
	case "github.com/go-sql-driver/mysql":
		return firstMatch(mysqlConstraint, text(v.FieldByName("Message")))
	case "github.com/microsoft/go-mssqldb", "github.com/denisenkom/go-mssqldb":
		return firstMatch(sqlServerConstraint, text(v.FieldByName("Message")))
	case "modernc.org/sqlite", "github.com/mattn/go-sqlite3":
		return firstMatch(sqliteConstraint, err.Error())
	}
	return ""
}

// text is a field's; empty if it is not there, or no text.
func text(v reflect.Value) string {
	if v.Kind() != reflect.String {
		return ""
	}
	return v.String()
}

var (
	// "Duplicate entry 'x' for key 'folders.name_key'"; "… CONSTRAINT `files_folder` FOREIGN KEY (…"; "Check
	// constraint 'size_positive' is violated."; MariaDB's "CONSTRAINT `size_positive` failed for `db`.`files`".
	mysqlConstraint = patterns(
		`(?s)^Duplicate entry '.*' for key '(?:[^'.]*\.)?([^'.]+)'$`,
		"(?s)^Cannot .*?, CONSTRAINT `([^`]+)` FOREIGN KEY ",
		`^Check constraint '([^']+)' is violated`,
		"^CONSTRAINT `([^`]+)` failed for ",
	)
	// "Violation of UNIQUE KEY constraint 'UQ_name'. Cannot …"; "Cannot insert duplicate key row in object 'dbo.folders' with
	// unique index 'IX_name'. The …"; "The INSERT statement conflicted with the FOREIGN KEY constraint "FK_folder". The …".
	sqlServerConstraint = patterns(
		`^Violation of (?:UNIQUE|PRIMARY) KEY constraint '([^']+)'`,
		`^Cannot insert duplicate key row in object '[^']+' with unique index '([^']+)'`,
		`^The \w+ statement conflicted with the [A-Z ]+ constraint "([^"]+)"`,
	)
	// "UNIQUE constraint failed: folders.owner, folders.name"; modernc's text has more around it.
	sqliteConstraint = patterns(`^(?:constraint failed: )?(?:UNIQUE|CHECK) constraint failed: (.*?)(?: \(\d+\))?$`)
)

// patterns are compiled on first use: programs without a database do not pay for them.
func patterns(expressions ...string) func() []*regexp.Regexp {
	return sync.OnceValue(func() []*regexp.Regexp {
		var all []*regexp.Regexp
		for _, expression := range expressions {
			all = append(all, regexp.MustCompile(expression))
		}
		return all
	})
}

func firstMatch(patterns func() []*regexp.Regexp, message string) string {
	for _, pattern := range patterns() {
		if match := pattern.FindStringSubmatch(message); match != nil {
			return match[1]
		}
	}
	return ""
}
