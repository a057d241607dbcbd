// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/errpact/errpact/internal/page"
	"github.com/errpact/errpact/mapping"
)

// describer describes the errors of a page in a version of OpenAPI.
type describer struct {
	version
	page *page.Page
	// layers has the errors of each layer, in order.
	layers [][]failure
}

func newDescriber(p *page.Page, v version) *describer {
	d := &describer{version: v, page: p}
	for _, l := range layers {
		d.layers = append(d.layers, l.errors(p.Policy()))
	}
	return d
}

// components has the parts of the document that the responses of operations refer to.
type components struct {
	Schemas   map[string]schema   `json:"schemas"`
	Responses map[string]response `json:"responses"`
	Headers   map[string]header   `json:"headers"`
}

// response is a response, or a reference to one.
type response struct {
	Ref         string            `json:"$ref,omitempty"`
	Description string            `json:"description,omitempty"`
	Headers     map[string]header `json:"headers,omitempty"`
	Content     map[string]media  `json:"content,omitempty"`
}

// header is a header, or a reference to one.
type header struct {
	Ref         string  `json:"$ref,omitempty"`
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *schema `json:"schema,omitempty"`
}

type media struct {
	Schema   schema             `json:"schema"`
	Example  json.RawMessage    `json:"example,omitempty"`
	Examples map[string]example `json:"examples,omitempty"`
}

type example struct {
	Summary string          `json:"summary"`
	Value   json.RawMessage `json:"value"`
}

// failure is an error that a response may be.
type failure struct {
	anchor, message string
	status          int
	// delayed says that it may be tried again after a delay.
	delayed  bool
	envelope json.RawMessage
}

// failureOfEntry describes an entry, which stands for its reasons of the same status, or a reason.
func failureOfEntry(e *page.Entry) failure {
	isDelayed := func(r *page.Entry) bool { return r.RetryDelay != "" && r.HTTPStatus == e.HTTPStatus }
	return failure{e.Anchor, e.Message, e.HTTPStatus, isDelayed(e) || slices.ContainsFunc(e.Reasons, isDelayed), e.Envelope}
}

// failuresOf describes an entry, and those of its reasons that have another status.
func failuresOf(e *page.Entry) []failure {
	failures := []failure{failureOfEntry(e)}
	for _, r := range e.Reasons {
		if r.HTTPStatus != e.HTTPStatus {
			failures = append(failures, failureOfEntry(r))
		}
	}
	return failures
}

// defaultName is the component for every status that an operation does not list.
const defaultName = "ErrorDefault"

func (d *describer) components() components {
	c := components{
		Schemas: d.schemas(),
		Headers: map[string]header{
			requestID:  textHeader("The id under which the server's log has the error. Every error answer has this header, and no success.", true),
			retryAfter: textHeader("How many seconds to wait before trying again.", false),
			challenge:  textHeader("How to authenticate.", false),
			allow:      textHeader("The methods that the resource has.", false),
		},
		Responses: map[string]response{defaultName: d.response("Any other error.", 0, nil)},
	}
	for _, e := range d.page.All() {
		c.Responses[e.Anchor] = d.response(e.Message, e.HTTPStatus, []failure{failureOfEntry(e)})
	}
	for i, l := range layers {
		c.Responses[l.name()] = d.response(l.description, l.status, d.layers[i])
	}
	return c
}

// responses are the errors of an operation, by status: those that it declares and those of the layers, which are all
// that a nil operation has. What it declares stands beside what a layer gives for the same status.
func (d *describer) responses(o *operation) map[string]response {
	byStatus := make(map[int][]failure)
	if o != nil {
		for _, e := range o.declared {
			addNew(byStatus, failuresOf(e)...)
		}
	}
	responses := map[string]response{"default": reference(defaultName)}
	for i, l := range layers {
		if byStatus[l.status] == nil {
			responses[strconv.Itoa(l.status)] = reference(l.name())
			continue
		}
		for _, f := range d.layers[i] {
			f.status = l.status
			addNew(byStatus, f)
		}
	}
	for status, failures := range byStatus {
		described := reference(failures[0].anchor)
		if len(failures) > 1 {
			described = d.response(mapping.StatusText(status), status, failures)
		}
		responses[strconv.Itoa(status)] = described
	}
	return responses
}

// addNew adds failures to those of their status, each once.
func addNew(byStatus map[int][]failure, failures ...failure) {
	for _, f := range failures {
		if !slices.ContainsFunc(byStatus[f.status], func(other failure) bool { return other.anchor == f.anchor }) {
			byStatus[f.status] = append(byStatus[f.status], f)
		}
	}
}

func reference(name string) response { return response{Ref: "#/components/responses/" + name} }

// response describes an answer that is one of the failures; one of a status 0 has any.
func (d *describer) response(description string, status int, failures []failure) response {
	m := media{Schema: d.envelope(failures)}
	if len(failures) == 1 {
		m.Example = failures[0].envelope
	} else if len(failures) > 1 {
		m.Examples = make(map[string]example)
		for _, f := range failures {
			m.Examples[f.anchor] = example{f.message, f.envelope}
		}
	}
	return response{Description: description, Headers: headers(status, failures), Content: map[string]media{"application/json": m}}
}

// The names of headers, and of their components.
const (
	requestID  = "X-Request-Id"
	retryAfter = "Retry-After"
	challenge  = "WWW-Authenticate"
	allow      = "Allow"
)

func textHeader(description string, required bool) header {
	return header{Description: description, Required: required, Schema: &schema{Type: "string"}}
}

func headers(status int, failures []failure) map[string]header {
	names := []string{requestID}
	if status == 0 || status == http.StatusTooManyRequests || slices.ContainsFunc(failures, func(f failure) bool { return f.delayed }) {
		names = append(names, retryAfter)
	}
	switch status {
	case http.StatusUnauthorized:
		names = append(names, challenge)
	case http.StatusMethodNotAllowed:
		names = append(names, allow)
	}
	headers := make(map[string]header)
	for _, name := range names {
		headers[name] = header{Ref: "#/components/headers/" + name}
	}
	return headers
}
