// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// maxRead bounds how much of a request's JSON is kept, to find the field that a decoder's text is about.
const maxRead = 32 << 10

// reading is the body of a request, of whose JSON the start is kept until the answer is complete. Decoders
// read it in goroutines of their own, some of which outlive that.
type reading struct {
	io.ReadCloser
	own  *callerStream
	mu   sync.Mutex
	kept *[]byte
	// whole says that the body has been read to its end, and all of it is kept.
	whole bool
}

// prefixes are the buffers in which requests keep the start of their bodies. Requests use them in turn.
var prefixes = sync.Pool{New: func() any { return new([]byte) }}

// begin has the body of a request read through here.
func (b *reading) begin(r *http.Request, own *callerStream) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	b.ReadCloser, b.own = r.Body, own
	if mayBeJSON(r.Header["Content-Type"]) {
		b.kept = prefixes.Get().(*[]byte)
	}
	r.Body = b
}

// mayBeJSON goes by what decoders take for JSON: some do a form, which is what curl calls everything.
func mayBeJSON(contentType []string) bool {
	if len(contentType) == 0 {
		return true
	}
	return strings.Contains(contentType[0], "json") || strings.HasPrefix(contentType[0], "application/x-www-form-urlencoded")
}

// Read implements [io.Reader].
func (b *reading) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept != nil {
		*b.kept = append(*b.kept, p[:min(n, maxRead-len(*b.kept))]...)
		b.whole = (b.whole || err == io.EOF) && len(*b.kept) < maxRead
	}
	return n, b.own.read(err)
}

// start returns what has been read, at most maxRead bytes of it, and whether that is the whole body.
func (b *reading) start() (body []byte, whole bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil {
		return nil, false
	}
	return append([]byte(nil), *b.kept...), b.whole
}

// end forgets it.
func (b *reading) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept != nil {
		*b.kept = (*b.kept)[:0]
		prefixes.Put(b.kept)
		b.kept = nil
	}
}
