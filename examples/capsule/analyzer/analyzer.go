// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package analyzer is AnalyzerService, both sides of it: the other system that capsule calls.
package analyzer

import (
	"context"
	"fmt"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/accesslog"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
)

// Fault is what an analyzer gets wrong, on purpose: to try out what its callers make of it.
type Fault string

const (
	// NoFault is an analyzer that works.
	NoFault Fault = ""
	// Sleep never answers, until its caller has had enough.
	Sleep Fault = "sleep"
	// Cut ends the connection of every call that it has read: its caller cannot know whether it was done.
	Cut Fault = "cut"
	// Fail answers every call with an error.
	Fail Fault = "error"
)

// Faults are all of them.
var Faults = []Fault{Sleep, Cut, Fail}

// maxMessageBytes is the largest request and the largest answer: names and hashes, no media.
const maxMessageBytes = 4 << 20

// New returns the handler of the service.
func New(fault Fault) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(capsulev1connect.NewAnalyzerServiceHandler(&service{fault},
		connect.WithInterceptors(accesslog.Interceptor(), interceptor.New()),
		connect.WithReadMaxBytes(maxMessageBytes),
	))
	return accesslog.Handler(mux)
}

// service implements [capsulev1connect.AnalyzerServiceHandler].
type service struct{ fault Fault }

func (s *service) Analyze(ctx context.Context, req *connect.Request[capsulev1.AnalyzeRequest]) (*connect.Response[capsulev1.AnalyzeResponse], error) {
	switch s.fault {
	case Sleep:
		<-ctx.Done()
		return nil, ctx.Err()
	case Cut:
		panic(http.ErrAbortHandler)
	case Fail:
		// The caller's callers will see nothing of this: that it is their value that is wrong is the
		// caller's word to say, not this service's.
		return nil, errpactv1err.InvalidValue.
			WithField("media", "are not to this analyzer's liking").WithMetadata("folderId", req.Msg.GetFolderId())
	}
	if req.Msg.GetType() != "QUALITY" {
		return nil, errpactv1err.InvalidValue.WithField("type", "must be QUALITY")
	}
	for i, m := range req.Msg.GetMedia() {
		if len(m.GetSha256()) != 64 {
			return nil, errpactv1err.InvalidValue.WithField(fmt.Sprintf("media[%d].sha256", i), "must be 64 hex digits")
		}
	}
	return connect.NewResponse(&capsulev1.AnalyzeResponse{MediaCount: int32(len(req.Msg.GetMedia()))}), nil
}
