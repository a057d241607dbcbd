// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package before is a Connect service without errpact.
package before

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/internal/adopt/store"
)

// Folders is the service.
type Folders struct {
	capsulev1connect.UnimplementedFolderServiceHandler
	Store *store.Store
}

// GetFolder returns a folder.
func (f *Folders) GetFolder(ctx context.Context, req *connect.Request[capsulev1.GetFolderRequest]) (*connect.Response[capsulev1.GetFolderResponse], error) {
	if req.Msg.GetFolderId() == "" {
		return nil, connect.NewError(connect.CodeInvalidArgument, errors.New("folder_id is missing"))
	}
	folder, err := f.Store.Find(ctx, req.Msg.GetFolderId())
	if err != nil {
		return nil, toConnect(err)
	}
	return connect.NewResponse(&capsulev1.GetFolderResponse{Folder: folder}), nil
}

// toConnect chooses the code for an error of the store.
func toConnect(err error) error {
	var busy *store.BusyError
	switch {
	case errors.Is(err, store.ErrNotFound):
		return connect.NewError(connect.CodeNotFound, err)
	case errors.As(err, &busy):
		return connect.NewError(connect.CodeUnavailable, err)
	}
	return connect.NewError(connect.CodeInternal, err)
}

// NewHandler serves the service.
func NewHandler(f *Folders, opts ...connect.HandlerOption) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(capsulev1connect.NewFolderServiceHandler(f, opts...))
	return mux
}
