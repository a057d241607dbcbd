// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

const (
	defaultLimit = 20
	maxLimit     = 100
)

// folderService implements [capsulev1connect.FolderServiceHandler]. Its methods return errors of
// the catalogue where they know better than the policy, and all others as they are.
type folderService struct{ Config }

// now is the present as the database keeps it, so that an answer shows the same time later.
func (s *folderService) now() time.Time { return s.Now().Truncate(time.Microsecond) }

func (s *folderService) CreateFolder(ctx context.Context, req *connect.Request[capsulev1.CreateFolderRequest]) (*connect.Response[capsulev1.CreateFolderResponse], error) {
	c, err := container.Unpack(req.Msg.GetContainer().GetData(), s.ContainerKey, container.DefaultLimits)
	if err != nil {
		return nil, err
	}
	folder := store.Folder{ID: s.NewID(), Created: s.now(), Payload: string(c.Payload), Media: storedMedia(c.Media)}
	err = s.Store.CreateFolder(ctx, folder, c.SessionToken)
	if errors.Is(err, store.ErrSessionToken) {
		return nil, errpactv1err.ContainerUnpackingFailedInvalidSessionToken.Wrap(err)
	}
	if err != nil {
		return nil, err
	}
	answer, err := folderMessage(folder)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&capsulev1.CreateFolderResponse{Folder: answer}), nil
}

func (s *folderService) GetFolder(ctx context.Context, req *connect.Request[capsulev1.GetFolderRequest]) (*connect.Response[capsulev1.GetFolderResponse], error) {
	folder, err := s.Store.Folder(ctx, req.Msg.GetFolderId())
	if err != nil {
		return nil, notExist(req.Msg.GetFolderId(), err)
	}
	answer, err := folderMessage(folder)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&capsulev1.GetFolderResponse{Folder: answer}), nil
}

func (s *folderService) ListFolders(ctx context.Context, req *connect.Request[capsulev1.ListFoldersRequest]) (*connect.Response[capsulev1.ListFoldersResponse], error) {
	limit, offset := int32(defaultLimit), req.Msg.GetOffset()
	if req.Msg.Limit != nil {
		limit = req.Msg.GetLimit()
	}
	if limit < 1 || limit > maxLimit {
		return nil, errpactv1err.InvalidValue.WithField("limit", fmt.Sprintf("must be 1 to %d", maxLimit))
	}
	if offset < 0 {
		return nil, errpactv1err.InvalidValue.WithField("offset", "must be 0 or more")
	}
	folders, err := s.Store.Folders(ctx, int(limit), int(offset))
	if err != nil {
		return nil, err
	}
	answer := &capsulev1.ListFoldersResponse{}
	for _, f := range folders {
		answer.Folders = append(answer.Folders, &capsulev1.FolderSummary{
			FolderId:   f.ID,
			CreateTime: timestamppb.New(f.Created),
			MediaCount: int32(f.Media),
		})
	}
	return connect.NewResponse(answer), nil
}

func (s *folderService) DeleteFolder(ctx context.Context, req *connect.Request[capsulev1.DeleteFolderRequest]) (*connect.Response[capsulev1.DeleteFolderResponse], error) {
	if err := s.Store.DeleteFolder(ctx, req.Msg.GetFolderId()); err != nil {
		return nil, notExist(req.Msg.GetFolderId(), err)
	}
	return connect.NewResponse(&capsulev1.DeleteFolderResponse{}), nil
}

func (s *folderService) IssueSessionToken(ctx context.Context, _ *connect.Request[capsulev1.IssueSessionTokenRequest]) (*connect.Response[capsulev1.IssueSessionTokenResponse], error) {
	token, now := s.NewID(), s.now()
	expires := now.Add(s.SessionTTL)
	if err := s.Store.IssueSessionToken(ctx, token, now, expires); err != nil {
		return nil, err
	}
	resp := connect.NewResponse(&capsulev1.IssueSessionTokenResponse{
		SessionToken: token,
		ExpireTime:   timestamppb.New(expires),
	})
	resp.Header().Set("Cache-Control", "no-store") // to REST callers it is a GET
	return resp, nil
}

// notExist says which folder is not there. Any other error it returns as it is: what the caller
// sees of a database's errors, the policy knows.
func notExist(folderID string, err error) error {
	if errors.Is(err, store.ErrNotExist) {
		return errpactv1err.NotExist.WithMetadata("folderId", folderID).Wrap(err)
	}
	return err
}

// folderMessage is a folder as the API shows it. A stored payload that does not parse is nothing
// that a caller can help, or that has a number: its error stays as it is, and the caller sees
// ERROR_CODE_UNKNOWN.
func folderMessage(f store.Folder) (*capsulev1.Folder, error) {
	payload := &structpb.Struct{}
	//errpact:allow opaque a stored payload that does not parse is nothing that a caller can help
	if err := protojson.Unmarshal([]byte(f.Payload), payload); err != nil {
		return nil, fmt.Errorf("folder %s: read stored payload: %w", f.ID, err)
	}
	return &capsulev1.Folder{
		FolderId:   f.ID,
		CreateTime: timestamppb.New(f.Created),
		Payload:    payload,
		Media:      mediaMessages(f.Media),
	}, nil
}
