// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// canary stands in an error that nobody mapped. No caller may ever see it.
const canary = "canary-8f3a"

// errorCase is one error, provoked from outside.
type errorCase struct {
	name string
	// fault is what is wrong with the server; it returns the id of a folder that the calls are about.
	fault  func(*capsule) string
	config server.Config
	// token is the access token of the calls; noToken means that there is no token.
	token string
	// method, path and body are the REST call; %s in path is the folder. A stream has none.
	method, path, body string
	// call is the same as an RPC; nil where only REST has the error. A bidi stream needs HTTP/2.
	call call
	bidi bool
	// file says that the fault is one of a database's file.
	file bool

	// want is the error, and details the envelope's; they are what RPC callers get too.
	want    mapping.Code
	number  int32
	reason  string
	status  int
	connect connect.Code
	message string
	details string
	// header is what a REST answer has beside what all have.
	header map[string]string
}

const noToken = "-"

// errorCases are all codes with all reasons. Numbers, texts and statuses are spelt out, since they
// are what callers rely on.
var errorCases = []errorCase{
	{
		name: "0: a stored row that another program damaged", fault: damagedRow,
		method: "GET", path: "/api/folders/%s", call: getFolder,
		want: errpactv1err.Unknown, number: 0, status: 500, connect: connect.CodeUnknown,
		message: "Unknown server side error occurred", details: "null",
	},
	{
		name: "1: PATCH", method: "PATCH", path: "/api/folders", body: "{}",
		want: errpactv1err.NotAllowed, number: 1, status: 405, message: "Method is not allowed", details: "null",
		header: map[string]string{"Allow": "GET, POST"},
	},
	{
		name: "1: PUT of a folder", method: "PUT", path: "/api/folders/f",
		want: errpactv1err.NotAllowed, number: 1, status: 405, message: "Method is not allowed", details: "null",
		header: map[string]string{"Allow": "DELETE, GET"},
	},
	{
		name: "2: an analysis that is yet to come", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "DOCUMENTS"}`, call: analyse("DOCUMENTS"),
		want: errpactv1err.NotRealized, number: 2, status: 501, connect: connect.CodeUnimplemented,
		message: "Method is not realized", details: `{"metadata":{"type":"DOCUMENTS"}}`,
	},
	{
		name: "3: a required field is missing", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{}`, call: analyse(""),
		want: errpactv1err.InvalidStructure, number: 3, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid structure", details: `{"field_violations":[{"field":"type","description":"is required"}]}`,
	},
	{
		name: "3: a body that is no JSON", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `type=QUALITY`,
		want: errpactv1err.InvalidStructure, number: 3, status: 400, message: "Invalid structure", details: "null",
	},
	{
		name: "3: an unknown field", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"tpye": "QUALITY"}`,
		want: errpactv1err.InvalidStructure, number: 3, status: 400, message: "Invalid structure",
		details: `{"field_violations":[{"field":"tpye","description":"want a field that there is","reason":"UNKNOWN_FIELD"}]}`,
	},
	{
		name: "3: an unknown parameter", method: "GET", path: "/api/folders?page=1",
		want: errpactv1err.InvalidStructure, number: 3, status: 400, message: "Invalid structure",
		details: `{"field_violations":[{"field":"page","description":"want a field that there is","reason":"UNKNOWN_FIELD"}]}`,
	},
	{
		name: "3: a body where none may be", method: "GET", path: "/api/folders", body: `{"limit": 1}`,
		want: errpactv1err.InvalidStructure, number: 3, status: 400, message: "Invalid structure", details: "null",
	},
	{
		name: "3: a payload that is no JSON", method: "POST", path: "/api/folders",
		body: packed(container.NoFault, "hello"), call: create(packed(container.NoFault, "hello")),
		want: errpactv1err.InvalidStructure, number: 3, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid structure",
		details: `{"field_violations":[{"field":"payload.json","description":"must be a JSON object, up to 30 levels deep"}]}`,
	},
	{
		name: "3: too large", method: "POST", path: "/api/folders", body: strings.Repeat("x", 17<<20),
		want: errpactv1err.InvalidStructure, number: 3, status: 413, message: "Request Entity Too Large", details: "null",
	},
	{
		name: "3/MISSING_PAYLOAD", method: "POST", path: "/api/folders",
		body: packed(container.WithoutPayload), call: create(packed(container.WithoutPayload)),
		want: errpactv1err.InvalidStructureMissingPayload, number: 3, reason: "MISSING_PAYLOAD",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid structure",
		details: `{"reason":"MISSING_PAYLOAD"}`,
	},
	{
		name: "4: limit 0", method: "GET", path: "/api/folders?limit=0", call: list(0, 0),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"limit","description":"must be 1 to 100"}]}`,
	},
	{
		name: "4: limit 101", method: "GET", path: "/api/folders?limit=101", call: list(101, 0),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"limit","description":"must be 1 to 100"}]}`,
	},
	{
		name: "4: a negative offset", method: "GET", path: "/api/folders?offset=-1", call: list(1, -1),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"offset","description":"must be 0 or more"}]}`,
	},
	{
		name: "4: a number out of range", method: "GET", path: "/api/folders?limit=99999999999",
		want: errpactv1err.InvalidValue, number: 4, status: 400, message: "Invalid value",
		details: `{"field_violations":[{"field":"limit","description":"want a whole number within range","reason":"NOT_ALLOWED"}]}`,
	},
	{
		name: "4: an unknown analysis", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "COLOUR"}`, call: analyse("COLOUR"),
		want: errpactv1err.InvalidValue, number: 4, status: 400, connect: connect.CodeInvalidArgument,
		message: "Invalid value", details: `{"field_violations":[{"field":"type","description":"must be QUALITY or DOCUMENTS"}]}`,
	},
	{
		name: "4/NO_MEDIA", method: "POST", path: "/api/folders",
		body: packed(container.WithoutMedia), call: create(packed(container.WithoutMedia)),
		want: errpactv1err.InvalidValueNoMedia, number: 4, reason: "NO_MEDIA",
		status: 400, connect: connect.CodeInvalidArgument, message: "Can't start analysis without media",
		details: `{"reason":"NO_MEDIA"}`,
	},
	{
		name: "5: text for a number", method: "GET", path: "/api/folders?limit=many",
		want: errpactv1err.InvalidType, number: 5, status: 400, message: "Invalid type",
		details: `{"field_violations":[{"field":"limit","description":"want a whole number","reason":"WRONG_TYPE"}]}`,
	},
	{
		name: "5: a number for text", fault: aFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": 5}`,
		want: errpactv1err.InvalidType, number: 5, status: 400, message: "Invalid type",
		details: `{"field_violations":[{"field":"type","description":"want text","reason":"WRONG_TYPE"}]}`,
	},
	{
		name: "5/CONTAINER_DAMAGED", method: "POST", path: "/api/folders",
		body: packed(container.Damaged), call: create(packed(container.Damaged)),
		want: errpactv1err.InvalidTypeContainerDamaged, number: 5, reason: "CONTAINER_DAMAGED",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid Type",
		details: `{"reason":"CONTAINER_DAMAGED","metadata":{"file":"payload.json"}}`,
	},
	{
		name: "6: no token", token: noToken, method: "GET", path: "/api/folders", call: list(1, 0),
		want: errpactv1err.AuthNotProvided, number: 6, status: 401, connect: connect.CodeUnauthenticated,
		message: "Access token is not provided", details: "null",
		header: map[string]string{"Www-Authenticate": `Bearer realm="capsule"`},
	},
	{
		name: "7: an unknown token", token: "nobody's", method: "GET", path: "/api/folders", call: list(1, 0),
		want: errpactv1err.AuthInvalid, number: 7, status: 401, connect: connect.CodeUnauthenticated,
		message: "Access token is invalid", details: "null",
		header: map[string]string{"Www-Authenticate": `Bearer realm="capsule", error="invalid_token"`},
	},
	{
		name: "8: a token that is over", token: "demo-expired", method: "GET", path: "/api/folders", call: list(1, 0),
		want: errpactv1err.AuthExpired, number: 8, status: 401, connect: connect.CodeUnauthenticated,
		message: "Access token has expired", details: "null",
		header: map[string]string{"Www-Authenticate": `Bearer realm="capsule", error="invalid_token"`},
	},
	{
		name: "9: an operator creates", token: "demo-operator",
		method: "POST", path: "/api/folders", body: "x", call: create("x"),
		want: errpactv1err.AuthForbidden, number: 9, status: 403, connect: connect.CodePermissionDenied,
		message: "Access is denied", details: "null",
	},
	{
		name: "9: an operator deletes", token: "demo-operator", fault: aFolder,
		method: "DELETE", path: "/api/folders/%s", call: deleteFolder,
		want: errpactv1err.AuthForbidden, number: 9, status: 403, connect: connect.CodePermissionDenied,
		message: "Access is denied", details: "null",
	},
	{
		name: "10: an unknown folder", fault: noFolder, method: "GET", path: "/api/folders/%s", call: getFolder,
		want: errpactv1err.NotExist, number: 10, status: 404, connect: connect.CodeNotFound,
		message: "Resource does not exist", details: `{"metadata":{"folderId":"no-such-folder"}}`,
	},
	{
		name: "10: an analysis of an unknown folder", fault: noFolder,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "QUALITY"}`, call: analyse("QUALITY"),
		want: errpactv1err.NotExist, number: 10, status: 404, connect: connect.CodeNotFound,
		message: "Resource does not exist", details: `{"metadata":{"folderId":"no-such-folder"}}`,
	},
	{
		name: "10: an unknown path", method: "GET", path: "/api/files",
		want: errpactv1err.NotExist, number: 10, status: 404, message: "Resource does not exist", details: "null",
	},
	{
		name: "11/UNREACHABLE: the analyzer is killed", fault: analyzerKilled,
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "QUALITY"}`, call: analyse("QUALITY"),
		want: errpactv1err.ExternalServiceUnreachable, number: 11, reason: "UNREACHABLE",
		status: 502, connect: connect.CodeUnavailable, message: "External service is unreachable",
		details: `{"reason":"UNREACHABLE","retry_delay":"1s"}`, header: map[string]string{"Retry-After": "1"},
	},
	{
		name: "11/BROKEN: the analyzer cuts the connection", fault: analyzerWith(analyzer.Cut),
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "QUALITY"}`, call: analyse("QUALITY"),
		want: errpactv1err.ExternalServiceBroken, number: 11, reason: "BROKEN",
		status: 502, connect: connect.CodeInternal, message: "Connection to the external service broke",
		details: `{"reason":"BROKEN"}`,
	},
	{
		name: "11/TIMED_OUT: the analyzer sleeps", fault: analyzerWith(analyzer.Sleep),
		config: server.Config{AnalyzerTimeout: 20 * time.Millisecond},
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "QUALITY"}`, call: analyse("QUALITY"),
		want: errpactv1err.ExternalServiceTimedOut, number: 11, reason: "TIMED_OUT",
		status: 504, connect: connect.CodeInternal, message: "External service timed out",
		details: `{"reason":"TIMED_OUT"}`,
	},
	{
		name: "11/REJECTED: the analyzer answers an error", fault: analyzerWith(analyzer.Fail),
		method: "POST", path: "/api/folders/%s/analyses", body: `{"type": "QUALITY"}`, call: analyse("QUALITY"),
		want: errpactv1err.ExternalServiceRejected, number: 11, reason: "REJECTED",
		status: 502, connect: connect.CodeInternal, message: "External service failed",
		details: `{"reason":"REJECTED"}`,
	},
	{
		name: "12: the database's file is removed", file: true, fault: func(c *capsule) string { return doTo(c, os.Remove(c.db)) },
		method: "GET", path: "/api/folders", call: list(1, 0),
		want: errpactv1err.Database, number: 12, status: 500, connect: connect.CodeInternal,
		message: "Critical database error", details: "null",
	},
	{
		name: "12: the database's file is made read-only", file: true, fault: func(c *capsule) string { return doTo(c, os.Chmod(c.db, 0o400)) },
		method: "GET", path: "/api/authorize/session_token", call: issueToken,
		want: errpactv1err.Database, number: 12, status: 500, connect: connect.CodeInternal,
		message: "Critical database error", details: "null",
	},
	{
		name: "12/TEMPORARILY_UNAVAILABLE: another process holds the lock", fault: func(c *capsule) string { c.lock(); return "" },
		method: "GET", path: "/api/authorize/session_token", call: issueToken,
		want: errpactv1err.DatabaseTemporarilyUnavailable, number: 12, reason: "TEMPORARILY_UNAVAILABLE",
		status: 503, connect: connect.CodeUnavailable, message: "Database is temporarily unavailable",
		details: `{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1s"}`, header: map[string]string{"Retry-After": "1"},
	},
	{
		name: "13: no container", method: "POST", path: "/api/folders", call: create(""),
		want: errpactv1err.ContainerNotProvided, number: 13, status: 400, connect: connect.CodeInvalidArgument,
		message: "No data container provided", details: "null",
	},
	{
		name: "14/INVALID_CONTAINER", method: "POST", path: "/api/folders", body: "hello", call: create("hello"),
		want: errpactv1err.ContainerUnpackingFailedInvalidContainer, number: 14, reason: "INVALID_CONTAINER",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid Data Container",
		details: `{"reason":"INVALID_CONTAINER","metadata":{"problem":"it is not a zip archive"}}`,
	},
	{
		name: "14/INVALID_SIGNATURE", method: "POST", path: "/api/folders",
		body: packed(container.WrongSignature), call: create(packed(container.WrongSignature)),
		want: errpactv1err.ContainerUnpackingFailedInvalidSignature, number: 14, reason: "INVALID_SIGNATURE",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid signature",
		details: `{"reason":"INVALID_SIGNATURE"}`,
	},
	{
		name: "14/INVALID_HASH", method: "POST", path: "/api/folders",
		body: packed(container.WrongHash), call: create(packed(container.WrongHash)),
		want: errpactv1err.ContainerUnpackingFailedInvalidHash, number: 14, reason: "INVALID_HASH",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid hash",
		details: `{"reason":"INVALID_HASH","metadata":{"file":"media/front.jpg"}}`,
	},
	{
		name: "14/INVALID_SESSION_TOKEN: nobody issued it", method: "POST", path: "/api/folders",
		body: packed(container.WrongSession), call: create(packed(container.WrongSession)),
		want: errpactv1err.ContainerUnpackingFailedInvalidSessionToken, number: 14, reason: "INVALID_SESSION_TOKEN",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid or empty Session Token",
		details: `{"reason":"INVALID_SESSION_TOKEN"}`,
	},
	{
		name: "14/INVALID_SESSION_TOKEN: it is over", fault: issued,
		config: server.Config{SessionTTL: -time.Second, NewID: func() string { return "a-session" }},
		method: "POST", path: "/api/folders", body: packed(container.NoFault), call: create(packed(container.NoFault)),
		want: errpactv1err.ContainerUnpackingFailedInvalidSessionToken, number: 14, reason: "INVALID_SESSION_TOKEN",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid or empty Session Token",
		details: `{"reason":"INVALID_SESSION_TOKEN"}`,
	},
	{
		name: "14/INVALID_SESSION_TOKEN: it was used", fault: used,
		config: server.Config{NewID: func() string { return "a-session" }},
		method: "POST", path: "/api/folders", body: packed(container.NoFault), call: create(packed(container.NoFault)),
		want: errpactv1err.ContainerUnpackingFailedInvalidSessionToken, number: 14, reason: "INVALID_SESSION_TOKEN",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid or empty Session Token",
		details: `{"reason":"INVALID_SESSION_TOKEN"}`,
	},
	{
		name: "14/INVALID_SESSION_TOKEN: there is none", method: "POST", path: "/api/folders",
		body: packedWith("", container.NoFault), call: create(packedWith("", container.NoFault)),
		want: errpactv1err.ContainerUnpackingFailedInvalidSessionToken, number: 14, reason: "INVALID_SESSION_TOKEN",
		status: 400, connect: connect.CodeInvalidArgument, message: "Invalid or empty Session Token",
		details: `{"reason":"INVALID_SESSION_TOKEN"}`,
	},
}

