// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// A stack is a server with its observer outside of errpact, and a client.
type stack interface {
	name() string
	start(t *testing.T, o *observed, policy *mapping.Policy, answer answerer) string
	call(ctx context.Context, client *http.Client, base, procedure, protocol string) error
}

var stacks = []stack{stackV1{}, stackV2{}}

// outcome is what is observed of a handler's error.
type outcome struct {
	name   string
	answer answerer
	// want has what errpact says, and status what the observer does.
	want   map[string]string
	status string
	// description is that of a span whose status is Error; empty where the status is unset.
	description string
}

func returns(err error) answerer { return func(context.Context) error { return err } }

const unknownMessage = "Unknown server side error occurred"

var outcomes = []outcome{
	{
		name: "a caller's error",
		answer: returns(errpactv1err.NotExist.WithMetadata("folderId", canary).WithLog(slog.String("k", canary)).
			Wrap(errors.New(canary))),
		want: map[string]string{
			"errpact.code": "ERROR_CODE_NOT_EXIST", "errpact.number": "10", "errpact.fault": "caller", "errpact.origin": "entry",
		},
		status: "NOT_FOUND",
	},
	{
		name:   "with a reason",
		answer: returns(errpactv1err.ContainerUnpackingFailedInvalidHash),
		want: map[string]string{
			"errpact.code": "ERROR_CODE_CONTAINER_UNPACKING_FAILED", "errpact.number": "14", "errpact.reason": "INVALID_HASH",
			"errpact.fault": "caller", "errpact.origin": "entry",
		},
		status: "INVALID_ARGUMENT",
	},
	{
		name:   "nobody's",
		answer: returns(errors.New(canary)),
		want: map[string]string{
			"errpact.code": "ERROR_CODE_UNKNOWN", "errpact.number": "0", "errpact.fault": "server", "errpact.origin": "unmapped",
		},
		status: "UNKNOWN", description: unknownMessage,
	},
	{
		name:   "a panic",
		answer: func(context.Context) error { panic(canary) },
		want: map[string]string{
			"errpact.code": "ERROR_CODE_UNKNOWN", "errpact.number": "0", "errpact.fault": "server", "errpact.origin": "panic",
		},
		status: "UNKNOWN", description: unknownMessage,
	},
}

func TestObserversSeeTheFinalCode(t *testing.T) {
	for _, s := range stacks {
		for _, want := range outcomes {
			o := observe(t)
			reports := make(chan mapping.Report, 1)
			base := s.start(t, o, o.policy(t, func(_ context.Context, r mapping.Report) { reports <- r }), want.answer)
			client := newClient(t)
			for _, protocol := range []string{"connect", "grpc", "grpcweb"} {
				for _, procedure := range procedures {
					t.Run(s.name()+"/"+want.name+"/"+protocol+procedure, func(t *testing.T) {
						if err := s.call(t.Context(), client, base, procedure, protocol); err == nil {
							t.Fatal("the call succeeds")
						}
						want.check(t, o, (<-reports).RequestID)
					})
				}
			}
			want.checkCounter(t, o)
		}
	}
}

func (want outcome) check(t *testing.T, o *observed, requestID string) {
	t.Helper()
	span := o.server()
	all := map[string]string{
		"errpact.catalogue": "errpact.v1.ErrorCode", "errpact.request_id": requestID,
		"rpc.response.status_code": want.status, "error.type": want.status,
	}
	for key, value := range want.want {
		all[key] = value
	}
	if diff := cmp.Diff(all, attributes(span)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	status := codes.Unset
	if want.description != "" {
		status = codes.Error
	}
	if got := span.Status(); got.Code != status || got.Description != want.description {
		t.Errorf("status = %v %q, want %v %q", got.Code, got.Description, status, want.description)
	}
	o.noCanary(t, span)
}

// checkCounter wants three calls of each procedure, one for each protocol.
func (want outcome) checkCounter(t *testing.T, o *observed) {
	t.Helper()
	all := make(map[string]int64)
	for _, procedure := range procedures {
		set := series(strings.TrimPrefix(want.want["errpact.code"], "ERROR_CODE_"), want.want["errpact.reason"],
			mapping.Fault(want.want["errpact.fault"]), mapping.Origin(want.want["errpact.origin"]), procedure[1:])
		all[set] = 3
	}
	if diff := cmp.Diff(all, o.points(t)); diff != "" {
		t.Errorf("%s: counter (-want +got):\n%s", want.name, diff)
	}
}
