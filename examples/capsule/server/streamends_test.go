// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// onStreamWires runs a test with errpact's client on all wires that have all streams.
func onStreamWires(t *testing.T, config server.Config, test func(*testing.T, *capsule, capsulev1connect.FolderServiceClient)) {
	c := start(t, config)
	for _, w := range wires {
		t.Run(w.name, func(t *testing.T) {
			c := &capsule{url: c.url, db: c.db, analyzer: c.analyzer, t: t}
			w.http2 = true
			test(t, c, c.typedClient(w, "demo-admin"))
		})
	}
}

// TestStreamsEndClean: an end is no error, and io.EOF where Connect says io.EOF.
func TestStreamsEndClean(t *testing.T) {
	onStreamWires(t, server.Config{}, func(t *testing.T, c *capsule, client capsulev1connect.FolderServiceClient) {
		folder := c.folder()
		must(t, analyse("QUALITY")(t.Context(), client, folder), analyse("QUALITY")(t.Context(), client, folder))
		if got := c.analyses(folder); got != 2 {
			t.Errorf("WatchAnalyses sends %d, want 2", got)
		}
		must(t, uploadMedia("media/back.jpg", "media/side.jpg")(t.Context(), client, folder))

		stream := client.CompareMedia(t.Context())
		for name, want := range map[string]capsulev1.MediaState{
			"media/front.jpg": capsulev1.MediaState_MEDIA_STATE_SAME,
			"media/back.jpg":  capsulev1.MediaState_MEDIA_STATE_DIFFERENT,
			"media/top.jpg":   capsulev1.MediaState_MEDIA_STATE_MISSING,
		} {
			must(t, stream.Send(&capsulev1.CompareMediaRequest{FolderId: folder, Name: name, Sha256: frontSHA256}))
			answer, err := stream.Receive()
			if err != nil || answer.GetName() != name || answer.GetState() != want {
				t.Errorf("CompareMedia(%s) = %v, %v, want %v", name, answer, err, want)
			}
		}
		must(t, stream.CloseRequest())
		_, err := stream.Receive()
		if _, typed := mapping.From(err); !errors.Is(err, io.EOF) || typed {
			t.Errorf("CompareMedia ends with %v, want io.EOF, which is no error of the catalogue", err)
		}
		must(t, stream.CloseResponse())
	})
}

// analyses is how many analyses a folder has.
func (c *capsule) analyses(folder string) int {
	c.t.Helper()
	stream, err := c.typedClient(wires[0], "demo-operator").WatchAnalyses(c.t.Context(),
		connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: folder}))
	must(c.t, err)
	n := 0
	for stream.Receive() {
		n++
	}
	must(c.t, stream.Err(), stream.Close())
	return n
}

// TestAStreamFollowsAFolderToItsEnd: messages as they come, and then the error.
func TestAStreamFollowsAFolderToItsEnd(t *testing.T) {
	onStreamWires(t, server.Config{WatchInterval: time.Millisecond}, func(t *testing.T, c *capsule, client capsulev1connect.FolderServiceClient) {
		folder := c.folder()
		must(t, analyse("QUALITY")(t.Context(), client, folder))
		stream, err := client.WatchAnalyses(t.Context(),
			connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: folder, Follow: true}))
		must(t, err)
		for range 3 {
			if !stream.Receive() || stream.Msg().GetAnalysis().GetFolderId() != folder {
				t.Fatalf("WatchAnalyses = %v, %v", stream.Msg(), stream.Err())
			}
			must(t, analyse("QUALITY")(t.Context(), client, folder))
		}
		must(t, deleteFolder(t.Context(), client, folder))
		for stream.Receive() { // the last analysis may be sent or not
		}
		e, _ := mapping.From(stream.Err())
		if !errors.Is(stream.Err(), errpactv1err.NotExist) || e.Metadata()["folderId"] != folder || !connect.IsWireError(stream.Err()) {
			t.Errorf("the stream ends with %+v, want NotExist of %s", stream.Err(), folder)
		}
		_ = stream.Close() // says the same
	})
}

// TestAFolderThatVanishesWhileItIsCompared: an answer, and then the error.
func TestAFolderThatVanishesWhileItIsCompared(t *testing.T) {
	onStreamWires(t, server.Config{}, func(t *testing.T, c *capsule, client capsulev1connect.FolderServiceClient) {
		folder := c.folder()
		question := &capsulev1.CompareMediaRequest{FolderId: folder, Name: "media/front.jpg", Sha256: frontSHA256}
		stream := client.CompareMedia(t.Context())
		must(t, stream.Send(question))
		_, err := stream.Receive()
		must(t, err, deleteFolder(t.Context(), client, folder), stream.Send(question))
		if _, err = stream.Receive(); !errors.Is(err, errpactv1err.NotExist) {
			t.Errorf("Receive = %+v, want NotExist", err)
		}
		if err := stream.Send(question); err == nil {
			t.Error("Send after the error succeeds")
		}
		_, _ = stream.CloseRequest(), stream.CloseResponse()
	})
}

// TestUploadMediaIsAllOrNothing: of a stream that fails, nothing stays.
func TestUploadMediaIsAllOrNothing(t *testing.T) {
	onStreamWires(t, server.Config{}, func(t *testing.T, c *capsule, client capsulev1connect.FolderServiceClient) {
		folder := c.folder()
		err := uploadMedia("media/back.jpg", "media/front.jpg")(t.Context(), client, folder)
		if !errors.Is(err, errpactv1err.InvalidValue) {
			t.Errorf("UploadMedia of a name that is there = %v, want InvalidValue", err)
		}
		got, err := client.GetFolder(t.Context(), connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: folder}))
		must(t, err)
		if media := got.Msg.GetFolder().GetMedia(); len(media) != 1 {
			t.Errorf("the folder has %v, want one file", media)
		}
	})
}

// TestClosingEndsWatching: cleanly, or a server could not shut down.
func TestClosingEndsWatching(t *testing.T) {
	closing := make(chan struct{})
	c := start(t, server.Config{Closing: closing})
	folder, client := c.folder(), c.typedClient(wires[0], "demo-admin")
	must(t, analyse("QUALITY")(t.Context(), client, folder))
	stream, err := client.WatchAnalyses(t.Context(),
		connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: folder, Follow: true}))
	must(t, err)
	if !stream.Receive() {
		t.Fatal(stream.Err())
	}
	close(closing)
	if stream.Receive() || stream.Err() != nil {
		t.Errorf("the stream ends with %v, want nil", stream.Err())
	}
	must(t, stream.Close())
}
