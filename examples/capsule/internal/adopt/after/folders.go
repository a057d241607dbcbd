// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package after is the same Connect service with errpact.
package after

import (
	"context"
	"net/http"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/internal/adopt/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// Folders is the service.
type Folders struct {
	capsulev1connect.UnimplementedFolderServiceHandler
	Store *store.Store
}

// GetFolder returns a folder.
func (f *Folders) GetFolder(ctx context.Context, req *connect.Request[capsulev1.GetFolderRequest]) (*connect.Response[capsulev1.GetFolderResponse], error) {
	if req.Msg.GetFolderId() == "" {
		return nil, errpactv1err.InvalidValue.WithField("folder_id", "is missing")
	}
	folder, err := f.Store.Find(ctx, req.Msg.GetFolderId())
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&capsulev1.GetFolderResponse{Folder: folder}), nil
}

// NewPolicy chooses the catalogue's entries for errors of the store.
func NewPolicy(opts ...mapping.Option) (*mapping.Policy, error) {
	return mapping.NewPolicy(append(opts, mapping.WithRules(
		mapping.MapIs(store.ErrNotFound, errpactv1err.NotExist),
		mapping.MapAs(func(busy *store.BusyError) *mapping.Error {
			return errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(busy.Wait)
		}),
	))...)
}

// NewHandler serves the service.
func NewHandler(f *Folders, policy *mapping.Policy) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(capsulev1connect.NewFolderServiceHandler(f,
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
	return rest.Handler(mux, rest.WithPolicy(policy))
}
