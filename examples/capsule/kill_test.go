// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptrace"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

const (
	uploadsPerKill  = 10
	mediaOfAnUpload = 3
)

// kills has each point of [killing] once by default; `make kill` has more of each.
var kills = flag.Int("kills", 3, "how often to kill the server on each database")

// TestKill kills the server in the middle of uploads, again and again: a folder exists whole or not
// at all, and what was answered 201 exists.
func TestKill(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		testKill(t, filepath.Join(t.TempDir(), "capsule.db"), *kills)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		pg := pgtest.Start(t, "fsync=on", "full_page_writes=on")
		testKill(t, pg.Database(), *kills)
	})
}

func testKill(t *testing.T, db string, kills int) {
	var all []*parcel
	answered := 0
	server := startServing(t, "-db", db)
	for round := range kills {
		var parcels []*parcel
		for range uploadsPerKill {
			parcels = append(parcels, newParcel(t, len(all)+len(parcels), server.url))
		}
		answered += uploadUntilKilled(t, server, parcels, round)
		all = append(all, parcels...)
		server = startServing(t, "-db", db)
		if strings.HasPrefix(db, "postgres") {
			pgtest.WaitUntilIdle(t, db) // it may have read a COMMIT of the server that was killed
		}
		checkStored(t, db, all)
		for _, p := range parcels {
			p.uploadAgain(t, server.url)
		}
	}
	for _, p := range all {
		p.stored = true
	}
	checkStored(t, db, all)
	if exit := server.stop(t); exit != 0 {
		t.Errorf("exit code = %d: %s", exit, server.stderr)
	}
	if answered == 0 || answered == len(all) {
		t.Errorf("of %d uploads %d were answered, want some, and not all", len(all), answered)
	}
}

// uploadUntilKilled uploads all at once, and kills the server when one of them has come to a point
// that each round has another one of. It returns how many uploads were answered all the same.
func uploadUntilKilled(t *testing.T, server *process, parcels []*parcel, round int) int {
	t.Helper()
	kill := sync.OnceFunc(func() { must(t, server.cmd.Process.Kill()) })
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	var wg sync.WaitGroup
	for i, p := range parcels {
		ctx, body := t.Context(), io.Reader(bytes.NewReader(p.packed))
		if i == round%len(parcels) {
			ctx, body = killing(ctx, p, round, kill)
		}
		wg.Go(func() { p.upload(ctx, &http.Client{Transport: transport}, server.url, body) })
	}
	wg.Wait()
	kill() // had the upload that should have done it been cut off by nothing
	_ = server.wait(t)
	answered := 0
	for _, p := range parcels {
		if p.stored {
			answered++
		} else if p.err == nil {
			t.Errorf("upload %d was answered with neither 201 nor an error", p.number)
		}
	}
	return answered
}

// killing makes an upload kill the server: in the middle of its body, when all of it has been sent,
// or when the answer begins to come.
func killing(ctx context.Context, p *parcel, round int, kill func()) (context.Context, io.Reader) {
	whole := bytes.NewReader(p.packed)
	switch round % 3 {
	case 0:
		part := len(p.packed) * (round + 1) / (round + 2)
		first := io.LimitReader(whole, int64(part))
		return ctx, io.MultiReader(first, readerFunc(func() { kill() }), whole)
	case 1:
		trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { kill() }}
		return httptrace.WithClientTrace(ctx, trace), whole
	}
	trace := &httptrace.ClientTrace{GotFirstResponseByte: kill}
	return httptrace.WithClientTrace(ctx, trace), whole
}

// readerFunc is called where a reader's bytes would be.
type readerFunc func()

func (f readerFunc) Read([]byte) (int, error) { f(); return 0, io.EOF }

// upload notes what became of the upload: stored if it was answered 201, else err.
func (p *parcel) upload(ctx context.Context, client *http.Client, url string, body io.Reader) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/folders", body)
	if err != nil {
		p.err = err
		return
	}
	req.ContentLength = int64(len(p.packed))
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Authorization", "Bearer demo-admin")
	resp, err := client.Do(req)
	if err != nil {
		p.err = err
		return
	}
	defer func() { _ = resp.Body.Close() }()
	p.stored = resp.StatusCode == http.StatusCreated // the body may be cut off; the promise has been made
	p.err = rest.CheckResponse(resp)
}

// uploadAgain uploads what may be stored already. If it is, its session token has been used; if not,
// the token is as good as new.
func (p *parcel) uploadAgain(t *testing.T, url string) {
	t.Helper()
	stored := p.stored
	p.upload(t.Context(), http.DefaultClient, url, bytes.NewReader(p.packed))
	switch {
	case stored && !errors.Is(p.err, errpactv1err.ContainerUnpackingFailedInvalidSessionToken):
		t.Errorf("upload %d is stored, and again = %v, want INVALID_SESSION_TOKEN", p.number, p.err)
	case !stored && p.err != nil:
		t.Errorf("upload %d is not stored, and again = %v", p.number, p.err)
	}
	p.stored = true
}

// checkStored: each stored folder is whole, and each of the parcels that was promised to be there is.
// What is there without such a promise is noted.
func checkStored(t *testing.T, db string, parcels []*parcel) {
	t.Helper()
	folders := storedFolders(t, db)
	for _, p := range parcels {
		found := folders[p.payload]
		delete(folders, p.payload)
		switch {
		case len(found) > 1:
			t.Errorf("upload %d is stored %d times", p.number, len(found))
		case len(found) == 0 && p.stored:
			t.Errorf("upload %d was answered 201, and is not there", p.number)
		case len(found) == 1 && !slices.Equal(found[0], p.media):
			t.Errorf("upload %d is there in part, with %d of %d files", p.number, len(found[0]), len(p.media))
		}
		p.stored = len(found) > 0
	}
	for payload := range folders {
		t.Errorf("there is a folder that nobody uploaded: %s", payload)
	}
}
