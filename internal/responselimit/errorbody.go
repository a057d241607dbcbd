// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package responselimit

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// errorBody is the body of an answer that is not 200: at most maxErrorBytes of it, and no more where
// it is inflated, with at most maxDetails.
type errorBody struct {
	io.Closer
	plain   io.Reader
	left    int
	json    bool // nothing else is decoded
	details elements
	err     error
}

func newErrorBody(body io.ReadCloser, res *http.Response) *errorBody {
	b := &errorBody{
		Closer: body, plain: body, left: maxErrorBytes,
		json: strings.Contains(strings.ToLower(res.Header.Get("Content-Type")), "json"), details: elements{at: detailsDepth},
	}
	switch encoding := res.Header.Get("Content-Encoding"); {
	case isIdentity(encoding):
	case strings.EqualFold(encoding, "gzip"):
		// Inflated here, it is not inflated once more.
		res.Header.Del("Content-Encoding")
		res.Header.Del("Content-Length")
		res.ContentLength = -1
		b.plain = &gzipReader{from: body}
	default:
		b.err = refused("the error body has content encoding %q, in which its size cannot be known", encoding)
	}
	return b
}

func isIdentity(encoding string) bool { return encoding == "" || encoding == "identity" }

func (b *errorBody) Read(p []byte) (int, error) {
	if b.err != nil || len(p) == 0 {
		return 0, b.err
	}
	// One byte over tells a body that just fits from one that does not.
	n, err := b.plain.Read(p[:min(len(p), b.left+1)])
	if n > b.left {
		n, err = b.left, tooLarge("the errors in the body")
	}
	b.left -= n
	if b.json {
		if passed, tooMany := b.details.Write(p[:n]); tooMany != nil {
			n, err = passed, tooMany
		}
	}
	b.err = err
	return n, err
}

// gzipReader reads nothing before it is read from: an answer's body may come late.
type gzipReader struct {
	from io.Reader
	zr   *gzip.Reader
}

func (r *gzipReader) Read(p []byte) (int, error) {
	if r.zr == nil {
		zr, err := gzip.NewReader(r.from)
		if err != nil {
			return 0, err
		}
		r.zr = zr
	}
	return r.zr.Read(p)
}
