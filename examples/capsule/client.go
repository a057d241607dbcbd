// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
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
		return "", describe(err)
	}
	return resp.Msg.GetSessionToken(), nil
}

// describe adds to a server's error what it said beside its message.
func describe(err error) error {
	e, ok := mapping.From(err)
	if !ok || e.Inferred() {
		return err // no server of ours said this: a refused connection, say
	}
	facts := []string{fmt.Sprintf("error %d", e.Code().Number())}
	if e.Reason() != "" {
		facts = append(facts, e.Reason())
	}
	metadata := e.Metadata()
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		facts = append(facts, fmt.Sprintf("%s %q", key, metadata[key]))
	}
	for _, field := range e.Fields() {
		facts = append(facts, fmt.Sprintf("%q %q", field.Path, field.Description))
	}
	if delay, ok := e.RetryDelay(); ok {
		facts = append(facts, fmt.Sprintf("try again in %v", delay))
	}
	if id := e.RequestID(); id != "" {
		facts = append(facts, "request id "+id)
	}
	return fmt.Errorf("%s (%s)", e.Message(), strings.Join(facts, ", "))
}
