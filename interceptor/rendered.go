// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

// connectDetail is Connect's form of a detail of the answer. That of one that all answers of an entry
// share is made once. Nobody can change it: Connect gives copies of what is in it.
func connectDetail(answer *mapping.Answer, detail *anypb.Any, protocol string) *connect.ErrorDetail {
	memo := answer.Memo(detail)
	if memo == nil {
		if protocol == connect.ProtocolConnect {
			if made := infoDetail(detail); made != nil {
				return made
			}
		}
		return newDetail(detail)
	}
	if known, ok := memo.Load().(*connect.ErrorDetail); ok {
		return known
	}
	made := render(newDetail(detail))
	memo.Store(made)
	return made
}

// sharedDetails is connectDetail for all details of an answer at once, which are shared.
func sharedDetails(answer *mapping.Shared) []*connect.ErrorDetail {
	if known, ok := answer.Connect.Load().([]*connect.ErrorDetail); ok {
		return known
	}
	made := make([]*connect.ErrorDetail, len(answer.Details))
	for i, detail := range answer.Details {
		made[i] = render(newDetail(detail))
	}
	answer.Connect.Store(made)
	return made
}

func newDetail(detail *anypb.Any) *connect.ErrorDetail {
	d, _ := connect.NewErrorDetail(detail) // an Any needs no marshalling, and so there is no error
	return d
}

// render has Connect's own encoder and decoder handle a detail once. What the decoder gives keeps the
// JSON that it came as, and is encoded by copying that: protojson takes longer than all the rest of an
// answer. Connect promises no such thing. If it ends, only time is lost.
func render(plain *connect.ErrorDetail) *connect.ErrorDetail {
	client := connect.NewClient[anypb.Any, anypb.Any](mirror{plain}, "http://localhost/errpact.Mirror/Look")
	_, err := client.CallUnary(context.Background(), connect.NewRequest(new(anypb.Any)))
	seen, ok := errors.AsType[*connect.Error](err)
	if !ok || len(seen.Details()) != 1 {
		return plain
	}
	same := seen.Details()[0]
	if same == nil || same.Type() != plain.Type() || !bytes.Equal(same.Bytes(), plain.Bytes()) {
		return plain
	}
	return same
}

// mirror is a server that answers every call with an error that has the detail.
type mirror struct{ detail *connect.ErrorDetail }

// Do implements [connect.HTTPClient].
func (m mirror) Do(r *http.Request) (*http.Response, error) {
	e := connect.NewError(connect.CodeUnknown, nil)
	e.AddDetail(m.detail)
	w := &reflection{header: http.Header{}, status: http.StatusOK}
	if err := connect.NewErrorWriter().Write(w, r, e); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// reflection is the answer.
type reflection struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *reflection) Header() http.Header         { return w.header }
func (w *reflection) WriteHeader(status int)      { w.status = status }
func (w *reflection) Write(p []byte) (int, error) { return w.body.Write(p) }
