// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/errpact/errpact/mapping"
)

// write completes a captured answer with an error.
func (c *capture) write(e *mapping.Error) {
	c.state = stateDone
	if !c.outerEncoding {
		c.Header().Del("Content-Encoding")
	}
	c.config.write(c.ResponseWriter, c.accept, c.slot.Header, c.slot.RequestID(), e)
}

// bodyHeaders describe a body that is not sent. Trailers would promise what does not come.
var bodyHeaders = [...]string{
	"Content-Length", "Content-Range", "Content-Disposition", "Content-Language", "Etag", "Last-Modified",
	"Digest", "Content-Digest", "Repr-Digest", "Trailer", "Accept-Encoding", "Accept-Ranges",
}

// write writes the envelope of an error, with the headers that belong to it.
func (c *config) write(w http.ResponseWriter, accept []string, request http.Header, requestID string, e *mapping.Error) {
	h := w.Header()
	for _, key := range bodyHeaders {
		h.Del(key)
	}
	for key := range h {
		if strings.HasPrefix(key, http.TrailerPrefix) {
			delete(h, key)
		}
	}
	status := e.HTTPStatus()
	problem := wantsProblem(accept)
	body := mapping.EnvelopeOf(e).AppendJSON(make([]byte, 0, 256))
	contentType := "application/json"
	if problem {
		contentType = "application/problem+json"
		body = appendProblem(body, status, e)
	}
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set(mapping.HeaderRequestID, requestID)
	addVary(h, "Accept")
	setUnlessThere(h, "Cache-Control", "no-store")
	c.setChallenge(h, status, request)
	setRetryAfter(h, e)
	sortAllow(h)
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell
}

func setUnlessThere(h http.Header, key, value string) {
	if h.Get(key) == "" {
		h.Set(key, value)
	}
}

func addVary(h http.Header, name string) {
	for _, value := range h["Vary"] {
		for field := range strings.SplitSeq(value, ",") {
			if field = strings.TrimSpace(field); field == "*" || strings.EqualFold(field, name) {
				return
			}
		}
	}
	h.Add("Vary", name)
}

// setChallenge gives every 401 a WWW-Authenticate.
// https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
func (c *config) setChallenge(h http.Header, status int, request http.Header) {
	if status != http.StatusUnauthorized || h.Get("Www-Authenticate") != "" {
		return
	}
	challenge := c.challenge
	scheme, parameters, _ := strings.Cut(challenge, " ")
	if strings.EqualFold(scheme, "Bearer") && c.policy.WhenUnauthenticated(request) != mapping.WhenNoCredential {
		separator := ", "
		if strings.TrimSpace(parameters) == "" {
			challenge, separator = scheme, " "
		}
		challenge += separator + `error="invalid_token"`
	}
	h.Set("Www-Authenticate", challenge)
}

// maxRetryAfter bounds Retry-After: a caller should not be sent away for longer than a day.
const maxRetryAfter = 24 * time.Hour

// setRetryAfter writes whole seconds, rounded up: 0 would mean "now".
func setRetryAfter(h http.Header, e *mapping.Error) {
	delay, ok := e.RetryDelay()
	if !ok || h.Get("Retry-After") != "" {
		return
	}
	seconds := (min(delay, maxRetryAfter) + time.Second - 1) / time.Second
	h.Set("Retry-After", strconv.FormatInt(int64(max(seconds, 1)), 10))
}

// sortAllow makes one header of Allow in a fixed order: vanguard's is that of a map.
func sortAllow(h http.Header) {
	values := h["Allow"]
	if len(values) == 0 {
		return
	}
	var methods []string
	for _, value := range values {
		for method := range strings.SplitSeq(value, ",") {
			if method = strings.TrimSpace(method); method != "" {
				methods = append(methods, method)
			}
		}
	}
	slices.Sort(methods)
	h["Allow"] = []string{strings.Join(slices.Compact(methods), ", ")}
}

// appendProblem makes the envelope a problem of RFC 9457, whose extension members its keys are.
// https://www.rfc-editor.org/rfc/rfc9457
func appendProblem(envelope []byte, status int, e *mapping.Error) []byte {
	title := strconv.Quote(http.StatusText(status))
	if http.StatusText(status) == "" {
		title = strconv.Quote("Error")
	}
	problem := append([]byte(`{"type":"about:blank","title":`), title...)
	problem = append(problem, `,"status":`...)
	problem = strconv.AppendInt(problem, int64(status), 10)
	return append(append(problem, ','), envelope[1:]...)
}
