// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

func (s *folderService) UploadMedia(ctx context.Context, stream *connect.ClientStream[capsulev1.UploadMediaRequest]) (*connect.Response[capsulev1.UploadMediaResponse], error) {
	var files upload
	folderID := ""
	for first := true; stream.Receive(); first = false {
		if first { // whoever sends to no folder should not have to send it all
			folderID = stream.Msg().GetFolderId()
			if _, err := s.folderOf(ctx, folderID); err != nil {
				return nil, err
			}
		}
		if err := files.add(stream.Msg()); err != nil {
			return nil, err
		}
	}
	if err := stream.Err(); err != nil {
		return nil, err
	}
	media, err := files.media()
	if err != nil {
		return nil, err
	}
	err = s.Store.AddMedia(ctx, folderID, media)
	if errors.Is(err, store.ErrExist) {
		return nil, errpactv1err.InvalidValue.WithField("name", "the folder has a file of this name").Wrap(err)
	}
	if err != nil {
		return nil, notExist(folderID, err)
	}
	return connect.NewResponse(&capsulev1.UploadMediaResponse{Media: mediaMessages(media)}), nil
}

func (s *folderService) CompareMedia(ctx context.Context, stream *connect.BidiStream[capsulev1.CompareMediaRequest, capsulev1.CompareMediaResponse]) error {
	folderID := ""
	for first := true; ; first = false {
		msg, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if first {
			folderID = msg.GetFolderId()
		}
		state, err := s.compare(ctx, folderID, msg)
		if err != nil {
			return err
		}
		if err := stream.Send(&capsulev1.CompareMediaResponse{Name: msg.GetName(), State: state}); err != nil {
			return err
		}
	}
}

// compare reads the folder anew for each message: it may change while the stream is open.
func (s *folderService) compare(ctx context.Context, folderID string, msg *capsulev1.CompareMediaRequest) (capsulev1.MediaState, error) {
	folder, err := s.folderOf(ctx, folderID)
	if err != nil {
		return 0, err
	}
	if !container.IsMediaName(msg.GetName()) {
		return 0, errpactv1err.InvalidValue.WithField("name", mediaNameRule)
	}
	if sum, err := hex.DecodeString(msg.GetSha256()); err != nil || len(sum) != 32 {
		return 0, errpactv1err.InvalidValue.WithField("sha256", "must be 64 hex digits")
	}
	i := slices.IndexFunc(folder.Media, func(m store.Media) bool { return m.Name == msg.GetName() })
	switch {
	case i < 0:
		return capsulev1.MediaState_MEDIA_STATE_MISSING, nil
	case strings.EqualFold(folder.Media[i].SHA256, msg.GetSha256()):
		return capsulev1.MediaState_MEDIA_STATE_SAME, nil
	}
	return capsulev1.MediaState_MEDIA_STATE_DIFFERENT, nil
}

// folderOf is the folder that the first message of a stream names.
func (s *folderService) folderOf(ctx context.Context, id string) (store.Folder, error) {
	if id == "" {
		return store.Folder{}, errpactv1err.InvalidStructure.WithField("folder_id", "is required in the first message")
	}
	folder, err := s.Store.Folder(ctx, id)
	return folder, notExist(id, err)
}

const mediaNameRule = `must be "media/" and a plain path, up to 200 bytes`

// upload collects the files of a stream, within the limits of a container.
type upload struct {
	files []container.File
	bytes int
}

func (u *upload) add(msg *capsulev1.UploadMediaRequest) error {
	limits := container.DefaultLimits
	if name := msg.GetName(); name != "" {
		if !container.IsMediaName(name) {
			return errpactv1err.InvalidValue.WithField("name", mediaNameRule)
		}
		if slices.ContainsFunc(u.files, func(f container.File) bool { return f.Name == name }) {
			return errpactv1err.InvalidValue.WithField("name", "the stream has a file of this name")
		}
		if len(u.files) == limits.Files {
			return errpactv1err.InvalidValue.WithField("name", fmt.Sprintf("must begin one of up to %d files", limits.Files))
		}
		// A file without a byte has data, too: to SQL, nil would be none.
		u.files = append(u.files, container.File{Name: name, Data: []byte{}})
	}
	if len(msg.GetData()) == 0 {
		return nil
	}
	if len(u.files) == 0 {
		return errpactv1err.InvalidStructure.WithField("name", "is required before data")
	}
	if u.bytes += len(msg.GetData()); u.bytes > limits.UnpackedBytes {
		return errpactv1err.InvalidValue.WithField("data", fmt.Sprintf("must be up to %d bytes in all", limits.UnpackedBytes))
	}
	file := &u.files[len(u.files)-1]
	file.Data = append(file.Data, msg.GetData()...)
	return nil
}

func (u *upload) media() ([]store.Media, error) {
	if len(u.files) == 0 {
		return nil, errpactv1err.InvalidValueNoMedia
	}
	return storedMedia(u.files), nil
}

// storedMedia are files as the database keeps them.
func storedMedia(files []container.File) []store.Media {
	var media []store.Media
	for _, f := range files {
		media = append(media, store.Media{Name: f.Name, Size: len(f.Data), SHA256: f.SHA256(), Data: f.Data})
	}
	return media
}

func mediaMessages(media []store.Media) []*capsulev1.Media {
	var messages []*capsulev1.Media
	for _, m := range media {
		messages = append(messages, &capsulev1.Media{Name: m.Name, SizeBytes: int32(m.Size), Sha256: m.SHA256})
	}
	return messages
}
