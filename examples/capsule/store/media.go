// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
)

// ErrExist says that the folder has a file of the name already.
var ErrExist = errors.New("store: row exists")

// AddMedia adds files to a folder, all of them or none. It returns [ErrNotExist] if there is no such
// folder, and [ErrExist] if it has a file of one of the names.
func (s *Store) AddMedia(ctx context.Context, folderID string, media []Media) error {
	if !isText(folderID) {
		return ErrNotExist
	}
	return s.update(ctx, "add media", func(ctx context.Context, tx *sql.Tx) error {
		// It changes nothing, but that nobody deletes the folder until the transaction ends: the one way
		// to lock a row that SQLite and PostgreSQL both have.
		err := affected(tx.ExecContext(ctx, `UPDATE folders SET created_at = created_at WHERE folder_id = $1`, folderID))
		for i := 0; i < len(media) && err == nil; i++ {
			err = addMedia(ctx, tx, folderID, media[i])
		}
		return err
	})
}

// addMedia leaves the judgement of what is there to the statement itself: between a look and an
// insertion, somebody else could add the same name.
func addMedia(ctx context.Context, tx *sql.Tx, folderID string, m Media) error {
	err := affected(tx.ExecContext(ctx,
		`INSERT INTO media (folder_id, name, size, sha256, data) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (folder_id, name) DO NOTHING`,
		folderID, m.Name, m.Size, m.SHA256, m.Data))
	if errors.Is(err, ErrNotExist) {
		return ErrExist
	}
	return err
}
