// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// TestFullDisk fills the disk under the database with uploads: the first that has no room is
// answered 12, all that was answered 201 is there, and when there is room again, all goes on.
func TestFullDisk(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		disk := smallDisk(t, 4)
		testFullDisk(t, filepath.Join(disk, "capsule.db"), disk)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		disk := smallDisk(t, 9) // a new database takes half of it
		pg := pgtest.Start(t)
		testFullDisk(t, pg.DatabaseIn(filepath.Join(disk, "tablespace")), disk)
	})
}

func testFullDisk(t *testing.T, db, disk string) {
	filler := filepath.Join(disk, "filler")
	must(t, os.WriteFile(filler, make([]byte, 1<<20), 0o600))
	server := startServing(t, "-db", db)
	all := make([]*parcel, 60) // far more than fit
	for i := range all {
		all[i] = newParcel(t, i, server.url) // writes a token: later there may be no room for one
	}
	var last *parcel
	for _, last = range all {
		last.upload(t.Context(), http.DefaultClient, server.url, bytes.NewReader(last.packed))
		if last.err != nil {
			break
		}
	}
	if !errors.Is(last.err, errpactv1err.Database) || errors.Is(last.err, errpactv1err.DatabaseTemporarilyUnavailable) {
		t.Errorf("an upload to a full disk = %v, want 12 without a reason: waiting does not help", last.err)
	}
	checkStored(t, db, all)
	must(t, os.Remove(filler))
	last.uploadAgain(t, server.url)
	if exit := server.stop(t); exit != 0 {
		t.Errorf("exit code = %d: %s", exit, server.stderr)
	}
	checkStored(t, db, all)
}

// smallDisk is a file system with room for so many megabytes. Where this process may not mount one,
// the test is skipped, except in CI.
func smallDisk(t *testing.T, megabytes int) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(filepath.Dir(dir), 0o711)) // PostgreSQL is another user
	out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=755", megabytes), "tmpfs", dir).CombinedOutput()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("cannot mount a small disk: %v: %s", err, out)
		}
		t.Skipf("cannot mount a small disk: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// TestFileLimit is the same without a disk: files may not grow.
func TestFileLimit(t *testing.T) {
	db := filepath.Join(t.TempDir(), "capsule.db")
	server := startServing(t, "-db", db)
	p := newParcel(t, 0, server.url)
	if exit := server.stop(t); exit != 0 {
		t.Fatalf("exit code = %d: %s", exit, server.stderr)
	}
	server = startServingLimited(t, db)
	p.upload(t.Context(), http.DefaultClient, server.url, bytes.NewReader(p.packed))
	if !errors.Is(p.err, errpactv1err.Database) {
		t.Errorf("an upload beyond the limit = %v, want 12", p.err)
	}
	checkStored(t, db, []*parcel{p})
	_ = server.stop(t) // it may not have been able to tidy up
	server = startServing(t, "-db", db)
	p.uploadAgain(t, server.url)
	checkStored(t, db, []*parcel{p})
}

// startServingLimited starts a server whose files may have 64 KiB.
func startServingLimited(t *testing.T, db string) *process {
	t.Helper()
	s := &process{db: db, cmd: capsuleCommand(t, "serve", "-addr", "127.0.0.1:0", "-db", db)}
	shell, err := exec.LookPath("sh")
	must(t, err)
	s.cmd.Args = append([]string{"sh", "-c", `ulimit -f 128 && exec "$0" "$@"`, s.cmd.Path}, s.cmd.Args[1:]...)
	s.cmd.Path = shell
	s.start(t)
	return s
}
