// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package store has the domain errors of the service on the page about adopting errpact.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
)

// ErrNotFound is the error for a folder that is not there.
var ErrNotFound = errors.New("store: no such row in table folders")

// A BusyError is the error for a database that is locked.
type BusyError struct{ Wait time.Duration }

func (e *BusyError) Error() string { return fmt.Sprintf("store: locked for %v", e.Wait) }

// A Store finds every folder but three, each of which gives another error.
type Store struct{}

// Find returns the folder with this id.
func (*Store) Find(_ context.Context, id string) (*capsulev1.Folder, error) {
	switch id {
	case "missing":
		return nil, fmt.Errorf("find %s: %w", id, ErrNotFound)
	case "locked":
		return nil, fmt.Errorf("find %s: %w", id, &BusyError{Wait: 2 * time.Second})
	case "broken":
		return nil, errors.New("dial tcp 10.0.0.7:5432: password authentication failed")
	}
	return &capsulev1.Folder{FolderId: id}, nil
}
