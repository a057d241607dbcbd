// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package readme tests the repository's README and the example's: their Go code is in this package, and their
// commands print what the pages show.
package readme

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"connectrpc.com/connect"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

type server struct {
	capsulev1connect.UnimplementedFolderServiceHandler
	folders folders
}

type folders struct{}

func (folders) Find(context.Context, string) (*capsulev1.Folder, error) { return nil, os.ErrNotExist }

func (s *server) GetFolder(ctx context.Context, req *connect.Request[capsulev1.GetFolderRequest]) (
	*connect.Response[capsulev1.GetFolderResponse], error,
) {
	folder, err := s.folders.Find(ctx, req.Msg.GetFolderId())
	if err != nil {
		return nil, errpactv1err.NotExist.WithMetadata("folderId", req.Msg.GetFolderId()).Wrap(err)
	}
	return connect.NewResponse(&capsulev1.GetFolderResponse{Folder: folder}), nil
}

func handler(s *server) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(capsulev1connect.NewFolderServiceHandler(s, connect.WithInterceptors(interceptor.New())))
	return rest.Handler(mux)
}

func Example() {
	listening := httptest.NewServer(handler(new(server)))
	defer listening.Close()
	ctx, url := context.Background(), listening.URL

	client := capsulev1connect.NewFolderServiceClient(http.DefaultClient, url, connect.WithInterceptors(interceptor.New()))
	_, err := client.GetFolder(ctx, connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: "f-17"}))
	if errors.Is(err, errpactv1err.NotExist) {
		e, _ := mapping.From(err)
		fmt.Println(e.Message(), e.Metadata()["folderId"])
	}

	// Output: Resource does not exist f-17
}
