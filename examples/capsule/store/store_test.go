// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

var now = time.UnixMicro(1_800_000_000_000_000).UTC()

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
	s, err := store.OpenSQLite(t.Context(), path, 50*time.Millisecond)
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

func folder(id string) store.Folder {
	data := []byte("front")
	return store.Folder{
		ID: id, Created: now, Payload: `{"case": "17"}`,
		Media: []store.Media{{Name: "media/a.jpg", Size: len(data), SHA256: "aa", Data: data}},
	}
}

func create(ctx context.Context, s *store.Store, id string) error {
	if err := s.IssueSessionToken(ctx, "token-"+id, now, now.Add(time.Minute)); err != nil {
		return err
	}
	return s.CreateFolder(ctx, folder(id), "token-"+id)
}

func TestFolders(t *testing.T) {
	ctx := t.Context()
	s, path := open(t)
	for _, id := range []string{"f1", "f2", "f3"} {
		if err := create(ctx, s, id); err != nil {
			t.Fatal(err)
		}
	}
	want := folder("f2")
	want.Media[0].Data = nil
	// What was stored is there for the next process too, which finds nothing to migrate.
	got, err := openAt(t, path).Folder(ctx, "f2")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Folder: %v, (-want +got):\n%s", err, diff)
	}
	list, err := s.Folders(ctx, 2, 1)
	if diff := cmp.Diff([]store.Summary{{ID: "f2", Created: now, Media: 1}, {ID: "f3", Created: now, Media: 1}}, list); err != nil || diff != "" {
		t.Errorf("Folders(2, 1): %v, (-want +got):\n%s", err, diff)
	}
	if err := s.AddAnalysis(ctx, store.Analysis{ID: "a1", FolderID: "f2", Type: "QUALITY", Created: now}); err != nil {
		t.Error(err)
	}
	if err := s.DeleteFolder(ctx, "f2"); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"Folder":       second(s.Folder(ctx, "f2")),
		"DeleteFolder": s.DeleteFolder(ctx, "f2"),
		"AddAnalysis":  s.AddAnalysis(ctx, store.Analysis{ID: "a2", FolderID: "f2", Type: "QUALITY", Created: now}),
	} {
		if !errors.Is(err, store.ErrNotExist) {
			t.Errorf("%s of what was deleted = %v, want ErrNotExist", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestAccess(t *testing.T) {
	s, _ := open(t)
	for token, want := range map[string]store.Access{
		"demo-admin":    {Role: store.Admin},
		"demo-operator": {Role: store.Operator},
		"demo-expired":  {Role: store.Admin, Expires: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		got, err := s.Access(t.Context(), token)
		if err != nil || got != want {
			t.Errorf("Access(%q) = %v, %v, want %v", token, got, err, want)
		}
	}
	if _, err := s.Access(t.Context(), "nobody's"); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("Access of an unknown token = %v, want ErrNotExist", err)
	}
}

func TestSessionTokenIsGoodForOneFolder(t *testing.T) {
	ctx := t.Context()
	s, _ := open(t)
	if err := s.IssueSessionToken(ctx, "once", now, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = s.CreateFolder(ctx, folder(fmt.Sprint("f", i)), "once") })
	}
	wg.Wait()
	created := 0
	for _, err := range errs {
		if err == nil {
			created++
		} else if !errors.Is(err, store.ErrSessionToken) && !isTemporary(err) {
			t.Errorf("CreateFolder = %v, want ErrSessionToken", err)
		}
	}
	list, err := s.Folders(ctx, 100, 0)
	if created != 1 || len(list) != 1 || err != nil {
		t.Errorf("%d calls say that they created a folder, and there are %d (%v), want 1", created, len(list), err)
	}
}

func TestSessionTokenEnds(t *testing.T) {
	s, _ := open(t)
	if err := s.IssueSessionToken(t.Context(), "late", now.Add(-time.Minute), now); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateFolder(t.Context(), folder("f1"), "late"); !errors.Is(err, store.ErrSessionToken) {
		t.Errorf("CreateFolder = %v, want ErrSessionToken", err)
	}
}

func TestCreateFolderIsAllOrNothing(t *testing.T) {
	ctx := t.Context()
	s, _ := open(t)
	if err := s.IssueSessionToken(ctx, "once", now, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	twice := folder("f1")
	twice.Media = append(twice.Media, twice.Media[0]) // breaks the primary key
	if err := s.CreateFolder(ctx, twice, "once"); !is(err, errpactv1err.Database) {
		t.Errorf("CreateFolder = %v, want Database", err)
	}
	if _, err := s.Folder(ctx, "f1"); !errors.Is(err, store.ErrNotExist) {
		t.Errorf("Folder = %v, want ErrNotExist", err)
	}
	if err := s.CreateFolder(ctx, folder("f1"), "once"); err != nil {
		t.Errorf("CreateFolder with the token that was not used up = %v", err)
	}
}

// is says whether the rules make just that of an error.
func is(err error, want mapping.Code) bool {
	for _, rule := range store.Rules() {
		if e, ok := rule(err); ok {
			return e.Code().Number() == want.Number() && e.Reason() == want.Reason()
		}
	}
	return false
}

func isTemporary(err error) bool { return is(err, errpactv1err.DatabaseTemporarilyUnavailable) }

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

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
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
