// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package drivers_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/lib/pq"
	mssql "github.com/microsoft/go-mssqldb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// constraints has a code for each kind of constraint, and an error for some by name.
var constraints = mapping.SQLCodes{
	NotFound:    errpactv1err.NotExist,
	Unavailable: errpactv1err.DatabaseTemporarilyUnavailable,
	Database:    errpactv1err.Database,
	Unique:      errpactv1err.InvalidValue,
	ForeignKey:  errpactv1err.NotExist,
	Check:       errpactv1err.InvalidType,
	Constraints: map[string]*mapping.Error{
		"folders_name_key":            errpactv1err.InvalidValue.WithField("name", "is taken"),
		"folders.owner, folders.name": errpactv1err.InvalidValue.WithField("name", "is taken"),
		"size_positive":               errpactv1err.InvalidValue.WithField("size", "must be positive"),
		"files_folder":                errpactv1err.InvalidValue.WithField("folder", "does not exist"),
		"nothing":                     nil,
	},
}

func TestConstraintsHaveTheirCodes(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.SQLRules(constraints)...))
	must(t, err)
	mysqlError := func(number uint16, message string) error { return &mysql.MySQLError{Number: number, Message: message} }
	sqlServer := func(number int32, message string) error { return mssql.Error{Number: number, Message: message} }
	for name, test := range map[string]struct {
		err   error
		want  mapping.Code
		field string
	}{
		"pgx, unique by name":      {&pgconn.PgError{Code: "23505", ConstraintName: "folders_name_key"}, errpactv1err.InvalidValue, "name"},
		"pgx, another unique":      {&pgconn.PgError{Code: "23505", ConstraintName: "folders_pkey"}, errpactv1err.InvalidValue, ""},
		"pgx, exclusion":           {&pgconn.PgError{Code: "23P01"}, errpactv1err.InvalidValue, ""},
		"pgx, foreign key":         {&pgconn.PgError{Code: "23503", ConstraintName: "other"}, errpactv1err.NotExist, ""},
		"pgx, check by name":       {&pgconn.PgError{Code: "23514", ConstraintName: "size_positive"}, errpactv1err.InvalidValue, "size"},
		"pgx, nil by name":         {&pgconn.PgError{Code: "23514", ConstraintName: "nothing"}, errpactv1err.InvalidType, ""},
		"pgx, not null":            {&pgconn.PgError{Code: "23502", ConstraintName: "folders_name_key"}, errpactv1err.Database, ""},
		"pgx, a name by chance":    {&pgconn.PgError{Code: "42P01", ConstraintName: "folders_name_key"}, errpactv1err.Database, ""},
		"lib/pq, unique by name":   {&pq.Error{Code: "23505", Constraint: "folders_name_key"}, errpactv1err.InvalidValue, "name"},
		"lib/pq, foreign key":      {&pq.Error{Code: "23503", Constraint: "files_folder"}, errpactv1err.InvalidValue, "folder"},
		"MySQL 8, unique":          {mysqlError(1062, "Duplicate entry 'a' for key 'folders.folders_name_key'"), errpactv1err.InvalidValue, "name"},
		"MariaDB, unique":          {mysqlError(1062, "Duplicate entry 'a' for key 'folders_name_key'"), errpactv1err.InvalidValue, "name"},
		"MySQL, a name as a value": {mysqlError(1062, "Duplicate entry 'x' for key 'folders_name_key' for key 'folders.PRIMARY'"), errpactv1err.InvalidValue, ""},
		"MySQL, lines in a value":  {mysqlError(1062, "Duplicate entry 'x\ny' for key 'folders.folders_name_key'"), errpactv1err.InvalidValue, "name"},
		"MySQL, foreign key": {mysqlError(1452, "Cannot add or update a child row: a foreign key constraint fails (`d`.`files`, CONSTRAINT `files_folder` FOREIGN KEY (`folder`) REFERENCES `folders` (`id`))"),
			errpactv1err.InvalidValue, "folder"},
		"MySQL, still referred to":   {mysqlError(1451, "Cannot delete or update a parent row: a foreign key constraint fails"), errpactv1err.NotExist, ""},
		"MySQL, check":               {mysqlError(3819, "Check constraint 'size_positive' is violated."), errpactv1err.InvalidValue, "size"},
		"MariaDB, check":             {mysqlError(4025, "CONSTRAINT `size_positive` failed for `d`.`files`"), errpactv1err.InvalidValue, "size"},
		"MySQL, deadlock":            {mysqlError(1213, "Deadlock found"), errpactv1err.DatabaseTemporarilyUnavailable, ""},
		"SQL Server, unique":         {sqlServer(2627, "Violation of UNIQUE KEY constraint 'folders_name_key'. Cannot insert duplicate key in object 'dbo.folders'."), errpactv1err.InvalidValue, "name"},
		"SQL Server, index":          {sqlServer(2601, "Cannot insert duplicate key row in object 'dbo.folders' with unique index 'folders_name_key'. The duplicate key value is (a)."), errpactv1err.InvalidValue, "name"},
		"SQL Server, foreign key":    {sqlServer(547, `The INSERT statement conflicted with the FOREIGN KEY constraint "files_folder". The conflict occurred in database "d".`), errpactv1err.InvalidValue, "folder"},
		"SQL Server, a reference":    {sqlServer(547, `The DELETE statement conflicted with the REFERENCE constraint "other".`), errpactv1err.NotExist, ""},
		"SQL Server, check":          {sqlServer(547, `The INSERT statement conflicted with the CHECK constraint "size_positive". The conflict occurred in database "d".`), errpactv1err.InvalidValue, "size"},
		"SQL Server, another check":  {sqlServer(547, `The UPDATE statement conflicted with the CHECK constraint "other".`), errpactv1err.InvalidType, ""},
		"SQL Server, no such object": {sqlServer(208, "Invalid object name 'folders_name_key'."), errpactv1err.Database, ""},
	} {
		answer := policy.Translate(&mapping.Call{Context: t.Context()}, test.err)
		isConstraint(t, name, answer.Error(), test.want, test.field)
	}
}

