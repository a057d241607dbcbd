// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"time"

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
	folder, err := s.Store.Folder(ctx, req.Msg.GetFolderId())
	if err != nil {
		return nil, notExist(req.Msg.GetFolderId(), err)
	}
	// First the other system, then the database: an analysis that failed is not stored.
	if err := s.analyze(ctx, folder, req.Msg.GetType()); err != nil {
		return nil, err
	}
	analysis := store.Analysis{ID: s.NewID(), FolderID: folder.ID, Type: req.Msg.GetType(), Created: s.now()}
	if err := s.Store.AddAnalysis(ctx, analysis); err != nil {
		return nil, notExist(folder.ID, err) // it may have been deleted in the meantime
	}
	return connect.NewResponse(&capsulev1.StartAnalysisResponse{Analysis: analysisMessage(analysis)}), nil
}

// analyze calls the analyzer. Its error goes back as it is: that it is another system's, and why
// it did not answer, the policy knows. The call has a deadline of its own, so that a slow analyzer is not
// taken for an impatient caller.
func (s *folderService) analyze(ctx context.Context, folder store.Folder, what string) error {
	ctx, cancel := context.WithTimeout(ctx, s.AnalyzerTimeout)
	defer cancel()
	_, err := s.Analyzer.Analyze(ctx, connect.NewRequest(&capsulev1.AnalyzeRequest{
		FolderId: folder.ID,
		Type:     what,
		Media:    mediaMessages(folder.Media),
	}))
	return err
}

func (s *folderService) WatchAnalyses(ctx context.Context, req *connect.Request[capsulev1.WatchAnalysesRequest], stream *connect.ServerStream[capsulev1.WatchAnalysesResponse]) error {
	ticker := time.NewTicker(s.WatchInterval)
	defer ticker.Stop()
	sent := make(map[string]bool)
	for {
		analyses, err := s.Store.Analyses(ctx, req.Msg.GetFolderId())
		if err != nil {
			return notExist(req.Msg.GetFolderId(), err)
		}
		for _, a := range analyses {
			if sent[a.ID] {
				continue
			}
			sent[a.ID] = true
			if err := stream.Send(&capsulev1.WatchAnalysesResponse{Analysis: analysisMessage(a)}); err != nil {
				return err
			}
		}
		if !req.Msg.GetFollow() {
			return nil
		}
		select {
		case <-ticker.C:
		case <-s.Closing:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func analysisMessage(a store.Analysis) *capsulev1.Analysis {
	return &capsulev1.Analysis{
		AnalysisId: a.ID,
		FolderId:   a.FolderID,
		Type:       a.Type,
		CreateTime: timestamppb.New(a.Created),
	}
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

// noAnalyzer stands for an analyzer that is not there.
type noAnalyzer struct{}

func (noAnalyzer) Analyze(context.Context, *connect.Request[capsulev1.AnalyzeRequest]) (*connect.Response[capsulev1.AnalyzeResponse], error) {
	return nil, errpactv1err.ExternalServiceUnreachable
}
