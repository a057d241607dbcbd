// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/errpact/errpact/internal/retryafter"
	"github.com/errpact/errpact/mapping"
)

// write completes a captured answer with an error.
func (c *capture) write(e *mapping.Error) {
	c.state = stateDone
	restoreEncoding(c.Header(), c.outerEncoding)
	w := c.ResponseWriter
	if trailer := c.errored.trailer.Load(); trailer != nil && c.held == nil { // held was written in the error's place
		w = trailing(w, *trailer)
	}
	c.config.write(w, c.request, c.exchange.RequestID(), e)
}

// trailing is a writer that sends trailers, if there are any.
func trailing(w http.ResponseWriter, trailer http.Header) http.ResponseWriter {
	if len(trailer) == 0 {
		return w
	}
	return &trailerWriter{w, trailer}
}

// trailerWriter announces the trailers with the header.
type trailerWriter struct {
	http.ResponseWriter
	trailer http.Header
}

func (w *trailerWriter) WriteHeader(status int) {
	for key, values := range w.trailer {
		w.Header()[http.TrailerPrefix+key] = values
	}
	w.ResponseWriter.WriteHeader(status)
}

// restoreEncoding keeps a Content-Encoding that somebody outside has promised, and takes away one
// that belongs to the body that is not sent.
func restoreEncoding(h http.Header, outer []string) {
	if len(outer) > 0 {
		h["Content-Encoding"] = outer
	} else {
		delete(h, "Content-Encoding")
	}
}

// dropEncoding deletes a Content-Encoding where nobody has noted what was set outside. It keeps one that a middleware
// may have set which compresses the answer, as gorilla's CompressHandler does before it calls the next handler, and
// for whose sake [http.Error] deletes none: behind such a one, the writer is not the server's own.
func dropEncoding(w http.ResponseWriter) {
	if isServers(w) {
		delete(w.Header(), "Content-Encoding")
	}
}

// isServers reports whether a writer is a server's own, below those of this package. That of [http.TimeoutHandler]
// counts as one: it begins with an empty header.
func isServers(w http.ResponseWriter) bool {
	switch own := w.(type) {
	case *crossingWriter:
		return isServers(own.ResponseWriter)
	case *watch:
		return isServers(own.ResponseWriter)
	}
	t := reflect.TypeOf(w)
	if t.Kind() != reflect.Pointer {
		return false
	}
	path := t.Elem().PkgPath()
	return path == "net/http" || strings.HasPrefix(path, "net/http/") || path == "golang.org/x/net/http2"
}

// dropBody deletes the headers that describe a body that is not sent; those of the wire behind a
// transcoder, which are nothing to a REST caller and may hold an error's text; and those of trailers,
// which would promise what does not come.
func dropBody(h http.Header) {
	for key := range h {
		if describesBody(http.CanonicalHeaderKey(key)) {
			delete(h, key)
		}
	}
}

// unsatisfied returns the Content-Range by which a 416 says how long the body is that the range is not in, as
// [http.ServeContent] does. Without one it returns nil.
// https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17
func unsatisfied(h http.Header, status int) []string {
	if status == http.StatusRequestedRangeNotSatisfiable && strings.Contains(h.Get("Content-Range"), " */") {
		return h["Content-Range"]
	}
	return nil
}

func describesBody(key string) bool {
	switch key {
	case "Content-Length", "Content-Range", "Content-Disposition", "Content-Language", "Content-Location", "Content-Md5",
		"Etag", "Last-Modified", "Digest", "Content-Digest", "Repr-Digest", "Accept-Encoding", "Accept-Ranges",
		"Trailer", "Transfer-Encoding":
		return true
	}
	return strings.HasPrefix(key, "Grpc-") || strings.HasPrefix(key, "Connect-") || strings.HasPrefix(key, http.TrailerPrefix)
}

// write writes an error in the form that the caller asks for, with the headers that belong to it. It returns the body.
func (c *config) write(w http.ResponseWriter, seen request, requestID string, e *mapping.Error) string {
	h := w.Header()
	fresh := len(h) == 0 // as most are, of which nothing has to be asked
	status := e.HTTPStatus()
	if !fresh {
		length := unsatisfied(h, status)
		dropBody(h)
		if length != nil {
			h["Content-Range"] = length
		}
		sortAllow(h)
	}
	// One array holds the values of all: an answer has them, and each would be an allocation.
	form := formFor(seen.accept)
	values := &[...]string{formTypes[form], "nosniff", requestID, "no-store", "Accept"}
	if fresh || len(h["Vary"]) == 0 {
		h["Vary"] = values[4:5:5]
	} else {
		addVary(h, "Accept")
	}
	o := c.envelope(seen.acceptLanguage, requestID)
	if c.guidance || form == formMarkdown {
		o.RetryAfter = retryAfter(h.Get("Retry-After"), time.Now())
	}
	body, tag, varies := c.body(form, o, requestID, e)
	setLanguage(h, tag, varies)
	h["Content-Type"] = values[0:1:1]
	h["X-Content-Type-Options"] = values[1:2:2]
	h[mapping.HeaderRequestID] = values[2:3:3]
	if fresh || !has(h, "Cache-Control") {
		h["Cache-Control"] = values[3:4:4]
	}
	c.setChallenge(h, status, seen.credential)
	setRetryAfter(h, e)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // nobody is left to tell
	return body
}

// body returns an error in a form, the language of its message, and whether that depends on the caller's.
func (c *config) body(f form, o mapping.EnvelopeOptions, requestID string, e *mapping.Error) (body, tag string, varies bool) {
	if f == formMarkdown {
		o.RequestID = requestID
		return c.policy.Markdown(e, o)
	}
	body, tag, varies = e.EnvelopeIn(o)
	if f == formProblem {
		body = c.problem(body, o, requestID, e)
	}
	return body, tag, varies
}

// has says whether the first value of a header, whose name is canonical, is there and not empty.
func has(h http.Header, name string) bool {
	values := h[name]
	return len(values) > 0 && values[0] != ""
}

// setLanguage names the language of the message in the header. The header of an answer that could have been
// in another language says so to caches.
func setLanguage(h http.Header, tag string, varies bool) {
	if tag != "" {
		h.Set("Content-Language", tag)
	}
	if varies {
		addVary(h, "Accept-Language")
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
func (c *config) setChallenge(h http.Header, status int, credential mapping.Condition) {
	if status != http.StatusUnauthorized || has(h, "Www-Authenticate") {
		return
	}
	challenge := c.challenge
	scheme, parameters, _ := strings.Cut(challenge, " ")
	if strings.EqualFold(scheme, "Bearer") && credential != mapping.ConditionNoCredential && !hasErrorParameter(parameters) {
		separator := ", "
		if strings.TrimSpace(parameters) == "" {
			challenge, separator = scheme, " "
		}
		challenge += separator + `error="invalid_token"`
	}
	h.Set("Www-Authenticate", challenge)
}

// hasErrorParameter looks at names alone: a realm, which is quoted, may say anything.
func hasErrorParameter(parameters string) bool {
	quoted, name := false, ""
	for i := 0; i < len(parameters); i++ {
		switch c := parameters[i]; {
		case quoted && c == '\\':
			i++ // the byte that it escapes
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			name = ""
		case c == '=' && strings.EqualFold(strings.TrimSpace(name), "error"):
			return true
		default:
			name += string(c)
		}
	}
	return false
}

func setRetryAfter(h http.Header, e *mapping.Error) {
	if delay, ok := e.RetryDelay(); ok && !has(h, "Retry-After") {
		h.Set("Retry-After", retryafter.Value(delay))
	}
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
