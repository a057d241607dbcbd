// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

//go:embed migrations/postgres/*.sql
var postgresMigrations embed.FS

// postgresConns is the most connections that one process takes. PostgreSQL has 100 by default, for
// all processes together.
const postgresConns = 16

// connectTimeout bounds the making of a connection, where the URL does not.
const connectTimeout = 5 * time.Second

func isPostgres(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// OpenPostgres opens the PostgreSQL database at url and brings it to the present schema. Any number
// of processes may do so at once. What the URL does not say, libpq's environment does: PGPASSWORD,
// PGSSLROOTCERT and so on. A statement that finds a row or table locked waits for lockTimeout.
func OpenPostgres(ctx context.Context, url string, lockTimeout time.Duration) (*Store, error) {
	config, err := postgresConfig(url, lockTimeout)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := stdlib.OpenDB(*config, stdlib.OptionShouldPing(always))
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresConns)
	if err := preparePostgres(ctx, db); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), db.Close())
	}
	return &Store{
		db: db,
		// PostgreSQL's default shows each statement the state of its own moment.
		snapshot: sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		timeout:  transactionTimeout,
		health:   func(operation) error { return nil },
	}, nil
}

// always asks a connection for a sign of life before every transaction, for a round trip. A database
// that was restarted leaves dead connections behind, each of which would fail someone's request.
func always(context.Context, stdlib.ShouldPingParams) bool { return true }

func postgresConfig(url string, lockTimeout time.Duration) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name": "capsule",
		"lock_timeout":     milliseconds(lockTimeout),
		// Of a transaction whose client has vanished; its locks would stay.
		"idle_in_transaction_session_timeout": milliseconds(transactionTimeout),
	} {
		if _, ok := config.RuntimeParams[name]; !ok {
			config.RuntimeParams[name] = value
		}
	}
	return config, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// migrationLock makes processes migrate one after the other: the second waits, and finds all done.
// CREATE TABLE IF NOT EXISTS alone fails where two run it at once. The number says "capsule" to all
// who use this database, and nothing to PostgreSQL.
const migrationLock = `SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(x'63617073756c65'::bigint)`

func preparePostgres(ctx context.Context, db *sql.DB) error {
	migrations, err := fs.Sub(postgresMigrations, "migrations/postgres")
	if err != nil {
		return err
	}
	return migrate(ctx, db, migrations, migrationLock)
}

// isForeignKeyViolation finds what one of two transactions meets that PostgreSQL runs side by side.
// SQLite runs one after the other.
func isForeignKeyViolation(err error) bool {
	stated, ok := errors.AsType[*pgconn.PgError](err)
	return ok && stated.Code == "23503"
}

// isUnreached reports whether a connection could not be made. A connection that was cut in use does not
// count: nobody knows what was done on it, so nobody should be told to try again.
func isUnreached(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}
