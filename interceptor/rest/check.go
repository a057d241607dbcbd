// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/errpact/errpact/mapping"
)

// CheckResponse gives the caller of a REST API the typed error of an answer of HTTP 400 and up, nil
// for any other. It reads the envelope, also as application/problem+json, Connect's JSON and
// google.rpc.Status; from anything else, such as a proxy's page or an empty answer, it infers the
// error from the status. At most 64 KiB of the body are read, and the whole of it is there to be
// read again. The caller closes it, as ever. A nil response is an error of its own.
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
	config := newConfig(opts)
	body := peek(res)
	header := requestHeader(res)
	if isJSON(res.Header.Get("Content-Type")) {
		if envelope, err := mapping.ParseEnvelope(body); err == nil {
			return config.policy.DecodeHTTP(receivedHTTP(res, &envelope))
		}
		if status, ok := parseStatus(body); ok {
			status.RequestHeader = header
			return config.policy.Decode(status)
		}
	}
	return config.policy.DecodeHTTP(receivedHTTP(res, nil))
}

// isJSON goes by the header, which vanguard leaves without a subtype on some of its errors.
func isJSON(contentType string) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || contentType == "application/"
}

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

func receivedHTTP(res *http.Response, envelope *mapping.Envelope) mapping.ReceivedHTTP {
	return mapping.ReceivedHTTP{
		Status:        res.StatusCode,
		Envelope:      envelope,
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

// statusDetail is one detail of Connect's JSON ("type", "value") or of a google.rpc.Status in JSON
// ("@type", and the message's own fields, which need its descriptor to be read).
type statusDetail struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// parseStatus reads Connect's JSON or a google.rpc.Status.
func parseStatus(body []byte) (mapping.Received, bool) {
	var status struct {
		Code    json.RawMessage `json:"code"`
		Message string          `json:"message"`
		Details []statusDetail  `json:"details"`
	}
	if json.Unmarshal(body, &status) != nil {
		return mapping.Received{}, false
	}
	r := mapping.Received{Message: status.Message, Details: statusDetails(status.Details), Wire: true}
	var name string
	if json.Unmarshal(status.Code, &name) == nil {
		r.ConnectCode, _ = mapping.ConnectCodeNamed(name)
	} else if json.Unmarshal(status.Code, &r.ConnectCode) != nil {
		return mapping.Received{}, false
	}
	return r, r.ConnectCode != 0
}

type statusDetails []statusDetail

func (s statusDetails) Len() int { return len(s) }

func (s statusDetails) Type(i int) string {
	return s[i].Type[strings.LastIndexByte(s[i].Type, '/')+1:]
}

// Value takes base64 with and without padding, as Connect's clients do.
func (s statusDetails) Value(i int) []byte {
	value, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s[i].Value, "="))
	if err != nil {
		return nil
	}
	return value
}
