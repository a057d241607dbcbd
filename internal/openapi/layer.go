// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"net/http"
	"strconv"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// layer is a status that any operation may answer without its handler: authentication, routing, limits and
// decoding give it, or a handler's error that nobody mapped.
type layer struct {
	status      int
	description string
}

var layers = []layer{
	{http.StatusUnauthorized, "The request has no credentials, or none that are valid."},
	{http.StatusForbidden, "The caller is not allowed to do this."},
	{http.StatusNotFound, "There is no such resource."},
	{http.StatusMethodNotAllowed, "The resource does not support the HTTP method."},
	{http.StatusRequestEntityTooLarge, "The request is too large."},
	{http.StatusUnsupportedMediaType, "The service does not read bodies of this content type or encoding."},
	{http.StatusTooManyRequests, "The caller has sent too many requests."},
	{http.StatusInternalServerError, "The service failed. Its log has the cause under the request id."},
}

// name is the layer's name among the components.
func (l layer) name() string { return "Error" + strconv.Itoa(l.status) }

// errors are those that the policy has for the status, with and without a credential in the request.
func (l layer) errors(policy *mapping.Policy) []failure {
	failures := []failure{failureOf(policy.ByHTTPStatus(l.status, mapping.ConditionAny))}
	if other := failureOf(policy.ByHTTPStatus(l.status, mapping.ConditionNoCredential)); other.anchor != failures[0].anchor {
		failures = append(failures, other)
	}
	return failures
}

// failureOf describes an error as a REST caller reads it.
func failureOf(e *mapping.Error) failure {
	_, delayed := e.RetryDelay()
	return failure{
		anchor: catalogue.Anchor(e.Code().Name(), e.Reason()), message: e.Message(), status: e.HTTPStatus(),
		delayed: delayed, envelope: mapping.EnvelopeOf(e).AppendJSON(nil),
	}
}
