// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func open(t *testing.T) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a folder?", "a#b%20c.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	return openAt(t, path), path
}

func openAt(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	for name, test := range behaviours {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "capsule.db")
			test(t, func(t *testing.T) *store.Store { return openAt(t, path) })
		})
	}
}

func TestFaults(t *testing.T) {
	cases := []struct {
		name      string
		fault     func(t *testing.T, path string)
		readFails bool
		want      mapping.Code
	}{
		{"removed", func(t *testing.T, path string) { must(t, os.Remove(path)) }, true, errpactv1err.Database},
		{"replaced", func(t *testing.T, path string) { must(t, os.Remove(path), os.WriteFile(path, nil, 0o600)) }, true, errpactv1err.Database},
		{"folder removed", func(t *testing.T, path string) { must(t, os.RemoveAll(filepath.Dir(path))) }, true, errpactv1err.Database},
		{"log removed", func(t *testing.T, path string) { must(t, os.Remove(path+"-wal")) }, false, errpactv1err.Database},
		{"made read-only", func(t *testing.T, path string) { must(t, os.Chmod(path, 0o400)) }, false, errpactv1err.Database},
		{"locked", lock, false, errpactv1err.DatabaseTemporarilyUnavailable},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			ctx := t.Context()
			s, path := open(t)
			if err := create(ctx, s, "f1"); err != nil {
				t.Fatal(err)
			}
			tc.fault(t, path)
			err := create(ctx, s, "f2")
			if !is(err, tc.want) {
				t.Errorf("writing = %v, want %v", err, tc.want)
			}
			if _, err := s.Folder(ctx, "f1"); is(err, errpactv1err.Database) != tc.readFails {
				t.Errorf("reading = %v, want an error: %v", err, tc.readFails)
			}
		})
	}
}

func lock(t *testing.T, path string) {
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path))
	must(t, err)
	conn, err := db.Conn(t.Context())
	must(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	must(t, err)
	t.Cleanup(func() { must(t, conn.Close(), db.Close()) })
}

// What a full disk and a file without write permission say, where this process is not root.
func TestRulesKnowTheDriver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	must(t, openAt(t, path).Close())
	insert := "INSERT INTO folders (folder_id, created_at, payload) VALUES ('f', 1, printf('%.1000000c', 'x'))"
	for name, query := range map[string]string{
		"full":      "?_pragma=max_page_count(20)",
		"read-only": "?mode=ro",
	} {
		db, err := sql.Open("sqlite", "file:"+path+query)
		must(t, err)
		if _, err := db.Exec(insert); !is(err, errpactv1err.Database) {
			t.Errorf("%s: %v, want Database", name, err)
		}
		must(t, db.Close())
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	must(t, os.WriteFile(text, []byte(strings.Repeat("no database, but long enough ", 100)), 0o600))
	newer := filepath.Join(folder, "newer.db")
	must(t, openAt(t, newer).Close())
	db, err := sql.Open("sqlite", newer)
	must(t, err)
	_, err = db.Exec("INSERT INTO schema_migrations (version) VALUES (1000)")
	must(t, err, db.Close())
	for path, want := range map[string]string{
		filepath.Join(folder, "none", "x.db"): "no such file",
		text:                                  "not a database",
		newer:                                 "too old for the database",
	} {
		s, err := store.OpenSQLite(t.Context(), path, time.Second)
		if err == nil {
			must(t, s.Close())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("OpenSQLite(%q) = %v, want %q", path, err, want)
		}
	}
}

func TestContextEnds(t *testing.T) {
	s, path := open(t)
	lock(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := create(ctx, s, "f1"); !errors.Is(err, context.Canceled) {
		t.Errorf("create = %v, want context.Canceled", err)
	}
}
