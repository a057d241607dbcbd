// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps capsule's folders and tokens in a database. Its queries are plain SQL with
// numbered placeholders, which SQLite and PostgreSQL both take; what only one of them has is in
// sqlite.go and migrations/sqlite.
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

// Store is safe for concurrent use. Make one with [OpenSQLite].
type Store struct {
	db *sql.DB
	// health finds faults of the database that its driver does not report. It is asked before
	// every transaction, and after every one that wrote.
	health func(op operation) error
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
func (s *Store) view(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	err := s.health(reading)
	if err == nil {
		err = s.transact(ctx, &sql.TxOptions{ReadOnly: true}, fn)
	}
	return wrap(what, err)
}

// update runs fn in a transaction: all that it writes is stored, or nothing.
func (s *Store) update(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	err := s.health(writing)
	if err == nil {
		err = s.transact(ctx, nil, fn)
	}
	if err == nil {
		err = s.health(written)
	}
	return wrap(what, err)
}

func (s *Store) transact(ctx context.Context, opts *sql.TxOptions, fn func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
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
