// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/linked"
	"github.com/errpact/errpact/mapping"
)

// check fetches from a server that answers so, and gives what CheckResponse makes of it.
func check(t *testing.T, status int, header http.Header, body string, opts ...rest.Option) (*mapping.Error, error) {
	t.Helper()
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for key, values := range header {
			w.Header()[key] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	res, err := request(t, s, "GET", "/", "", "Accept-Encoding", "identity")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	err = rest.CheckResponse(res, opts...)
	if again, readErr := io.ReadAll(res.Body); readErr != nil || string(again) != body {
		t.Errorf("the body is %d bytes, %v: want all %d", len(again), readErr, len(body))
	}
	found, _ := mapping.From(err)
	return found, err
}

// marshalStatus is a google.rpc.Status in JSON, as vanguard writes it where no Handler is around.
func marshalStatus(t *testing.T, code connect.Code, message string, details ...proto.Message) string {
	t.Helper()
	s := &rpcstatus.Status{Code: int32(code), Message: message}
	for _, d := range details {
		packed, err := anypb.New(d)
		if err != nil {
			t.Fatal(err)
		}
		s.Details = append(s.Details, packed)
	}
	b, err := protojson.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// connectDetail is a detail of Connect's JSON.
func connectDetail(t *testing.T, message proto.Message) string {
	t.Helper()
	b, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"type":%q,"value":%q,"debug":{}}`, message.ProtoReflect().Descriptor().FullName(), base64.RawStdEncoding.EncodeToString(b))
}

func TestCheckResponse(t *testing.T) {
	detail := &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode_ERROR_CODE_CONTAINER_UNPACKING_FAILED.Enum(), Reason: "INVALID_HASH"}
	info := &errdetails.ErrorInfo{Reason: "INVALID_HASH", Domain: "errpact.dev", Metadata: map[string]string{"file": "a.jpg"}}
	retry := &errdetails.RetryInfo{RetryDelay: durationpb.New(3 * time.Second)}
	hash := errpactv1err.ContainerUnpackingFailedInvalidHash
	for _, test := range []struct {
		name     string
		status   int
		header   http.Header
		body     string
		want     mapping.Code
		message  string
		connect  mapping.ConnectCode
		inferred bool
		retry    time.Duration
	}{
		{"envelope", 404, http.Header{"Content-Type": {"application/json"}}, envelope(10, "no folder"), errpactv1err.NotExist, "no folder", 5, false, 0},
		{"envelope without a type", 404, nil, envelope(10, "no folder"), errpactv1err.NotExist, "no folder", 5, false, 0},
		{"envelope with a reason", 400, nil, `{"error_code":14,"error_message":"Invalid hash","details":{"reason":"INVALID_HASH"}}`, hash, "Invalid hash", 3, false, 0},
		{"envelope of an unknown number", 418, nil, envelope(4711, "tea"), errpactv1err.Catalogue.Code(4711), "tea", 3, false, 0},
		{"envelope with a delay", 503, nil, `{"error_code":12,"error_message":"busy","details":{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1.500s"}}`,
			errpactv1err.DatabaseTemporarilyUnavailable, "busy", 14, false, 1500 * time.Millisecond},
		{"fallen-back envelope", 409, nil, envelope(4, "is there"), errpactv1err.InvalidValue, "is there", 10, false, 0},
		{"problem", 404, http.Header{"Content-Type": {"application/problem+json"}},
			`{"type":"about:blank","title":"Not Found","status":404,` + envelope(10, "no folder")[1:], errpactv1err.NotExist, "no folder", 5, false, 0},
		{"Connect JSON", 400, nil, `{"code":"invalid_argument","message":"bad","details":[` + connectDetail(t, detail) + `,` + connectDetail(t, info) + `]}`, hash, "bad", 3, false, 0},
		{"Connect JSON without details", 409, nil, `{"code":"already_exists","message":"is there"}`, errpactv1err.InvalidValue, "is there", 6, true, 0},
		{"Connect JSON with odd details", 404, nil, `{"code":"not_found","message":5,"details":[null,7,{"type":5},{"type":"x.Y","value":"!"}]}`,
			errpactv1err.NotExist, "Resource does not exist", 5, true, 0},
		{"google.rpc.Status", 400, nil, marshalStatus(t, 3, "bad", detail, info, retry), hash, "bad", 3, false, 3 * time.Second},
		{"google.rpc.Status by its ErrorInfo", 400, nil, marshalStatus(t, 3, "bad", info), hash, "bad", 3, false, 0},
		{"google.rpc.Status without details", 404, nil, marshalStatus(t, 5, "no"), errpactv1err.NotExist, "no", 5, true, 0},
		{"google.rpc.Status with details as bytes", 400, nil, `{"code":3,"message":"bad","details":[{"@error":"errpact.v1.ErrorDetail is not recognized; see @value for raw binary message data",` +
			`"@type":"type.googleapis.com/errpact.v1.ErrorDetail","@value":"CA4aDElOVkFMSURfSEFTSA=="}]}`, hash, "bad", 3, false, 0},
		{"google.rpc.Status with a detail that nobody could print", 400, nil, `{"code":3,"message":"bad","details":[{"@type":"type.googleapis.com/errpact.v1.ErrorDetail","@error":"odd"},` +
			`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_HASH","domain":"errpact.dev"}]}`, hash, "bad", 3, false, 0},
		{"google.rpc.Status with an exponent", 404, nil, `{"code":0.5e1,"message":"no"}`, errpactv1err.NotExist, "no", 5, true, 0},
		{"a ConnectError of JavaScript", 400, nil, `{"name":"ConnectError","rawMessage":"bad","code":3,"metadata":{},"details":[` +
			`{"type":"errpact.v1.ErrorDetail","value":{"0":8,"1":14,"2":26,"3":12,"4":73,"5":78,"6":86,"7":65,"8":76,"9":73,"10":68,"11":95,"12":72,"13":65,"14":83,"15":72}}]}`,
			hash, "bad", 3, false, 0},
		{"Google's JSON", 400, nil, `{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"bad","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",` +
			`"reason":"INVALID_HASH","domain":"errpact.dev"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}`, hash, "bad", 3, false, 3 * time.Second},
		{"Google's JSON without details", 409, nil, `{"error":{"code":409,"status":"ABORTED","message":"busy"}}`, errpactv1err.InvalidValue, "busy", 10, true, 0},
		{"Connect's end of a stream", 404, nil, `{"error":{"code":"not_found","message":"no"},"metadata":{}}`, errpactv1err.NotExist, "no", 5, true, 0},
		{"a byte order mark before an envelope", 400, nil, "\ufeff" + `{"error_code":14,"error_message":"Invalid hash","details":{"reason":"INVALID_HASH"}}`, hash, "Invalid hash", 3, false, 0},
		{"a byte order mark before Google's JSON", 404, nil, "\ufeff" + `{"error":{"code":404,"status":"NOT_FOUND","message":"no"}}`, errpactv1err.NotExist, "no", 5, true, 0},
		{"an envelope with an exponent", 404, nil, `{"error_code":1e1,"error_message":"no folder","details":null}`, errpactv1err.NotExist, "no folder", 5, false, 0},
		{"an envelope with a fraction", 404, nil, `{"error_code":10.0,"error_message":"no folder","details":null}`, errpactv1err.NotExist, "no folder", 5, false, 0},
		{"an API that counts its own errors", 404, nil, `{"code":3,"msg":"no","data":null}`, errpactv1err.NotExist, "Resource does not exist", 5, true, 0},
		{"google.rpc.Status with unknown details", 404, nil, `{"code":5,"message":"no","details":[{"@type":"type.googleapis.com/x.Y","a":1},{"@type":5}]}`,
			errpactv1err.NotExist, "no", 5, true, 0},
		{"status and Retry-After", 429, http.Header{"Retry-After": {"7"}}, marshalStatus(t, 8, "slower"), errpactv1err.Unknown, "slower", 8, true, 7 * time.Second},
		{"status too large", 413, nil, marshalStatus(t, 8, "too large"), errpactv1err.Unknown, "too large", 8, true, 0},
		{"a proxy's page", 502, http.Header{"Content-Type": {"text/html"}, "Retry-After": {"120"}}, "<html>Bad Gateway</html>",
			errpactv1err.ExternalService, "External service failed", 14, true, 2 * time.Minute},
		{"an empty answer", 404, nil, "", errpactv1err.NotExist, "Resource does not exist", 5, true, 0},
		{"no credential", 401, nil, "", errpactv1err.AuthNotProvided, "Access token is not provided", 16, true, 0},
		{"another API's JSON", 404, nil, `{"code":404,"message":"` + canary + `"}`, errpactv1err.NotExist, "Resource does not exist", 5, true, 0},
		{"a code of 0", 500, nil, `{"code":0,"message":"x"}`, errpactv1err.Unknown, "Unknown server side error occurred", 13, true, 0},
		{"a code of 17", 403, nil, `{"code":17,"message":"x"}`, errpactv1err.AuthForbidden, "Access is denied", 7, true, 0},
		{"two of three keys", 404, nil, `{"error_code":3,"error_message":"x"}`, errpactv1err.NotExist, "Resource does not exist", 5, true, 0},
		{"429", 429, nil, "", errpactv1err.Unknown, "Too Many Requests", 8, true, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{"X-Request-Id": {"r-7"}}
			for key, values := range test.header {
				header[key] = values
			}
			e, err := check(t, test.status, header, test.body)
			if !errors.Is(err, test.want) || e.Code().Number() != test.want.Number() || e.Reason() != test.want.Reason() {
				t.Errorf("error = %+v, want %v", err, test.want)
			}
			if e.Message() != test.message || e.HTTPStatus() != test.status || e.ConnectCode() != test.connect || e.RequestID() != "r-7" {
				t.Errorf("message %q, status %d, Connect code %d, request id %q", e.Message(), e.HTTPStatus(), e.ConnectCode(), e.RequestID())
			}
			if !e.Remote() || e.Inferred() != test.inferred {
				t.Errorf("remote %v, inferred %v", e.Remote(), e.Inferred())
			}
			if delay, ok := e.RetryDelay(); delay != test.retry || ok != (test.retry > 0) {
				t.Errorf("retry delay = %v, %v, want %v", delay, ok, test.retry)
			}
		})
	}
}