// TestEveryErrorOnEveryWire is the table of all errors that a caller can meet.
func TestEveryErrorOnEveryWire(t *testing.T) {
	for _, tc := range slices.Concat(errorCases, streamCases) {
		t.Run(tc.name, func(t *testing.T) { tc.check(t, start(t, tc.config)) })
	}
}

// check provokes the error on every wire.
func (tc *errorCase) check(t *testing.T, c *capsule) {
	folder := ""
	if tc.fault != nil {
		folder = tc.fault(c)
	}
	token := tc.token
	switch token {
	case "":
		token = "demo-admin"
	case noToken:
		token = ""
	}
	if tc.method != "" {
		path := strings.Replace(tc.path, "%s", folder, 1)
		tc.checkREST(t, c, c.request(tc.method, path, token, tc.body))
	}
	if tc.call == nil {
		return
	}
	for _, w := range wires {
		w.http2 = w.http2 || tc.bidi
		t.Run(w.name, func(t *testing.T) { tc.checkRPC(t, c, w, token, folder) })
	}
}

// TestTheTableIsComplete: every code, and every reason.
func TestTheTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, tc := range errorCases {
		seen[fmt.Sprint(tc.number)] = true
		seen[fmt.Sprint(tc.number, "/", tc.reason)] = true
	}
	for _, code := range errpactv1err.Catalogue.Codes() {
		if !seen[fmt.Sprint(code.Number())] {
			t.Errorf("no case provokes %v", code)
		}
		for _, reason := range code.Reasons() {
			if !seen[fmt.Sprint(reason.Number(), "/", reason.Reason())] {
				t.Errorf("no case provokes %v/%s", code, reason.Reason())
			}
		}
	}
}
