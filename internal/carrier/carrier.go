// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package carrier ties the outermost middleware of a REST request to the interceptors in its chain,
// by a pointer in the request's context: the interceptor leaves the error itself, and the middleware
// writes the envelope from it.
package carrier

import (
	"context"
	"net/http"
	"sync"

	"github.com/errpact/errpact/mapping"
)

// Slot belongs to one REST request. Its methods may be called by several goroutines: a timeout
// middleware runs the chain in one of its own. All of them take a nil Slot for one that nobody
// reads.
type Slot struct {
	// Header has the request's headers. It is set before the chain runs.
	Header http.Header

	mu      sync.Mutex
	id      string
	entered bool
	err     *mapping.Error
	status  int
	refused bool
	aborted bool
}

// Key is the context key under which a middleware gives its Slot.
type Key struct{}

// From is the request's Slot, or nil.
func From(ctx context.Context) *Slot {
	slot, _ := ctx.Value(Key{}).(*Slot)
	return slot
}

// Enter gives the slot to the outermost interceptor of the request; a call that is made in process,
// with the request's own context, finds it taken and gets nil.
func (s *Slot) Enter() *Slot {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entered {
		return nil
	}
	s.entered = true
	return s
}

// RequestID is the request's id, for every report and every header of it. It is not made up before it
// is asked for: successes do without.
func (s *Slot) RequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		s.id = mapping.RequestIDOf(s.Header)
	}
	return s.id
}

// SetError leaves the error that the chain answered with.
func (s *Slot) SetError(err *mapping.Error) {
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.err = err
	}
}

// Error is the error that the chain answered with, or nil.
func (s *Slot) Error() *mapping.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// DeclareStatus sets the status of a success, unless the handler did.
func (s *Slot) DeclareStatus(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status == 0 && isSuccess(status) {
		s.status = status
	}
}

// SetStatus sets the status of a success: 200 to 299. Any other is none.
func (s *Slot) SetStatus(status int) {
	if s != nil && isSuccess(status) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.status = status
	}
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// Status is the status of a success; 0 if nobody set one.
func (s *Slot) Status() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Refuse says that the request was answered with an error already: a transcoder that could not
// decode it may run the handler all the same.
func (s *Slot) Refuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = true
}

// Refused reports whether the request was answered with an error already.
func (s *Slot) Refused() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// Abort says that http.ErrAbortHandler is on its way out, and that nothing written from now on
// counts.
func (s *Slot) Abort() {
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.aborted = true
	}
}

// Aborted reports whether the request is being aborted.
func (s *Slot) Aborted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.aborted
}
