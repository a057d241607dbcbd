// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

func openPostgres(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, 50*time.Millisecond)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// TestPostgreSQL runs what every store must do, on a PostgreSQL.
func TestPostgreSQL(t *testing.T) {
	pg := pgtest.Start(t)
	// Names sort as in a dictionary here, where SQLite sorts by byte.
	dictionary := []string{"TEMPLATE template0", "LOCALE_PROVIDER icu", "ICU_LOCALE 'en-US'"}
	for name, test := range behaviours {
		t.Run(name, func(t *testing.T) {
			url := pg.Database(dictionary...)
			test(t, func(t *testing.T) *store.Store { return openPostgres(t, url) })
		})
	}
	t.Run("AnalysisOfAFolderThatGoes", func(t *testing.T) { testAnalysisOfAFolderThatGoes(t, pg.Database()) })
	t.Run("OpenAtOnce", func(t *testing.T) { testOpenAtOnce(t, pg.Database()) })
	t.Run("Canceled", func(t *testing.T) { testCanceled(t, pg) })
}

// A folder that is deleted while an analysis is being added was not there: the analysis does not
// fail for the database's sake.
func testAnalysisOfAFolderThatGoes(t *testing.T, url string) {
	s := openPostgres(t, url)
	must(t, create(t.Context(), s, "f1"))
	// After the statement has found the folder, and before its foreign key is checked.
	pgtest.Exec(t, url, `CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN DELETE FROM folders; RETURN new; END $$;
		CREATE TRIGGER fault BEFORE INSERT ON analyses FOR EACH ROW EXECUTE FUNCTION fault()`)
	err := s.AddAnalysis(t.Context(), store.Analysis{ID: "a1", FolderID: "f1", Type: "QUALITY", Created: now})
	if !errors.Is(err, store.ErrNotExist) {
		t.Errorf("AddAnalysis = %v, want ErrNotExist", err)
	}
}

func testOpenAtOnce(t *testing.T, url string) {
	var wg sync.WaitGroup
	stores := make([]*store.Store, 8)
	for i := range stores {
		wg.Go(func() {
			var err error
			if stores[i], err = store.Open(t.Context(), url, 50*time.Millisecond); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, s := range stores {
		if s == nil {
			continue
		}
		if err := create(t.Context(), s, fmt.Sprint("f", i)); err != nil {
			t.Error(err)
		}
		list, err := s.Folders(t.Context(), 100, 0)
		if err != nil || len(list) != i+1 {
			t.Errorf("store %d sees %d folders (%v), want %d", i, len(list), err, i+1)
		}
		must(t, s.Close())
	}
}

// whileLocked starts a call while another transaction holds a table, and returns when the call waits
// for it. That goes on until release is called.
func whileLocked(t *testing.T, pg *pgtest.Server, url, table string, call func() error) (done chan error, release func()) {
	t.Helper()
	release = pgtest.Hold(t, url, "LOCK TABLE "+table)
	done = make(chan error, 1)
	go func() { done <- call() }()
	pg.WaitForLock()
	return done, release
}

// What is left of a call that its caller gave up says so, whatever the driver made of it.
func testCanceled(t *testing.T, pg *pgtest.Server) {
	url := pg.Database()
	s := openPostgres(t, url+"&lock_timeout=0")
	ctx, cancel := context.WithCancel(t.Context())
	must(t, s.IssueSessionToken(ctx, "once", now, now.Add(time.Minute)))
	waiting, _ := whileLocked(t, pg, url, "session_tokens", func() error { return s.CreateFolder(ctx, folder("f1"), "once") })
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("CreateFolder = %v, want context.Canceled", err)
	}
}

func TestMigrationsAreAlike(t *testing.T) {
	folders := map[string][]string{}
	for _, database := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob(filepath.Join("migrations", database, "*.sql"))
		must(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			script := strings.NewReplacer("BYTEA", "BLOB", ` COLLATE "C"`, "").Replace(string(text))
			folders[database] = append(folders[database], filepath.Base(file), script)
		}
	}
	if diff := cmp.Diff(folders["sqlite"], folders["postgres"]); diff != "" {
		t.Errorf("migrations (-sqlite +postgres):\n%s", diff)
	}
}

func TestOpenPostgresRefuses(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://u:secret@" + loopback.ClosedAddress(t) + "/x": "refused",
		"postgres://u:secret@/x?host=" + t.TempDir():              fs.ErrNotExist.Error()[:4],
		"postgres://u:secret@h:port/x":                            "port",
		"postgresql://u:secret@h/x?sslmode=perhaps":               "sslmode",
	} {
		s, err := store.Open(t.Context(), url, time.Second)
		if err == nil {
			must(t, s.Close())
		}
		if err == nil || !regexp.MustCompile(`(?s)^(open|migrate) database: .*`+want).MatchString(err.Error()) || strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) = %v, want %q, and no password", url, err, want)
		}
	}
}
