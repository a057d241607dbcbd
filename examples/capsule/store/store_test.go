// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// opener opens a store that is there already, or a new one.
type opener = func(*testing.T) *store.Store

// behaviours are what every database has to do.
var behaviours = map[string]func(t *testing.T, reopen opener){
	"Folders":           testFolders,
	"Access":            testAccess,
	"OneFolder":         testSessionTokenIsGoodForOneFolder,
	"SessionTokenEnds":  testSessionTokenEnds,
	"AllOrNothing":      testCreateFolderIsAllOrNothing,
	"OrderOfMedia":      testOrderOfMedia,
	"OneState":          testViewSeesOneState,
	"KeysThatAreNoText": testKeysThatAreNoText,
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

func testFolders(t *testing.T, reopen opener) {
	ctx := t.Context()
	s := reopen(t)
	for _, id := range []string{"f1", "f2", "f3"} {
		if err := create(ctx, s, id); err != nil {
			t.Fatal(err)
		}
	}
	want := folder("f2")
	want.Media[0].Data = nil
	// What was stored is there for the next process too, which finds nothing to migrate.
	got, err := reopen(t).Folder(ctx, "f2")
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

func testAccess(t *testing.T, reopen opener) {
	s := reopen(t)
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

func testSessionTokenIsGoodForOneFolder(t *testing.T, reopen opener) {
	ctx := t.Context()
	s := reopen(t)
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

func testSessionTokenEnds(t *testing.T, reopen opener) {
	s := reopen(t)
	if err := s.IssueSessionToken(t.Context(), "late", now.Add(-time.Minute), now); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateFolder(t.Context(), folder("f1"), "late"); !errors.Is(err, store.ErrSessionToken) {
		t.Errorf("CreateFolder = %v, want ErrSessionToken", err)
	}
}

func testCreateFolderIsAllOrNothing(t *testing.T, reopen opener) {
	ctx := t.Context()
	s := reopen(t)
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
	policy, invalid := mapping.NewPolicy(mapping.WithRules(store.Rules()...))
	if invalid != nil {
		return false
	}
	answer := policy.Translate(nil, err)
	e := answer.Error()
	return e.Code() == want.WithReason("") && e.Reason() == want.Reason()
}

func isTemporary(err error) bool { return is(err, errpactv1err.DatabaseTemporarilyUnavailable) }

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func testOrderOfMedia(t *testing.T, reopen opener) {
	s := reopen(t)
	must(t, s.IssueSessionToken(t.Context(), "once", now, now.Add(time.Minute)))
	f := folder("f1")
	f.Media = nil
	want := []string{"media/B.jpg", "media/_.jpg", "media/a-b.jpg", "media/aa.jpg", "media/Ä.jpg"}
	for _, name := range slices.Backward(want) {
		f.Media = append(f.Media, store.Media{Name: name, Data: []byte{0, 0xff}})
	}
	must(t, s.CreateFolder(t.Context(), f, "once"))
	f, err := s.Folder(t.Context(), "f1")
	must(t, err)
	var got []string
	for _, m := range f.Media {
		got = append(got, m.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// A folder that comes and goes is read with its media, or not at all.
func testViewSeesOneState(t *testing.T, reopen opener) {
	s := reopen(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		defer cancel()
		for i := range 50 {
			if err := errors.Join(create(t.Context(), s, "f1"), s.DeleteFolder(t.Context(), "f1")); err != nil {
				t.Errorf("round %d: %v", i, err)
			}
		}
	})
	for ctx.Err() == nil {
		f, err := s.Folder(t.Context(), "f1")
		if err != nil && !errors.Is(err, store.ErrNotExist) && !isTemporary(err) || err == nil && len(f.Media) != 1 {
			t.Errorf("Folder = %v, %v, want it with its media, or ErrNotExist", f, err)
			break
		}
	}
	wg.Wait()
}

func testKeysThatAreNoText(t *testing.T, reopen opener) {
	s := reopen(t)
	for _, id := range []string{"\x00", "f\x00", strings.Repeat("x", 1<<20)} {
		for what, err := range map[string]error{
			"Folder":       second(s.Folder(t.Context(), id)),
			"DeleteFolder": s.DeleteFolder(t.Context(), id),
			"AddAnalysis":  s.AddAnalysis(t.Context(), store.Analysis{ID: "a", FolderID: id, Type: "QUALITY", Created: now}),
			"Access":       second(s.Access(t.Context(), id)),
		} {
			if !errors.Is(err, store.ErrNotExist) {
				t.Errorf("%s of %.20q = %v, want ErrNotExist", what, id, err)
			}
		}
	}
}
