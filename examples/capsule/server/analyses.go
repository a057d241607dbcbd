// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

func (s *folderService) StartAnalysis(ctx context.Context, req *connect.Request[capsulev1.StartAnalysisRequest]) (*connect.Response[capsulev1.StartAnalysisResponse], error) {
	if err := checkAnalysisType(req.Msg.GetType()); err != nil {
		return nil, err
	}
	analysis := store.Analysis{
		ID:       s.NewID(),
		FolderID: req.Msg.GetFolderId(),
		Type:     req.Msg.GetType(),
		Created:  s.now(),
	}
	if err := s.Store.AddAnalysis(ctx, analysis); err != nil {
		return nil, notExist(analysis.FolderID, err)
	}
	return connect.NewResponse(&capsulev1.StartAnalysisResponse{Analysis: &capsulev1.Analysis{
		AnalysisId: analysis.ID,
		FolderId:   analysis.FolderID,
		Type:       analysis.Type,
		CreateTime: timestamppb.New(analysis.Created),
	}}), nil
}

// checkAnalysisType tells apart what is missing, what is wrong and what has yet to be made.
func checkAnalysisType(name string) error {
	switch name {
	case "QUALITY":
		return nil
	case "DOCUMENTS":
		return errpactv1err.NotRealized.WithMetadata("type", name)
	case "":
		return errpactv1err.InvalidStructure.WithField("type", "is required")
	}
	return errpactv1err.InvalidValue.WithField("type", "must be QUALITY or DOCUMENTS")
}
