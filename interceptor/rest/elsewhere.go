// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/errpact/errpact/mapping"
)

// elsewhere has the errors of a request that Error wrote into a writer which does not lead to the capture: a buffer of
// [http.TimeoutHandler], say, from which they come here, or a recorder, from which they may never come.
type elsewhere struct {
	mu      sync.Mutex
	written []elsewhereError
}

type elsewhereError struct {
	err     *mapping.Error
	body    string
	trailer http.Header
}

// maxElsewhere bounds how many are remembered: a batch may have any number.
const maxElsewhere = 16

// add remembers an error. If a handler tries again and writes the same body, only the last one is remembered.
func (e *elsewhere) add(written elsewhereError) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.written {
		if e.written[i].body == written.body {
			e.written[i] = written
			return
		}
	}
	if len(e.written) < maxElsewhere {
		e.written = append(e.written, written)
	}
}

// find returns the error whose answer came here in the end: it is in the body, as it is or inflated, or it may be in one
// that is compressed in a way of its own. A HEAD may have lost its body. It is not ok if the answer is another, or has or
// may have several of them.
func (e *elsewhere) find(a elsewhereAnswer) (found elsewhereError, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	count := 0
	for _, written := range e.written {
		whole := []byte(written.body[:min(len(written.body), maxHeld/2)])
		inside := max(bytes.Count(a.body, whole), bytes.Count(a.plain, whole))
		status := written.err.HTTPStatus() == a.status
		if status && a.unreadable {
			inside = max(inside, 1)
		}
		if status && inside > 0 {
			found = written
		}
		count += inside
	}
	return found, found.err != nil && count == 1
}

// elsewhereAnswer is an answer that came here. If it is unreadable, its status alone can be compared.
type elsewhereAnswer struct {
	status      int
	body, plain []byte
	unreadable  bool
}

// isBehind reports whether a writer leads to the capture: by Unwrap, as one that embeds it, which has its header, or as
// that of [http.TimeoutHandler], which gives it what it has kept. So does any that panics, since its request is over.
func (c *capture) isBehind(w http.ResponseWriter) (behind bool) {
	defer func() {
		if recover() != nil {
			behind = true
		}
	}()
	if found, ok := unwrap[*capture](w); ok {
		return found == c
	}
	if t := reflect.TypeOf(w); t.Kind() == reflect.Pointer && t.Elem().PkgPath() == "net/http" {
		return true
	}
	header := w.Header()
	return header == nil || reflect.ValueOf(header).Pointer() == reflect.ValueOf(c.live).Pointer()
}

// answerFromElsewhere answers with an error that Error wrote elsewhere, if that is what was held.
func (c *capture) answerFromElsewhere() (ok bool) {
	if c.held == nil {
		return false
	}
	encoding := c.header.Get("Content-Encoding")
	found, ok := c.elsewhere.find(elsewhereAnswer{
		status: int(c.status), body: c.held.body, plain: c.plainBody(),
		unreadable: encoding != "" && !strings.EqualFold(encoding, "gzip") && !strings.EqualFold(encoding, "identity") && len(c.outerEncoding) == 0 || len(c.held.body) == 0 && c.request.method() == http.MethodHead,
	})
	if !ok {
		return false
	}
	c.restoreHeld()
	c.held = nil
	c.errored.trailer.Store(&found.trailer)
	c.write(found.err)
	return true
}
