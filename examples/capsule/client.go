// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/interceptor"
)

// sessionToken gets a session token from the server at url. This is all that a client needs: the
// interceptor turns what comes off the wire into errors of the catalogue.
func sessionToken(ctx context.Context, url, accessToken string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	client := capsulev1connect.NewFolderServiceClient(
		// The transport bounds what a broken or hostile server can make this client read.
		&http.Client{Transport: interceptor.LimitResponses(http.DefaultTransport)},
		strings.TrimSuffix(url, "/"),
		connect.WithInterceptors(interceptor.New()),
		connect.WithReadMaxBytes(1<<20),
	)
	req := connect.NewRequest(&capsulev1.IssueSessionTokenRequest{})
	if accessToken != "" {
		req.Header().Set("Authorization", "Bearer "+accessToken)
	}
	resp, err := client.IssueSessionToken(ctx, req)
	if err != nil {
		return "", failed(err)
	}
	return resp.Msg.GetSessionToken(), nil
}
