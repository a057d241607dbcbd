// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// sharedEnvelope is an answer of REST.
type sharedEnvelope struct {
	Name       string     `json:"name"`
	Status     int        `json:"status"`
	Body       string     `json:"body"`
	RequestID  string     `json:"requestId,omitempty"`
	RetryAfter string     `json:"retryAfter,omitempty"`
	Credential bool       `json:"credential"`
	Want       sharedView `json:"want"`
}

func (c *sharedEnvelope) check(t *testing.T) {
	t.Helper()
	request := &http.Request{Header: http.Header{}}
	if c.Credential {
		request.Header.Set("Authorization", "Bearer x")
	}
	header := http.Header{"X-Request-Id": {c.RequestID}, "Retry-After": {c.RetryAfter}}
	err := rest.CheckResponse(&http.Response{StatusCode: c.Status, Header: header, Request: request, Body: io.NopCloser(strings.NewReader(c.Body))})
	e, ok := mapping.From(err)
	if !ok {
		t.Fatalf("%s: %v", c.Name, err)
	}
	c.Want = viewOf(e)
}

// TestSharedEnvelopes: answers of REST, envelopes and others.
func TestSharedEnvelopes(t *testing.T) {
	var cases []*sharedEnvelope
	add := func(name string, status int, body string) *sharedEnvelope {
		c := &sharedEnvelope{Name: name, Status: status, Body: body, Credential: true}
		cases = append(cases, c)
		return c
	}
	for status := 400; status < 600; status++ {
		add("status "+strconv.Itoa(status), status, "")
	}
	add("no credential", 401, "").Credential = false
	add("status 600", 600, "")
	add("HTML", 502, "<html><body>SECRET</body></html>")
	for name, body := range map[string]string{
		"plain": `{"error_code":10,"error_message":"gone","details":null}`, "other order": ` {"details":null,"error_message":"gone","error_code":10}`,
		"10.0": `{"error_code":10.0,"error_message":"gone","details":null}`, "1e1": `{"error_code":1e1,"error_message":"gone","details":null}`,
		"unknown": `{"error_code":1001,"error_message":"gone","details":null}`, "negative": `{"error_code":-7,"error_message":"gone","details":null}`,
		"problem": `{"type":"about:blank","title":"t","status":404,"error_code":10,"error_message":"gone","details":null}`, "byte order mark": "\ufeff" + `{"error_code":10,"error_message":"gone","details":null}`,
		"over 32 bits": `{"error_code":4294967306,"error_message":"gone","details":null}`, "no whole number": `{"error_code":10.5,"error_message":"gone","details":null}`,
		"a text for a number": `{"error_code":"10","error_message":"gone","details":null}`, "no details": `{"error_code":10,"error_message":"gone"}`, "no message": `{"error_code":10,"details":null}`,
		"null message": `{"error_code":10,"error_message":null,"details":null}`, "a list": `[{"error_code":10,"error_message":"gone","details":null}]`, "null": `null`, "cut short": `{"error_code":10,`,
		"payload": `{"error_code":10,"error_message":"gone","details":{"folder":["a",1]}}`, "payload of one text": `{"error_code":10,"error_message":"gone","details":"x"}`,
		"a message with lines": `{"error_code":10,"error_message":"a\nb","details":null}`, "an empty message": `{"error_code":10,"error_message":"","details":null}`,
		"lone surrogate": `{"error_code":10,"error_message":"a\ud800b","details":null}`,
		"metadata":       `{"error_code":10,"error_message":"gone","details":{"metadata":{"folder_id":"f","9":"x","a b":"x","__proto__":"p","constructor":"c"}}}`,
		"fields":         `{"error_code":4,"error_message":"bad","details":{"field_violations":[{"field":"limit","description":"is 1 to 9","reason":"RANGE"},{"field":"a.b"}]}}`,
		"reason":         `{"error_code":14,"error_message":"bad","details":{"reason":"INVALID_HASH"}}`, "no reason": `{"error_code":14,"error_message":"bad","details":{"reason":"x y"}}`,
		"delay": `{"error_code":12,"error_message":"db","details":{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1.500s"}}`, "no delay": `{"error_code":12,"error_message":"db","details":{"retry_delay":"-1s"}}`,
		"guidance":                `{"error_code":10,"error_message":"gone","details":{"reason":"INVALID_HASH","metadata":{"id":"a\"}"},"request_id":"d-1","resolution":"Ask.","retryable":false}}`,
		"guidance alone":          `{"error_code":10,"error_message":"gone","details":{"retryable":true}}`,
		"a payload with a reason": `{"error_code":10,"error_message":"gone","details":{"reason":"INVALID_HASH","left":3}}`, "a payload's reason": `{"error_code":10,"error_message":"gone","details":{"reason":"out of stock"}}`,
		"a payload's number for a reason": `{"error_code":10,"error_message":"gone","details":{"reason":5}}`, "an empty payload": `{"error_code":10,"error_message":"gone","details":{}}`,
		"a payload of one number": `{"error_code":10,"error_message":"gone","details":5}`, "an empty list": `{"error_code":10,"error_message":"gone","details":[]}`, "a list of one reason": `{"error_code":10,"error_message":"gone","details":["reason"]}`,
		"request id": `{"error_code":0,"error_message":"m","details":{"request_id":"d-1"}}`,
	} {
		for _, status := range []int{404, 400, 503} {
			add(name+" with "+strconv.Itoa(status), status, body)
		}
	}
	add("the header's id", 500, `{"error_code":0,"error_message":"m","details":{"request_id":"d-1"}}`).RequestID = "h-1"
	add("Retry-After", 503, "").RetryAfter = "3"
	add("Retry-After that is none", 503, "").RetryAfter = "soon"
	add("Retry-After that is over", 503, "").RetryAfter = "Wed, 21 Oct 2015 07:28:00 GMT"
	add("the details' delay", 503, `{"error_code":12,"error_message":"db","details":{"retry_delay":"2s"}}`).RetryAfter = "3"
	for _, c := range cases {
		c.check(t)
	}
	compareShared(t, "envelopes.json", cases)
}
