// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
)

// Analyses returns the analyses of a folder, the oldest first, or [ErrNotExist] if there is no such
// folder.
func (s *Store) Analyses(ctx context.Context, folderID string) (analyses []Analysis, err error) {
	if !isText(folderID) {
		return nil, ErrNotExist
	}
	err = s.view(ctx, "list analyses", func(ctx context.Context, tx *sql.Tx) error {
		var one int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM folders WHERE folder_id = $1`, folderID).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotExist
		}
		if err != nil {
			return err
		}
		analyses, err = analysesOf(ctx, tx, folderID)
		return err
	})
	return analyses, err
}

func analysesOf(ctx context.Context, tx *sql.Tx, folderID string) (analyses []Analysis, err error) {
	rows, err := tx.QueryContext(ctx,
		`SELECT analysis_id, type, created_at FROM analyses WHERE folder_id = $1 ORDER BY created_at, analysis_id`, folderID)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		a := Analysis{FolderID: folderID}
		var created int64
		if err := rows.Scan(&a.ID, &a.Type, &created); err != nil {
			return nil, err
		}
		a.Created = fromMicros(created)
		analyses = append(analyses, a)
	}
	return analyses, rows.Err()
}
