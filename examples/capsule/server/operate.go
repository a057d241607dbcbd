// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"log/slog"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"

	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// operatorRoutes are what operators and their tools expect of a gRPC service: whether it is well, and
// what it offers. They ask for no token.
func operatorRoutes(config Config, opts ...connect.HandlerOption) []route {
	reflector := grpcreflect.NewStaticReflector(capsulev1connect.FolderServiceName, grpchealth.HealthV1ServiceName)
	return []route{
		newRoute(grpchealth.NewHandler(&health{config.Store}, opts...)),
		newRoute(grpcreflect.NewHandlerV1(reflector, opts...)),
		newRoute(grpcreflect.NewHandlerV1Alpha(reflector, opts...)), // most tools still ask for this one first
	}
}

// health implements [grpchealth.Checker].
type health struct{ store *store.Store }

// Check says that the service is well if its database is.
func (h *health) Check(ctx context.Context, req *grpchealth.CheckRequest) (*grpchealth.CheckResponse, error) {
	switch req.Service {
	case "", capsulev1connect.FolderServiceName:
	default:
		return nil, errpactv1err.NotExist.WithMetadata("service", req.Service)
	}
	if _, err := h.store.Folders(ctx, 1, 0); err != nil {
		slog.WarnContext(ctx, "not healthy", "error", err)
		return &grpchealth.CheckResponse{Status: grpchealth.StatusNotServing}, nil
	}
	return &grpchealth.CheckResponse{Status: grpchealth.StatusServing}, nil
}
