// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"net/http"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
)

// timeouts ends the context of a call in time. It stands outside errpact's interceptor: to what is
// inside, the end of this time is the end of the request's, and not some dependency's.
type timeouts struct{ call, stream time.Duration }

// WrapUnary implements [connect.Interceptor].
func (t timeouts) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, cancel := context.WithTimeout(ctx, t.call)
		defer cancel()
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (t timeouts) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		ctx, cancel := context.WithTimeout(ctx, t.stream)
		defer cancel()
		return next(ctx, conn)
	}
}

// WrapStreamingClient implements [connect.Interceptor]: clients pass.
func (timeouts) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

var streams = map[string]bool{
	capsulev1connect.FolderServiceWatchAnalysesProcedure: true,
	capsulev1connect.FolderServiceUploadMediaProcedure:   true,
	capsulev1connect.FolderServiceCompareMediaProcedure:  true,
}

// longStreams gives the connections of streams more time than [NewHTTP] gives those of calls: as
// much as the stream has, and some to say that it is over.
func longStreams(next http.Handler, timeout time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams[r.URL.Path] {
			end := time.Now().Add(timeout + 10*time.Second)
			controller := http.NewResponseController(w)
			// What cannot be given more time, such as a test's recorder, has no limit either.
			_ = controller.SetReadDeadline(end)
			_ = controller.SetWriteDeadline(end)
		}
		next.ServeHTTP(w, r)
	})
}
