// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// streamCases are errors before, between and after the messages of a stream. TestEveryErrorOnEveryWire
// runs them with all others.
var streamCases = []errorCase{
	{
		name: "6: a stream without a token", token: noToken, call: watch,
		want: errpactv1err.AuthNotProvided, number: 6, status: 401, connect: connect.CodeUnauthenticated,
		message: "Access token is not provided", details: "null",
	},
	{
		name: "9: an operator uploads media", token: "demo-operator", fault: aFolder, call: uploadMedia("media/back.jpg"),
		want: errpactv1err.AuthForbidden, number: 9, status: 403, connect: connect.CodePermissionDenied,
		message: "Access is denied", details: "null",
	},
	{
		name: "10: the analyses of an unknown folder", fault: noFolder, call: watch,
		want: errpactv1err.NotExist, number: 10, status: 404, connect: connect.CodeNotFound,
		message: "Resource does not exist", details: `{"metadata":{"folderId":"no-such-folder"}}`,
	},
	{
		name: "10: media for an unknown folder", fault: noFolder, call: uploadMedia("media/back.jpg"),
		want: errpactv1err.NotExist, number: 10, status: 404, connect: connect.CodeNotFound,
		message: "Resource does not exist", details: `{"metadata":{"folderId":"no-such-folder"}}`,
	},
	{
		name: "10: media compared with an unknown folder", fault: noFolder, call: compareMedia(frontSHA256), bidi: true,
		want: errpactv1err.NotExist, number: 10, status: 404, connect: connect.CodeNotFound,
		message: "Resource does not exist", details: `{"metadata":{"folderId":"no-such-folder"}}`,
	},
	{
		name: "3: media for no folder", call: uploadMedia("media/back.jpg"),
		want: errpactv1err.InvalidStructure, number: 3, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid structure", details: `{"field_violations":[{"field":"folder_id","description":"is required in the first message"}]}`,
	},
	{
		name: "4: a bad name after a good file", fault: aFolder, call: uploadMedia("media/back.jpg", "media/../etc"),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value",
		details: `{"field_violations":[{"field":"name","description":"must be \"media/\" and a plain path, up to 200 bytes"}]}`,
	},
	{
		name: "4: a name that the folder has, at the end", fault: aFolder, call: uploadMedia("media/back.jpg", "media/front.jpg"),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"name","description":"the folder has a file of this name"}]}`,
	},
	{
		name: "4/NO_MEDIA: a stream without media", fault: aFolder, call: uploadMedia(""),
		want: errpactv1err.InvalidValueNoMedia, number: 4, reason: "NO_MEDIA", status: 400, connect: connect.CodeInvalidArgument,
		message: "Can't start analysis without media", details: `{"reason":"NO_MEDIA"}`,
	},
	{
		name: "4: a bad hash after good answers", fault: aFolder, call: compareMedia(frontSHA256, frontSHA256, "nonsense"), bidi: true,
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"sha256","description":"must be 64 hex digits"}]}`,
	},
	{
		name: "12: a stream from a database that is gone", file: true, fault: func(c *capsule) string { return doTo(c, os.Remove(c.db)) }, call: watch,
		want: errpactv1err.Database, number: 12, status: 500, connect: connect.CodeInternal,
		message: "Critical database error", details: "null",
	},
}

// frontSHA256 is the hash of media/front.jpg in [capsule.folder].
const frontSHA256 = "2d8d693177ac44895fc02c009ec3f6af32e51eb00783c17000d7051d1662b93a"

func watch(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
	stream, err := client.WatchAnalyses(ctx, connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: folder}))
	if err != nil {
		return err
	}
	for stream.Receive() {
	}
	return errors.Join(stream.Err(), stream.Close())
}

// uploadMedia sends files of these names, each in two messages.
func uploadMedia(names ...string) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
		stream := client.UploadMedia(ctx)
		for _, name := range names {
			// A Send that finds the stream over says io.EOF: why, CloseAndReceive does.
			_ = stream.Send(&capsulev1.UploadMediaRequest{FolderId: folder, Name: name})
			if name != "" {
				_ = stream.Send(&capsulev1.UploadMediaRequest{Data: []byte(strings.Repeat(name, 100))})
			}
		}
		_, err := stream.CloseAndReceive()
		return err
	}
}

// compareMedia asks for media/front.jpg with these hashes, all at once, and then reads.
func compareMedia(hashes ...string) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
		stream := client.CompareMedia(ctx)
		for _, hash := range hashes {
			_ = stream.Send(&capsulev1.CompareMediaRequest{FolderId: folder, Name: "media/front.jpg", Sha256: hash})
		}
		_ = stream.CloseRequest()
		for {
			_, err := stream.Receive()
			if errors.Is(err, io.EOF) {
				return stream.CloseResponse()
			}
			if err != nil {
				_ = stream.CloseResponse()
				return err
			}
		}
	}
}
