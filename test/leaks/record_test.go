// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// recorder keeps the raw bytes of every answer, as they came: status, headers, body and trailers. Its
// transport must not inflate.
type recorder struct {
	http.RoundTripper

	mu  sync.Mutex
	raw bytes.Buffer
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	_, _ = io.WriteString(r, res.Status+"\r\n")
	_ = res.Header.Write(r)
	res.Body = &recordedBody{res.Body, res, r}
	return res, nil
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.raw.Write(p)
}

// take gives what came since the last time.
func (r *recorder) take() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	raw := bytes.Clone(r.raw.Bytes())
	r.raw.Reset()
	return raw
}

type recordedBody struct {
	io.ReadCloser
	res *http.Response
	to  *recorder
}

func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	_, _ = b.to.Write(p[:n])
	if err == io.EOF {
		_ = b.res.Trailer.Write(b.to)
	}
	return n, err
}

// Close reads what the client did not care for.
func (b *recordedBody) Close() error {
	_, _ = io.Copy(io.Discard, struct{ io.Reader }{b})
	return b.ReadCloser.Close()
}
