// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestClassification walks every way to be an RPC, and what looks like one. The handler answers a
// text of its own, which an RPC caller gets and a REST caller does not.
func TestClassification(t *testing.T) {
	contentType := func(value string) []string { return []string{"Content-Type", value} }
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "own text", http.StatusTeapot)
	}))
	for _, test := range []struct {
		name, method, path string
		header             []string
		rpc                bool
	}{
		{"grpc", "POST", "/x", contentType("application/grpc"), true},
		{"grpc+proto", "POST", "/x", contentType("application/grpc+proto"), true},
		{"grpc+json", "POST", "/x", contentType("application/grpc+json"), true},
		{"grpc+", "POST", "/x", contentType("application/grpc+"), true},
		{"grpc-web", "POST", "/x", contentType("application/grpc-web"), true},
		{"grpc-web+proto", "POST", "/x", contentType("application/grpc-web+proto"), true},
		{"grpc of another method", "PUT", "/x", contentType("application/grpc"), true},
		{"grpc-nope", "POST", "/x", contentType("application/grpc-nope"), false},
		{"grpcx", "POST", "/x", contentType("application/grpcx"), false},
		{"grpc-web-text", "POST", "/x", contentType("application/grpc-web-text"), false},
		{"connect+proto", "POST", "/x", contentType("application/connect+proto"), true},
		{"connect+json", "POST", "/x", contentType("application/connect+json"), true},
		{"connect", "POST", "/x", contentType("application/connect"), false},
		{"json", "POST", "/x", contentType("application/json"), false},
		{"proto", "POST", "/x", contentType("application/proto"), false},
		{"version 1", "POST", "/x", []string{"Connect-Protocol-Version", "1"}, true},
		{"version 2", "POST", "/x", []string{"Connect-Protocol-Version", "2"}, false},
		{"version 1, GET", "GET", "/x", []string{"Connect-Protocol-Version", "1"}, true},
		{"no version", "POST", "/x", []string{"Connect-Protocol-Version", ""}, false},
		{"connect=v1", "GET", "/x?connect=v1", nil, true},
		{"connect=v1 among others", "GET", "/x?encoding=json&connect=v1&message=%7B%7D", nil, true},
		{"connect=true", "GET", "/x?connect=true", nil, false},
		{"connect=v2", "GET", "/x?connect=v2", nil, false},
		{"disconnect=v1", "GET", "/x?disconnect=v1", nil, false},
		{"connect=v1, POST", "POST", "/x?connect=v1", nil, false},
		{"procedure", "POST", "/acme.shop.v1.Shop/Buy", nil, true},
		{"procedure under a prefix", "POST", "/api/rpc/acme.Shop/Buy", nil, true},
		{"procedure, GET", "GET", "/acme.shop.v1.Shop/Buy", nil, false},
		{"procedure, PUT", "PUT", "/acme.shop.v1.Shop/Buy", nil, false},
		{"a service without package", "POST", "/Shop/Buy", nil, false},
		{"a version number", "POST", "/v1.0/folders", nil, false},
		{"an empty part", "POST", "/acme..Shop/Buy", nil, false},
		{"a dot in front", "POST", "/.Shop/Buy", nil, false},
		{"no method", "POST", "/acme.Shop/", nil, false},
		{"a file", "POST", "/acme.Shop/report.pdf", nil, false},
		{"a custom verb", "POST", "/acme.Shop/Buy:now", nil, false},
		{"more behind", "POST", "/acme.Shop/Buy/7", nil, false},
		{"root", "POST", "/", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := send(t, s, test.method, test.path, "", test.header...)
			if rpc := a.body == "own text\n"; rpc != test.rpc {
				t.Errorf("is an RPC: %v, want %v: %s", rpc, test.rpc, a.body)
			}
		})
	}
}

// TestClassificationOfOddRequests are requests that no server hands on.
func TestClassificationOfOddRequests(t *testing.T) {
	h := quietFunc(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for name, r := range map[string]*http.Request{
		"no URL":     {Method: http.MethodPost},
		"zero":       {},
		"two types":  {Method: http.MethodPost, Header: http.Header{"Content-Type": {"text/plain", "text/html"}}},
		"nil header": {Method: http.MethodGet, Header: nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusTeapot || w.Body.String() != envelope(4, "I'm a teapot") {
				t.Errorf("answer = %d %s", w.Code, w.Body)
			}
		})
	}
}
