// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"gorm.io/gorm"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// recipes are the lines of docs/rules.md.
var recipes = []mapping.Rule{
	mapping.MapIs(redis.Nil, errpactv1err.NotExist),
	mapping.MapIs(pgx.ErrNoRows, errpactv1err.NotExist),
	mapping.MapIs(gorm.ErrRecordNotFound, errpactv1err.NotExist),
	mapping.MapIs(mongo.ErrNoDocuments, errpactv1err.NotExist),
	mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
		return errpactv1err.NotExist.Wrap(err), ent.IsNotFound(err)
	}),
	mapping.MapAs(func(*types.NoSuchKey) *mapping.Error { return errpactv1err.NotExist.New("") }),
	mapping.MapAs(func(*types.NotFound) *mapping.Error { return errpactv1err.NotExist.New("") }),
	mapping.MapIs(mysql.ErrInvalidConn, errpactv1err.Database),
	mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
		_, hasPath := errors.AsType[*fs.PathError](err)
		return errpactv1err.NotExist.Wrap(err), !hasPath && errors.Is(err, fs.ErrNotExist)
	}),
}

// sqlCodes are those of docs/rules.md, for constraints too.
var sqlCodes = mapping.SQLCodes{
	NotFound:    errpactv1err.NotExist,
	Unavailable: errpactv1err.DatabaseTemporarilyUnavailable,
	Database:    errpactv1err.Database,
	ForeignKey:  errpactv1err.NotExist,
	Constraints: map[string]*mapping.Error{
		"folders_name_key": errpactv1err.InvalidValue.WithField("name", "is taken"),
	},
}

// unique is the rule of docs/rules.md for what is there already.
var unique = mapping.MapAs(func(e *pgconn.PgError) *mapping.Error {
	if e.Code != "23505" {
		return nil
	}
	return errpactv1err.InvalidValue.WithField("name", "is taken")
})

// ent is what ent generates into each project, and no module has.
var ent entPackage

type entPackage struct{}

type entNotFoundError struct{ label string }

func (e *entNotFoundError) Error() string { return "ent: " + e.label + " not found" }

func (entPackage) IsNotFound(err error) bool {
	_, ok := errors.AsType[*entNotFoundError](err)
	return ok
}

func TestRecipes(t *testing.T) {
	p := sqlRules(t, append(recipes, unique)...)
	for err, want := range map[error]mapping.Code{
		redis.Nil: errpactv1err.NotExist, pgx.ErrNoRows: errpactv1err.NotExist, gorm.ErrRecordNotFound: errpactv1err.NotExist, mongo.ErrNoDocuments: errpactv1err.NotExist,
		&entNotFoundError{"folder"}: errpactv1err.NotExist, &types.NoSuchKey{}: errpactv1err.NotExist, &types.NotFound{}: errpactv1err.NotExist,
		mysql.ErrInvalidConn: database, &pgconn.PgError{Code: "23505"}: errpactv1err.InvalidValue,
		fs.ErrNotExist: errpactv1err.NotExist, &fs.PathError{Op: "chdir", Err: fs.ErrNotExist}: errpactv1err.Unknown,
		&types.NoSuchBucket{}: errpactv1err.Unknown, redis.ErrClosed: errpactv1err.Unknown, gorm.ErrInvalidTransaction: errpactv1err.Unknown, mongo.ErrClientDisconnected: errpactv1err.Unknown,
	} {
		answer := p.Translate(&mapping.Call{Context: t.Context()}, fmt.Errorf("get: %w", err))
		if got := answer.Error(); !errors.Is(got, want) {
			t.Errorf("%T %v became %v, want %v", err, err, got, want)
		}
	}
}

func TestConstraintsOfThePage(t *testing.T) {
	p, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.SQLRules(sqlCodes)...))
	must(t, err)
	for err, want := range map[error]mapping.Code{
		&pgconn.PgError{Code: "23505", ConstraintName: "folders_name_key"}: errpactv1err.InvalidValue,
		&pgconn.PgError{Code: "23505", ConstraintName: "files_pkey"}:       errpactv1err.Database,
		&pgconn.PgError{Code: "23503"}:                                     errpactv1err.NotExist,
		&pgconn.PgError{Code: "23514"}:                                     errpactv1err.Database,
	} {
		answer := p.Translate(&mapping.Call{Context: t.Context()}, err)
		if got := answer.Error(); !errors.Is(got, want) {
			t.Errorf("%v became %v, want %v", err, got, want)
		}
	}
}

// TestThePageHasTheseRecipes, line by line, so that it says what was tested.
func TestThePageHasTheseRecipes(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	must(t, err)
	source, err := os.ReadFile("recipes_test.go")
	must(t, err)
	var lines int
	for i, block := range strings.Split(string(page), "```") {
		if i%2 == 0 {
			continue
		}
		for _, line := range strings.Split(strings.TrimPrefix(block, "go\n"), "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if lines++; !strings.Contains(string(source), line) {
				t.Errorf("docs/rules.md has a line that no test has: %s", line)
			}
		}
	}
	if lines < len(recipes) {
		t.Errorf("docs/rules.md has %d lines of code", lines)
	}
}
