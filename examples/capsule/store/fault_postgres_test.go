// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// postgresFault is something wrong with a PostgreSQL while a store is in use.
type postgresFault struct {
	name  string
	fault func(t *testing.T, pg *pgtest.Server, url string)
	// end undoes it.
	end func(t *testing.T, pg *pgtest.Server, url string)
	// reading and writing are what fails so; [goesOn] is what does not.
	reading, writing mapping.Code
}

// goesOn is where there is no error: it stands for none, and no fault has this one.
var goesOn mapping.Code

var postgresFaults = []postgresFault{
	{
		"stopped",
		func(_ *testing.T, pg *pgtest.Server, _ string) { pg.Stop() },
		func(_ *testing.T, pg *pgtest.Server, _ string) { pg.Start() },
		errpactv1err.DatabaseTemporarilyUnavailable, errpactv1err.DatabaseTemporarilyUnavailable,
	},
	{
		"crashed",
		func(_ *testing.T, pg *pgtest.Server, _ string) { pg.Crash() },
		func(_ *testing.T, pg *pgtest.Server, _ string) { pg.Start() },
		errpactv1err.DatabaseTemporarilyUnavailable, errpactv1err.DatabaseTemporarilyUnavailable,
	},
	{"restarted", func(_ *testing.T, pg *pgtest.Server, _ string) { pg.Restart() }, nothing, goesOn, goesOn},
	{"disconnected", func(t *testing.T, _ *pgtest.Server, url string) { pgtest.Disconnect(t, url) }, nothing, goesOn, goesOn},
	{
		"read-only",
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER DATABASE test1 SET default_transaction_read_only = on")
			pgtest.Disconnect(t, url)
		},
		func(t *testing.T, pg *pgtest.Server, url string) {
			pgtest.Exec(t, pg.URL("postgres"), "ALTER DATABASE test1 RESET ALL") // not read-only
			pgtest.Disconnect(t, url)
		},
		goesOn, errpactv1err.DatabaseTemporarilyUnavailable,
	},
	{
		"table gone",
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER TABLE folders RENAME TO nothing")
		},
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER TABLE nothing RENAME TO folders")
		},
		errpactv1err.Database, errpactv1err.Database,
	},
	{
		"login refused",
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER ROLE capsule NOLOGIN")
			pgtest.Disconnect(t, url)
		},
		func(t *testing.T, _ *pgtest.Server, url string) { pgtest.Exec(t, url, "ALTER ROLE capsule LOGIN") },
		errpactv1err.Database, errpactv1err.Database,
	},
	{
		"no connection to spare",
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER ROLE capsule CONNECTION LIMIT 0")
			pgtest.Disconnect(t, url)
		},
		func(t *testing.T, _ *pgtest.Server, url string) {
			pgtest.Exec(t, url, "ALTER ROLE capsule CONNECTION LIMIT -1")
		},
		errpactv1err.DatabaseTemporarilyUnavailable, errpactv1err.DatabaseTemporarilyUnavailable,
	},
}

func nothing(*testing.T, *pgtest.Server, string) {}

// TestPostgresFaults makes faults one after the other under one store, which gets over each.
func TestPostgresFaults(t *testing.T) {
	pg := pgtest.Start(t)
	url := pg.Database()
	pgtest.Exec(t, url, "CREATE ROLE capsule LOGIN; GRANT ALL ON SCHEMA public TO capsule")
	s := openPostgres(t, pgtest.As("capsule", url))
	must(t, create(t.Context(), s, "f0"))
	for _, tc := range postgresFaults {
		t.Run(tc.name, func(t *testing.T) {
			tc.fault(t, pg, url)
			_, err := s.Folder(t.Context(), "f0")
			checkFault(t, "reading", err, tc.reading)
			checkFault(t, "writing", create(t.Context(), s, tc.name), tc.writing)
			tc.end(t, pg, url)
			_, err = s.Folder(t.Context(), "f0")
			must(t, err)
			if tc.writing != goesOn {
				must(t, create(t.Context(), s, tc.name+" is over"))
			}
		})
	}
}

func checkFault(t *testing.T, doing string, got error, want mapping.Code) {
	t.Helper()
	if want == goesOn && got != nil || want != goesOn && !is(got, want) {
		t.Errorf("%s = %v, want %v", doing, got, want)
	}
}

