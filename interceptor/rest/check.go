// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// CheckResponse returns the typed error of a REST API's answer of HTTP 400 and up, and nil for any other. It
// reads the envelope, also as application/problem+json, Connect's JSON and google.rpc.Status; from anything
// else, such as a proxy's page or an empty answer, it infers the error from the status. It knows the policy's
// catalogues and those that are linked into the program, see [mapping.Policy.DecodeHTTP]. It reads at most
// 64 KiB of the body, and leaves the whole of it to be read again. The caller closes the body, as ever. A nil
// response is an error of its own.
//
//	res, err := http.Get(url)
//	…
//	if err := rest.CheckResponse(res); errors.Is(err, errpactv1err.NotExist) {
func CheckResponse(res *http.Response, opts ...Option) error {
	if res == nil {
		return errors.New("rest: check a response: it is nil")
	}
	if res.StatusCode < 400 {
		return nil
	}
	policy := newConfig(opts).policy
	body := peek(res)
	if strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
		body = inflate(body) // net/http's client did not ask for it, and so leaves it to its caller
	}
	received := receivedHTTP(res)
	if len(body) == 0 && res.ContentLength > 0 && res.Request != nil && res.Request.Method != http.MethodHead {
		received.Cause = errConsumed
	}
	// The Content-Type is no help: vanguard writes its JSON under application/proto.
	if envelope, err := mapping.ParseEnvelope(body); err == nil {
		received.Envelope = &envelope
		return policy.DecodeHTTP(&received)
	}
	if status, ok := statusjson.Parse(body); ok {
		status.HTTPStatus, status.RequestID = received.HTTPStatus, received.RequestID
		status.RetryDelay, status.RequestHeader = received.RetryDelay, received.RequestHeader
		return policy.Decode(&status)
	}
	return policy.DecodeHTTP(&received)
}

// errConsumed is the cause of an error without the envelope that the answer had.
var errConsumed = errors.New("rest: the body of the response was read or closed before: call CheckResponse first, so that it can read the error there")

// peek reads the start of the body, and puts it back.
func peek(res *http.Response) []byte {
	if res.Body == nil {
		return nil
	}
	start, err := io.ReadAll(io.LimitReader(res.Body, maxHeld))
	rest := io.Reader(res.Body)
	if err != nil {
		rest = failing{err}
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), rest), res.Body}
	return start
}

// failing gives the error that reading met, where it was met.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func requestHeader(res *http.Response) http.Header {
	if res.Request == nil {
		return nil
	}
	return res.Request.Header
}

func receivedHTTP(res *http.Response) mapping.ErrorResponse {
	return mapping.ErrorResponse{
		HTTPStatus:    res.StatusCode,
		RequestID:     res.Header.Get(mapping.HeaderRequestID),
		RetryDelay:    retryAfter(res.Header.Get("Retry-After"), time.Now()),
		RequestHeader: requestHeader(res),
	}
}

// retryAfter reads seconds or an HTTP date; 0 for what is neither, or over.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}