// TestCheckResponseKnowsLinkedCatalogues, which it was not given, by all that a REST API may answer with.
func TestCheckResponseKnowsLinkedCatalogues(t *testing.T) {
	number := int32(70001)
	detail := &errpactv1.ErrorDetail{Catalogue: linked.Stock, Number: &number, Reason: "LAST_ONE"}
	info := func(domain, reason string) *errdetails.ErrorInfo {
		return &errdetails.ErrorInfo{Domain: domain, Reason: reason}
	}
	given := newPolicy(t, nil, mapping.WithCatalogues(nil, linked.Of(linked.Twin)))
	for _, test := range []struct {
		name   string
		policy *mapping.Policy
		status int
		body   string
		want   mapping.Code
	}{
		{"envelope", nil, 409, envelope(70001, "no"), linked.SoldOut},
		{"envelope with a reason", nil, 409, `{"error_code":70001,"error_message":"no","details":{"reason":"LAST_ONE"}}`, linked.LastOne},
		{"problem", nil, 401, `{"type":"about:blank","title":"Unauthorized","status":401,` + envelope(70002, "no")[1:], linked.Closed},
		{"envelope of a number that two have", nil, 404, envelope(70100, "no"), errpactv1err.Catalogue.Code(70100)},
		{"envelope of a number that two have, of which one is given", given, 404, envelope(70100, "no"), linked.Of(linked.Twin).Code(70100)},
		{"envelope of a number that none has", nil, 404, envelope(70999, "no"), errpactv1err.Catalogue.Code(70999)},
		{"Connect JSON", nil, 400, `{"code":"failed_precondition","message":"no","details":[` + connectDetail(t, detail) + `]}`, linked.LastOne},
		{"Connect JSON by its ErrorInfo", nil, 400, `{"code":"failed_precondition","message":"no","details":[` + connectDetail(t, info(linked.StockDomain, "SOLD_OUT")) + `]}`, linked.SoldOut},
		{"google.rpc.Status", nil, 400, marshalStatus(t, 9, "no", detail), linked.LastOne},
		{"google.rpc.Status by its ErrorInfo", nil, 400, marshalStatus(t, 9, "no", info(linked.StockDomain, "LAST_ONE")), linked.LastOne},
		{"google.rpc.Status of a domain that two have", nil, 404, marshalStatus(t, 5, "no", info(linked.TwinDomain, "SHARED")), errpactv1err.NotExist},
		{"google.rpc.Status of a domain that two have, of which one is given", given, 404, marshalStatus(t, 5, "no", info(linked.TwinDomain, "SHARED")), linked.Of(linked.Twin).Code(70100)},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := check(t, test.status, nil, test.body, rest.WithPolicy(test.policy))
			if !errors.Is(err, test.want) || e.Reason() != test.want.Reason() || e.HTTPStatus() != test.status || e.Message() != "no" {
				t.Errorf("error = %+v with %d, want %v", err, e.HTTPStatus(), test.want)
			}
			if test.want.Declared() && e.Code() != test.want.WithReason("") {
				t.Errorf("the code is not == %v", test.want)
			}
		})
	}
}