// TestPostgresFaultsInATransaction: a transaction that is cut off in the middle leaves nothing
// behind, and its session token is good.
func TestPostgresFaultsInATransaction(t *testing.T) {
	pg := pgtest.Start(t)
	for name, cut := range map[string]func(t *testing.T, url string){
		"disconnected": func(t *testing.T, url string) {
			pgtest.Exec(t, url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE NOT granted")
		},
		"restarted": func(*testing.T, string) { pg.Restart() },
		"crashed":   func(*testing.T, string) { pg.Crash(); pg.Start() },
	} {
		t.Run(name, func(t *testing.T) {
			url := pg.Database()
			s := openPostgres(t, url+"&lock_timeout=0")
			must(t, s.IssueSessionToken(t.Context(), "once", now, now.Add(time.Minute)))
			waiting, release := whileLocked(t, pg, url, "media", func() error { return s.CreateFolder(t.Context(), folder("f1"), "once") })
			cut(t, url)
			err := <-waiting
			release()
			if name != "restarted" && !isLost(err) { // or else the table's holder may be stopped first
				t.Errorf("CreateFolder = %v, want DATABASE, and nobody told to try again", err)
			}
			checkWholeOrNotThere(t, s, url, folder("f1"), "once", err)
		})
	}
}

// TestPostgresThatSaysNothing: a machine that has vanished does not even refuse.
func TestPostgresThatSaysNothing(t *testing.T) {
	pg := pgtest.Start(t)
	proxy := pgtest.NewProxy(t, pg)
	s := openPostgres(t, proxy.Of(pg.Database()))
	must(t, create(t.Context(), s, "f1"))
	proxy.Stall()
	s.GiveUpAfter(50 * time.Millisecond)
	if _, err := s.Folder(t.Context(), "f1"); !isTemporary(err) {
		t.Errorf("reading = %v, want TEMPORARILY_UNAVAILABLE", err)
	}
	s.GiveUpAfter(time.Minute)
	proxy.Cut()
	_, err := s.Folder(t.Context(), "f1")
	must(t, err)
}

// TestPostgresThatIsLost cuts the connection after every so many bytes of an upload: the folder is
// there whole, and its session token used, or nothing has happened.
func TestPostgresThatIsLost(t *testing.T) {
	pg := pgtest.Start(t)
	url, proxy := pg.Database(), pgtest.NewProxy(t, pg)
	direct, s := openPostgres(t, url), openPostgres(t, proxy.Of(url))
	const plenty = 1 << 30
	proxy.Cut() // so that the first upload, too, has to connect
	proxy.CutAfter(plenty)
	must(t, s.CreateFolder(t.Context(), largeFolder(t, direct, "folder-00000"), "token-folder-00000"))
	size := plenty - proxy.Left()
	stored := 0
	for n := 1; n <= size; n++ {
		if size-n > 40 { // of the commit, every byte
			n += size / 50
		}
		id := fmt.Sprintf("folder-%05d", n)
		want := largeFolder(t, direct, id)
		proxy.Cut()
		proxy.CutAfter(n)
		err := s.CreateFolder(t.Context(), want, "token-"+id)
		proxy.Cut()
		if checkWholeOrNotThere(t, s, url, want, "token-"+id, err) {
			stored++
		}
		if t.Failed() {
			t.Fatalf("the connection was cut after %d of %d bytes", n, size)
		}
	}
	if stored == 0 {
		t.Error("no cut came after the commit")
	}
}

// isLost says whether a connection was lost in use: what was done on it, the caller has to look at.
func isLost(err error) bool { return is(err, errpactv1err.Database) && !isTemporary(err) }

// checkWholeOrNotThere says whether a folder is there, after its upload has ended in err. If it is,
// it has all its media, and its session token has been used. If it is not, the token is good.
func checkWholeOrNotThere(t *testing.T, s *store.Store, url string, f store.Folder, token string, err error) bool {
	t.Helper()
	if err != nil && !isTemporary(err) && !isLost(err) {
		t.Errorf("CreateFolder = %v, want DATABASE", err)
	}
	pgtest.WaitUntilIdle(t, url) // which may have read a COMMIT that nobody waits for any more
	got, missing := s.Folder(t.Context(), f.ID)
	again := s.CreateFolder(t.Context(), f, token)
	for isTemporary(again) { // the server holds the rows of a lost connection until it has noticed
		again = s.CreateFolder(t.Context(), f, token)
	}
	switch {
	case missing == nil && len(got.Media) != len(f.Media):
		t.Errorf("the folder is there with %d of %d files", len(got.Media), len(f.Media))
	case missing == nil && !errors.Is(again, store.ErrSessionToken):
		t.Errorf("the folder is there, and again = %v, want ErrSessionToken", again)
	case missing != nil && (!errors.Is(missing, store.ErrNotExist) || err == nil || again != nil):
		t.Errorf("the folder is not there: %v after %v, and again = %v", missing, err, again)
	}
	return missing == nil
}

// largeFolder is a folder that takes a while to send, with a session token.
func largeFolder(t *testing.T, s *store.Store, id string) store.Folder {
	t.Helper()
	must(t, s.IssueSessionToken(t.Context(), "token-"+id, now, now.Add(time.Minute)))
	f := folder(id)
	f.Media = nil
	for i := range 3 {
		f.Media = append(f.Media, store.Media{Name: fmt.Sprint("media/", i), Data: make([]byte, 3000)})
	}
	return f
}
