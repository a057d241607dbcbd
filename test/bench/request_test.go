// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
)

// request is one that can be sent again and again at next to no cost, whatever was done to it:
// vanguard rewrites URLs and headers in place.
type request struct {
	fixed      bool
	kept, sent *http.Request
	header     []field
	body       []byte
	reader     rewound
}

// field is a header's, with the slice that is sent.
type field struct {
	key, value string
	sent       []string
}

// rewound is a body that is read again and again.
type rewound struct{ *bytes.Reader }

func (rewound) Close() error { return nil }

func newRequest(method, target string, body []byte, header ...string) *request {
	r := httptest.NewRequest(method, target, nil)
	q := &request{kept: r, sent: new(http.Request), body: body, reader: rewound{bytes.NewReader(body)}}
	q.sent.Header, q.sent.URL = make(http.Header), new(url.URL)
	for i := 0; i < len(header); i += 2 {
		q.header = append(q.header, field{textproto.CanonicalMIMEHeaderKey(header[i]), header[i+1], make([]string, 1)})
	}
	q.restore()
	return q
}

// fix is for handlers that change nothing, which Connect's and vanguard's do: to restore a request costs
// what a whole answer of net/http does.
func (q *request) fix() *request {
	q.fixed = true
	return q
}

func (q *request) again() *http.Request {
	if !q.fixed {
		q.restore()
	}
	return q.sent
}

func (q *request) restore() {
	header, url := q.sent.Header, q.sent.URL
	if !q.untouched(header) {
		clear(header)
		for _, f := range q.header {
			f.sent[0] = f.value
			header[f.key] = f.sent
		}
	}
	*url = *q.kept.URL
	*q.sent = *q.kept
	q.sent.Header, q.sent.URL = header, url
	q.sent.Body, q.sent.ContentLength = http.NoBody, int64(len(q.body))
	if len(q.body) > 0 {
		q.reader.Reset(q.body)
		q.sent.Body = q.reader
	}
}

// changed reports whether a handler changed a request that is fixed.
func (q *request) changed() bool {
	return q.fixed && (!q.untouched(q.sent.Header) || *q.sent.URL != *q.kept.URL)
}

// untouched reports whether the headers are as they were sent. To write them costs much more.
func (q *request) untouched(header http.Header) bool {
	if len(header) != len(q.header) {
		return false
	}
	for _, f := range q.header {
		if values := header[f.key]; len(values) != 1 || values[0] != f.value {
			return false
		}
	}
	return true
}
