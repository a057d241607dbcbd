// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
)

// call is an RPC that is about a folder.
type call = func(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error

func aFolder(c *capsule) string { return c.folder() }

func noFolder(*capsule) string { return "no-such-folder" }

func damagedRow(c *capsule) string {
	id := c.folder()
	c.exec(`UPDATE folders SET payload = $1 WHERE folder_id = $2`, canary, id)
	return id
}

func issued(c *capsule) string { c.sessionToken(); return "" }

func used(c *capsule) string { return c.folder() }

func doTo(c *capsule, err error) string { must(c.t, err); return "" }

func analyzerKilled(c *capsule) string { c.analyzer.kill(); return c.folder() }

func analyzerWith(fault analyzer.Fault) func(*capsule) string {
	return func(c *capsule) string { c.analyzer.setFault(fault); return c.folder() }
}

func getFolder(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
	_, err := client.GetFolder(ctx, connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: folder}))
	return err
}

func deleteFolder(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
	_, err := client.DeleteFolder(ctx, connect.NewRequest(&capsulev1.DeleteFolderRequest{FolderId: folder}))
	return err
}

func issueToken(ctx context.Context, client capsulev1connect.FolderServiceClient, _ string) error {
	_, err := client.IssueSessionToken(ctx, connect.NewRequest(&capsulev1.IssueSessionTokenRequest{}))
	return err
}

func analyse(what string) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
		_, err := client.StartAnalysis(ctx, connect.NewRequest(&capsulev1.StartAnalysisRequest{FolderId: folder, Type: what}))
		return err
	}
}

func list(limit, offset int32) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, _ string) error {
		_, err := client.ListFolders(ctx, connect.NewRequest(&capsulev1.ListFoldersRequest{Limit: proto.Int32(limit), Offset: offset}))
		return err
	}
}

func create(data string) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, _ string) error {
		_, err := client.CreateFolder(ctx, createRequest([]byte(data)))
		return err
	}
}

// packed is a container with the session token "a-session".
func packed(fault container.Fault, payload ...string) string {
	return packedWith("a-session", fault, payload...)
}

func packedWith(sessionToken string, fault container.Fault, payload ...string) string {
	var b strings.Builder
	err := container.Pack(&b, container.Container{
		Payload:      []byte(strings.Join(append(payload, `{"case": "17"}`)[:1], "")),
		Media:        []container.File{{Name: "media/front.jpg", Data: []byte("front")}},
		SessionToken: sessionToken,
	}, []byte(container.DemoKey), fault)
	if err != nil {
		panic(err)
	}
	return b.String()
}
