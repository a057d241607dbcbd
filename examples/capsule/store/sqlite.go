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
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

var (
	// ErrLost says that the database's file is not the one that was opened: it was moved, removed
	// or replaced.
	ErrLost = errors.New("store: database file is gone")
	// ErrReadOnly says that the database's file was made read-only.
	ErrReadOnly = errors.New("store: database file is read-only")
)

//go:embed migrations/sqlite/*.sql
var sqliteMigrations embed.FS

// OpenSQLite opens the database in the file at path, creates it if it does not exist, and brings it to
// the present schema. A statement that finds the database locked waits for lockTimeout.
func OpenSQLite(ctx context.Context, path string, lockTimeout time.Duration) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := sql.Open("sqlite", sqliteName(path, lockTimeout))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	// SQLite has one writer at a time anyway; a few readers beside it are plenty.
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	s := &Store{db: db, snapshot: sql.TxOptions{ReadOnly: true}, timeout: transactionTimeout}
	if s.health, err = prepareSQLite(ctx, db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// create makes an empty file if there is no file. SQLite could, but then it would also make one
// for a connection that it opens later, after the file was removed under a running server. And it
// holds tokens: it is for its owner alone.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // opened and closed here, it would lose the locks that this process holds on it
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteName(path string, lockTimeout time.Duration) string {
	query := url.Values{
		"mode": {"rw"},
		// A transaction that writes takes the lock when it begins, where waiting for it helps.
		"_txlock":       {"immediate"},
		"_busy_timeout": {strconv.FormatInt(lockTimeout.Milliseconds(), 10)},
		"_foreign_keys": {"on"},
		"_journal_mode": {"WAL"},
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	return name.String()
}

func prepareSQLite(ctx context.Context, db *sql.DB, path string) (func(operation) error, error) {
	migrations, err := fs.Sub(sqliteMigrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, db, migrations, ""); err != nil {
		return nil, fmt.Errorf("migrate database: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return (&file{path: path, info: info}).health, nil
}

// file is the database's file as it was when it was opened.
type file struct {
	path string
	info fs.FileInfo
}

// health reports what SQLite does not notice. On Unix it goes on with a file that has lost its
// name: everything then succeeds, and is lost when the process ends. And open files can be written
// to after the mode has changed, by root always. Who takes write permission away means it.
func (f *file) health(op operation) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	if !os.SameFile(info, f.info) {
		return fmt.Errorf("%w: another file has its name", ErrLost)
	}
	if op == writing && info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%w: mode is %v", ErrReadOnly, info.Mode())
	}
	if op == written {
		// What was committed is in the log until SQLite moves it.
		if _, err := os.Stat(f.path + "-wal"); err != nil {
			return fmt.Errorf("%w: %w", ErrLost, err)
		}
	}
	return nil
}
