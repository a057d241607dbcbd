// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"net/http"
	"reflect"
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

func (e *elsewhere) add(written elsewhereError) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.written) < maxElsewhere {
		e.written = append(e.written, written)
	}
}

// find returns the error whose answer came here in the end, in a body as it is or inflated. A HEAD may have lost its
// body. It is not ok if the answer is another.
func (e *elsewhere) find(status int, body, plain []byte) (found elsewhereError, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, found := range e.written {
		whole := []byte(found.body[:min(len(found.body), maxHeld)])
		if found.err.HTTPStatus() == status && (len(body) == 0 || bytes.HasPrefix(body, whole) || bytes.HasPrefix(plain, whole)) {
			return found, true
		}
	}
	return elsewhereError{}, false
}

// isBehind reports whether a writer leads to the capture: by Unwrap, or as one that embeds it, which has its header.
func (c *capture) isBehind(w http.ResponseWriter) bool {
	if found, ok := unwrap[*capture](w); ok {
		return found == c
	}
	return reflect.ValueOf(w.Header()).Pointer() == reflect.ValueOf(c.live).Pointer()
}

// answerFromElsewhere answers with an error that Error wrote elsewhere, if that is what was held.
func (c *capture) answerFromElsewhere() (ok bool) {
	if c.held == nil {
		return false
	}
	found, ok := c.elsewhere.find(int(c.status), c.held.body, c.plainBody())
	if !ok {
		return false
	}
	c.restoreHeld()
	c.held = nil
	c.errored.trailer.Store(&found.trailer)
	c.write(found.err)
	return true
}
