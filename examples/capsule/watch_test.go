// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net/http"
	"syscall"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/interceptor"
)

// TestShutdownEndsWatching: a stream that follows a folder ends when the server does, and cleanly;
// nobody waits for the other.
func TestShutdownEndsWatching(t *testing.T) {
	s := startServing(t)
	token, err := sessionToken(t.Context(), s.url, "demo-admin")
	must(t, err)
	var packed bytes.Buffer
	must(t, container.Pack(&packed, container.Container{
		Payload:      []byte(`{}`),
		Media:        []container.File{{Name: "media/front.jpg", Data: []byte("front")}},
		SessionToken: token,
	}, []byte(container.DemoKey), container.NoFault))
	client := capsulev1connect.NewFolderServiceClient(http.DefaultClient, s.url, connect.WithInterceptors(interceptor.New()))
	ctx, info := connect.NewClientContext(t.Context())
	info.RequestHeader().Set("Authorization", "Bearer demo-admin")
	created, err := client.CreateFolder(ctx, connect.NewRequest(&capsulev1.CreateFolderRequest{
		Container: &httpbody.HttpBody{Data: packed.Bytes()},
	}))
	must(t, err)
	id := created.Msg.GetFolder().GetFolderId()
	_, err = client.StartAnalysis(ctx, connect.NewRequest(&capsulev1.StartAnalysisRequest{FolderId: id, Type: "QUALITY"}))
	must(t, err)
	stream, err := client.WatchAnalyses(ctx, connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: id, Follow: true}))
	must(t, err)
	if !stream.Receive() {
		t.Fatalf("the stream has no analysis: %v", stream.Err())
	}
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	if stream.Receive() || stream.Err() != nil {
		t.Errorf("the stream ends with %v, want nil", stream.Err())
	}
	must(t, stream.Close())
	if exit := s.wait(t); exit != 0 {
		t.Errorf("exit code = %d, want 0: %s", exit, s.stderr)
	}
}