func isConstraint(t *testing.T, name string, got *mapping.Error, want mapping.Code, field string) {
	t.Helper()
	found := ""
	for _, f := range got.Fields() {
		found += f.Path
	}
	if !errors.Is(got, want) || found != field {
		t.Errorf("%s: got %v with field %q, want %v with %q", name, got, found, want, field)
	}
}

// testConstraints violates those of a real SQLite, by either driver.
func testConstraints(t *testing.T, driver string) {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.SQLRules(constraints)...))
	must(t, err)
	db := open(t, driver, "file:"+filepath.Join(t.TempDir(), "a.db"))
	db.SetMaxOpenConns(1)
	must(t, exec(t, db, "PRAGMA foreign_keys = ON"))
	must(t, exec(t, db, "CREATE TABLE folders (id TEXT PRIMARY KEY, owner TEXT, name TEXT, UNIQUE (owner, name))"))
	must(t, exec(t, db, "CREATE TABLE files (id TEXT PRIMARY KEY, folder TEXT REFERENCES folders, size INT CONSTRAINT size_positive CHECK (size > 0), kind TEXT NOT NULL)"))
	must(t, exec(t, db, "INSERT INTO folders VALUES ('f', 'o', 'n')"))
	for name, test := range map[string]struct {
		statement string
		want      mapping.Code
		field     string
	}{
		"unique by its columns": {"INSERT INTO folders VALUES ('g', 'o', 'n')", errpactv1err.InvalidValue, "name"},
		"primary key":           {"INSERT INTO folders VALUES ('f', 'p', 'm')", errpactv1err.InvalidValue, ""},
		"foreign key":           {"INSERT INTO files VALUES ('a', 'none', 1, 'x')", errpactv1err.NotExist, ""},
		"check by name":         {"INSERT INTO files VALUES ('a', 'f', 0, 'x')", errpactv1err.InvalidValue, "size"},
		"not null":              {"INSERT INTO files VALUES ('a', 'f', 1, NULL)", errpactv1err.Database, ""},
	} {
		err := exec(t, db, test.statement)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		answer := policy.Translate(&mapping.Call{Context: t.Context()}, err)
		isConstraint(t, name+", "+err.Error(), answer.Error(), test.want, test.field)
	}
}

func TestSQLiteConstraintsHaveTheirCodes(t *testing.T) { testConstraints(t, "sqlite") }
