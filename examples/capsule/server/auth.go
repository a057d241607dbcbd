// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// challenge tells the callers of a 401 how to prove who they are (RFC 6750).
const challenge = `Bearer realm="capsule"`

// forOperators are the procedures that an operator may call. All others are for admins, new ones
// included.
var forOperators = map[string]bool{
	capsulev1connect.FolderServiceGetFolderProcedure:         true,
	capsulev1connect.FolderServiceListFoldersProcedure:       true,
	capsulev1connect.FolderServiceIssueSessionTokenProcedure: true,
	capsulev1connect.FolderServiceWatchAnalysesProcedure:     true,
	capsulev1connect.FolderServiceCompareMediaProcedure:      true,
}

// auth is the interceptor that lets in who has an access token.
type auth struct {
	store *store.Store
	now   func() time.Time
}

// check returns an error unless the owner of the token in header may call the procedure.
func (a *auth) check(ctx context.Context, header http.Header, procedure string) error {
	token := accessToken(header)
	if token == "" {
		return errpactv1err.AuthNotProvided
	}
	access, err := a.store.Access(ctx, token)
	if errors.Is(err, store.ErrNotExist) {
		return errpactv1err.AuthInvalid.Wrap(err)
	}
	if err != nil {
		return err
	}
	if !access.Expires.IsZero() && !a.now().Before(access.Expires) {
		return errpactv1err.AuthExpired
	}
	if access.Role != store.Admin && !forOperators[procedure] {
		return errpactv1err.AuthForbidden
	}
	return nil
}

// WrapUnary implements [connect.Interceptor].
func (a *auth) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if err := a.check(ctx, req.Header(), req.Spec().Procedure); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (a *auth) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if err := a.check(ctx, conn.RequestHeader(), conn.Spec().Procedure); err != nil {
			return err
		}
		return next(ctx, conn)
	}
}

// WrapStreamingClient implements [connect.Interceptor]: clients pass.
func (a *auth) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func hasAccessToken(header http.Header) bool { return accessToken(header) != "" }

// accessToken returns the token of a request, or "".
func accessToken(header http.Header) string {
	if token := header.Get("X-Forensic-Access-Token"); token != "" {
		return token
	}
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
