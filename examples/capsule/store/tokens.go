// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Role is what the owner of an access token may do.
type Role string

const (
	// Admin may do everything.
	Admin Role = "admin"
	// Operator may read.
	Operator Role = "operator"
)

// Access is what an access token stands for.
type Access struct {
	Role Role
	// Expires is zero where the token never does.
	Expires time.Time
}

// Access looks an access token up, one that is over included, or returns [ErrNotExist].
func (s *Store) Access(ctx context.Context, token string) (Access, error) {
	var a Access
	err := s.view(ctx, "look up access token", func(ctx context.Context, tx *sql.Tx) error {
		var expires sql.NullInt64
		err := tx.QueryRowContext(ctx,
			`SELECT role, expires_at FROM access_tokens WHERE token_hash = $1`, hash(token)).Scan(&a.Role, &expires)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotExist
		}
		if expires.Valid {
			a.Expires = fromMicros(expires.Int64)
		}
		return err
	})
	return a, err
}

// IssueSessionToken stores a session token, good until expires. Tokens that are over by now are
// deleted on the way: nobody else does it.
func (s *Store) IssueSessionToken(ctx context.Context, token string, now, expires time.Time) error {
	return s.update(ctx, "issue session token", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session_tokens WHERE expires_at <= $1`, toMicros(now))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx,
			`INSERT INTO session_tokens (token_hash, expires_at) VALUES ($1, $2)`, hash(token), toMicros(expires))
		return err
	})
}

// useSessionToken deletes the token, so that of two transactions that bring it one finds nothing.
func useSessionToken(ctx context.Context, tx *sql.Tx, token string, now time.Time) error {
	err := affected(tx.ExecContext(ctx,
		`DELETE FROM session_tokens WHERE token_hash = $1 AND expires_at > $2`, hash(token), toMicros(now)))
	if errors.Is(err, ErrNotExist) {
		return ErrSessionToken
	}
	return err
}