func TestCheckResponseOfNoError(t *testing.T) {
	if err := rest.CheckResponse(nil); err == nil {
		t.Errorf("a nil response is no error")
	}
	for _, status := range []int{200, 204, 301, 304} {
		if err := rest.CheckResponse(&http.Response{StatusCode: status}); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
	e, _ := mapping.From(rest.CheckResponse(&http.Response{StatusCode: 404}, nil))
	if e.Code() != errpactv1err.NotExist {
		t.Errorf("without a body: %v", e)
	}
}

// TestCheckResponseOfHEAD infers all from the status.
func TestCheckResponseOfHEAD(t *testing.T) {
	s := serve(t, quiet(t, http.NotFoundHandler()))
	res, err := request(t, s, "HEAD", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := rest.CheckResponse(res); !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("error = %v", err)
	}
}

// TestCheckResponseByCredential tells "not provided" from "invalid" by the request that was made.
func TestCheckResponseByCredential(t *testing.T) {
	policy := newPolicy(t, nil, mapping.WithCredential(func(h http.Header) bool { return h.Get("X-Token") != "" }))
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }))
	for header, want := range map[string]mapping.Code{"X-Token": errpactv1err.AuthInvalid, "X-Other": errpactv1err.AuthNotProvided} {
		res, err := request(t, s, "GET", "/", "", header, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := rest.CheckResponse(res, rest.WithPolicy(policy)); !errors.Is(err, want) {
			t.Errorf("with %s: %v, want %v", header, err, want)
		}
		res.Body.Close()
	}
}

// TestCheckResponseSaysThatTheBodyWasRead, and not of an answer that has none.
func TestCheckResponseSaysThatTheBodyWasRead(t *testing.T) {
	s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/empty" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		rest.Error(w, r, errpactv1err.NotExist)
	})))
	for name, use := range map[string]func(*http.Response){
		"read":     func(res *http.Response) { _, _ = io.ReadAll(res.Body) },
		"closed":   func(res *http.Response) { _ = res.Body.Close() },
		"not read": func(*http.Response) {},
	} {
		res, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		use(res)
		err = rest.CheckResponse(res)
		_ = res.Body.Close()
		if said := strings.Contains(fmt.Sprintf("%+v", err), "was read or closed before: call CheckResponse first"); said != (name != "not read") || !errors.Is(err, errpactv1err.NotExist) {
			t.Errorf("%s: %+v", name, err)
		}
	}
	res, err := http.Head(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := rest.CheckResponse(res); strings.Contains(fmt.Sprintf("%+v", err), "was read") {
		t.Errorf("HEAD: %+v", err)
	}
}
