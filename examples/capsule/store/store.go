// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps capsule's folders and tokens in a database. Its queries are plain SQL with
// numbered placeholders, which SQLite and PostgreSQL both take; what only one of them has is in
// sqlite.go, postgres.go and the folders of migrations.
//
// Its errors are its own or the driver's, wrapped with what was being done. What a caller of the
// API sees of them is decided elsewhere, by [Rules].
package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNotExist says that the folder or the token is not there.
	ErrNotExist = errors.New("store: no such row")
	// ErrSessionToken says that a session token is unknown, used or over.
	ErrSessionToken = errors.New("store: session token is unknown, used or over")
)

// Store is safe for concurrent use. Make one with [Open].
type Store struct {
	db *sql.DB
	// snapshot are the options of a transaction that sees one state of the database throughout.
	snapshot sql.TxOptions
	// timeout bounds a transaction. Without it, a caller who waits for ever would wait for ever
	// where the machine of a database has vanished: it says nothing more, not even goodbye.
	timeout time.Duration
	// health finds faults of the database that its driver does not report. It is asked before
	// every transaction, and after every one that wrote.
	health func(op operation) error
}

// transactionTimeout is long for a full container on a slow disk.
const transactionTimeout = 20 * time.Second

// Open opens a database and brings it to the present schema: PostgreSQL's where name is a URL that
// begins with postgres:// or postgresql://, else that in the file of this name, as [OpenSQLite]
// does. A statement that finds what it needs locked waits for lockTimeout.
func Open(ctx context.Context, name string, lockTimeout time.Duration) (*Store, error) {
	if isPostgres(name) {
		return OpenPostgres(ctx, name, lockTimeout)
	}
	return OpenSQLite(ctx, name, lockTimeout)
}

// operation is what health is asked about.
type operation int

const (
	reading operation = iota
	writing
	written
)

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// view runs fn in a transaction that sees one state of the database.
func (s *Store) view(ctx context.Context, what string, fn query) error {
	err := s.health(reading)
	if err == nil {
		err = s.transact(ctx, &s.snapshot, fn)
	}
	return wrap(what, err)
}

// update runs fn in a transaction: all that it writes is stored, or nothing.
func (s *Store) update(ctx context.Context, what string, fn query) error {
	err := s.health(writing)
	if err == nil {
		err = s.transact(ctx, nil, fn)
	}
	if err == nil {
		err = s.health(written)
	}
	return wrap(what, err)
}

// query is what happens in a transaction, whose context is not its caller's: it ends sooner.
type query = func(ctx context.Context, tx *sql.Tx) error

func (s *Store) transact(ctx context.Context, opts *sql.TxOptions, fn query) error {
	timed, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := s.commit(timed, opts, fn)
	if err != nil && timed.Err() != nil && ctx.Err() == nil {
		// The store itself gave up. Drivers and database/sql have many words for a connection that a
		// context has cut, not all of which are the context's.
		return errors.Join(err, timed.Err())
	}
	return err
}

func (s *Store) commit(ctx context.Context, opts *sql.TxOptions, fn query) error {
	tx, err := s.db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	if err := fn(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// databaseError is an error of the database, whatever its driver calls it.
type databaseError struct {
	doing string
	err   error
}

func (e *databaseError) Error() string { return e.doing + ": " + e.err.Error() }

func (e *databaseError) Unwrap() error { return e.err }

// wrap says what was being done, and tells the errors of the database from what it answered.
func wrap(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotExist), errors.Is(err, ErrExist), errors.Is(err, ErrSessionToken):
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &databaseError{doing, err}
}

// affected is ErrNotExist where a statement changed no row.
func affected(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotExist
	}
	return err
}

// hash is what is kept of a token.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// The database has times as microseconds: both dialects have integers, and each its own dates.

func toMicros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
