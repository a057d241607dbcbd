// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// checkREST checks the answer to a REST caller.
func (tc *errorCase) checkREST(t *testing.T, c *capsule, req *http.Request) {
	t.Helper()
	resp, body := c.rest(req)
	if resp.StatusCode != tc.status {
		t.Errorf("status = %d, want %d", resp.StatusCode, tc.status)
	}
	message, err := json.Marshal(tc.message)
	must(t, err)
	want := fmt.Sprintf(`{"error_code":%d,"error_message":%s,"details":%s}`, tc.number, message, tc.details)
	if got := strings.TrimSpace(string(body)); got != want {
		t.Errorf("body = %s\nwant   %s", got, want)
	}
	header := map[string]string{
		"Content-Type":           "application/json",
		"X-Content-Type-Options": "nosniff",
		"Cache-Control":          "no-store",
		"Www-Authenticate":       "",
		"Allow":                  "",
		"Retry-After":            "",
	}
	maps.Copy(header, tc.header)
	for name, want := range header {
		got := resp.Header.Get(name)
		if name == "Allow" { // its order says nothing
			methods := strings.FieldsFunc(got, func(r rune) bool { return r == ',' || r == ' ' })
			slices.Sort(methods)
			got = strings.Join(methods, ", ")
		}
		if got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if resp.Header.Get("X-Request-Id") == "" {
		t.Error("there is no X-Request-Id")
	}
	checkLeaks(t, c, append(headerBytes(resp.Header), body...))
	err = rest.CheckResponse(resp)
	if e, _ := mapping.From(err); !errors.Is(err, tc.want) || e.Reason() != tc.reason {
		t.Errorf("rest.CheckResponse = %+v, want %v", err, tc.want)
	}
}

// checkRPC checks the answer to an RPC caller: what is on the wire, and what errpact's client
// interceptor makes of it.
func (tc *errorCase) checkRPC(t *testing.T, c *capsule, w wire, token, folder string) {
	t.Helper()
	recorder := &recorder{}
	c = &capsule{url: c.url, db: c.db, t: t, recorder: recorder}
	err := tc.call(t.Context(), c.client(w, token), folder)
	wireErr, ok := errors.AsType[*connect.Error](err)
	if !ok {
		t.Fatalf("error = %v, want a Connect error", err)
	}
	if wireErr.Code() != tc.connect || wireErr.Message() != tc.message {
		t.Errorf("error = %v: %s, want %v: %s", wireErr.Code(), wireErr.Message(), tc.connect, tc.message)
	}
	tc.checkDetails(t, wireErr)
	for _, detail := range wireErr.Details() {
		recorder.seen = append(recorder.seen, detail.Bytes()...)
	}
	checkLeaks(t, c, recorder.seen)

	err = tc.call(t.Context(), c.typedClient(w, token), folder)
	e, ok := mapping.From(err)
	if !ok || !errors.Is(err, tc.want) || e.Reason() != tc.reason || e.Inferred() || !e.Remote() {
		t.Errorf("the typed client's error = %+v, want %v/%s", err, tc.want, tc.reason)
	}
	if connect.CodeOf(err) != tc.connect || !connect.IsWireError(err) {
		t.Errorf("the typed client's error has Connect code %v, want a wire error of %v", connect.CodeOf(err), tc.connect)
	}
}

// envelopeDetails is what the details of an envelope can have.
type envelopeDetails struct {
	Reason     string            `json:"reason"`
	Metadata   map[string]string `json:"metadata"`
	Violations []struct {
		Field, Description string
	} `json:"field_violations"`
	RetryDelay string `json:"retry_delay"`
}

// checkDetails: RPC callers learn what REST callers do.
func (tc *errorCase) checkDetails(t *testing.T, err *connect.Error) {
	t.Helper()
	var details envelopeDetails
	must(t, json.Unmarshal([]byte(tc.details), &details))
	infoReason := tc.reason
	if infoReason == "" {
		infoReason = strings.TrimPrefix(tc.want.Name(), "ERROR_CODE_")
	}
	want := []proto.Message{
		&errpactv1.ErrorDetail{Code: errpactv1.ErrorCode(tc.number).Enum(), Reason: tc.reason},
		&errdetails.ErrorInfo{Reason: infoReason, Domain: "errpact.dev", Metadata: details.Metadata},
	}
	if len(details.Violations) > 0 {
		bad := &errdetails.BadRequest{}
		for _, v := range details.Violations {
			bad.FieldViolations = append(bad.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Description})
		}
		want = append(want, bad)
	}
	if details.RetryDelay != "" {
		want = append(want, &errdetails.RetryInfo{RetryDelay: durationpb.New(1e9)})
	}
	var got []proto.Message
	for _, detail := range err.Details() {
		message, err := detail.Value()
		must(t, err)
		if _, ok := message.(*errdetails.RequestInfo); ok && tc.status >= 500 {
			continue // a made-up id
		}
		got = append(got, message)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
}

// checkLeaks: nothing of the server's inside is in an answer.
func checkLeaks(t *testing.T, c *capsule, answer []byte) {
	t.Helper()
	for _, word := range []string{canary, "chaos-canary", "capsulev1", "proto:", "protobuf.", "sqlite", "SQLITE", "liking", "127.0.0.1", "connection refused", "SELECT", "INSERT", "SQLSTATE", "postgres", "PGSQL", c.db, "goroutine", ".go:"} {
		if bytes.Contains(answer, []byte(word)) {
			t.Errorf("the answer has %q in it:\n%s", word, answer)
		}
	}
}

func headerBytes(header http.Header) []byte {
	var b bytes.Buffer
	_ = header.Write(&b) // a Buffer takes everything
	for name, values := range header {
		for _, value := range values {
			if decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "=")); err == nil && strings.HasSuffix(name, "-Bin") {
				b.Write(decoded)
			}
		}
	}
	return b.Bytes()
}

// recorder keeps all that a server answered.
type recorder struct {
	http.RoundTripper
	// answers are the answers without their Date: status, headers, body and trailers.
	answers []string
	// seen has all of them, and also what is encoded in their headers.
	seen []byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.Header.Del("Date")
	header, trailer := headerBytes(resp.Header), headerBytes(resp.Trailer) // complete, now that the body has been read
	r.seen = append(append(append(r.seen, header...), body...), trailer...)
	r.answers = append(r.answers, fmt.Sprintf("%s %s\n%s\n%s\n%s", resp.Status, resp.Proto, header, body, trailer))
	return resp, nil
}
