// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// migrate runs the files of migrations that the database has not seen yet, all in one transaction.
// A file's name begins with its version: 0001_folders.sql. Versions start at 1 and have no gaps.
// The transaction begins with the statements of lock, which keep other processes from doing the
// same at once.
func migrate(ctx context.Context, db *sql.DB, migrations fs.FS, lock string) error {
	names, err := fs.Glob(migrations, "*.sql") // sorted
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	if _, err := tx.ExecContext(ctx, lock); err != nil {
		return err
	}
	seen, err := schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if seen > len(names) {
		return fmt.Errorf("schema has version %d, this program knows %d: it is too old for the database", seen, len(names))
	}
	for i, name := range names[seen:] {
		if err := apply(ctx, tx, migrations, name, seen+i+1); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return tx.Commit()
}

// schemaVersion is the version of the last migration that ran, or 0.
func schemaVersion(ctx context.Context, tx *sql.Tx) (version int, err error) {
	_, err = tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY)`)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema_migrations`).Scan(&version)
	return version, err
}

func apply(ctx context.Context, tx *sql.Tx, migrations fs.FS, name string, version int) error {
	prefix, _, _ := strings.Cut(name, "_")
	if n, err := strconv.Atoi(prefix); err != nil || n != version {
		return fmt.Errorf("name must begin with %04d_", version)
	}
	script, err := fs.ReadFile(migrations, name)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(script)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO schema_migrations (version) VALUES ($1)`, version)
	return err
}
