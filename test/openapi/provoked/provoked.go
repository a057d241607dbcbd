// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package provoked has requests to the example that end in an error. The generated clients make them, all by one
// operation, which gets a folder.
package provoked

import (
	"encoding/json"
	"net/http"
	"os"
)

// Request changes what a generated client sends.
type Request struct {
	Name string
	// Token is the access token. An empty one is not sent.
	Token string
	// Chaos is what the server is asked to do in place of its handler.
	Chaos string
	// Method and Query are sent in place of the client's own, unless they are empty.
	Method, Query string
}

// Requests are made in this order.
var Requests = []Request{
	{Name: "no token"},
	{Name: "an unknown token", Token: "nobody"},
	{Name: "no such folder", Token: "demo-admin"},
	{Name: "a method that there is not", Token: "demo-admin", Method: http.MethodPut},
	{Name: "an error that no method declares", Token: "demo-admin", Chaos: "conflict"},
	{Name: "a parameter that there is not", Token: "demo-admin", Query: "page=1"},
	{Name: "an error that nobody mapped", Token: "demo-admin", Chaos: "leak"},
}

// Answer is an error as the types of a generated client have it.
type Answer struct {
	// Name is the request's.
	Name string `json:"name"`
	// Response is the response of the document that was matched: a status, or default.
	Response string `json:"response"`
	Code     int32  `json:"code"`
	Message  string `json:"message"`
	// Details are JSON or, where they have a type, the id of the folder in them.
	Details string `json:"details"`
	// HasID says that the header X-Request-Id was there.
	HasID bool `json:"has_id"`
}

// Print writes the answer to stdout, on a line.
func (a Answer) Print() { _ = json.NewEncoder(os.Stdout).Encode(a) }

// Client returns an HTTP client that changes requests.
func (r Request) Client() *http.Client { return &http.Client{Transport: r} }

// RoundTrip implements [http.RoundTripper].
func (r Request) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if r.Token != "" {
		request.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if r.Chaos != "" {
		request.Header.Set("X-Chaos", r.Chaos)
	}
	if r.Method != "" {
		request.Method = r.Method
	}
	if r.Query != "" {
		request.URL.RawQuery = r.Query
	}
	return http.DefaultTransport.RoundTrip(request)
}
