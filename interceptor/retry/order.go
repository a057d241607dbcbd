// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/errpact/errpact/interceptor/transport"
)

// CheckOrder returns an error if a client does not try calls again as it should: if it has no interceptor of this module
// or more than one, if errpact's interceptor is missing, or if it is outside. It is for a test.
//
// call makes a client as the program does, of any transport, makes one unary call with ctx, and returns the call's error.
// CheckOrder ignores that error, so the server may be any, or none: the call is tried once.
//
//	err := retry.CheckOrder(func(ctx context.Context) error {
//		_, err := newClient("http://127.0.0.1:1").Get(ctx, connect.NewRequest(new(shopv1.GetRequest)))
//		return err
//	})
//
// It does not know whether an interceptor that is neither errpact's nor of this module should see each try.
func CheckOrder(call func(ctx context.Context) error) error {
	if call == nil {
		return errors.New("retry: check the order: the call is nil: give CheckOrder a function that makes one")
	}
	p := new(probe)
	ctx := context.WithValue(p.errpact.Context(context.Background()), probeKey{}, p)
	_ = call(ctx) // of a server that may not exist
	if wrong := p.wrong(); wrong != "" {
		return fmt.Errorf("retry: check the order: %s", wrong)
	}
	return nil
}

// probe records what a call passes.
type probe struct {
	errpact transport.Probe
	mu      sync.Mutex
	passed  int
	// outside is the name of errpact's interceptor if that is outside of one of ours.
	outside string
}

type probeKey struct{}

// probeOf returns nil for a call that is not a test's.
func probeOf(ctx context.Context) *probe {
	p, _ := ctx.Value(probeKey{}).(*probe)
	return p
}

// pass records an interceptor, and reports whether the call is a test's.
func (p *probe) pass() bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed++
	if p.outside == "" {
		p.outside = p.client()
	}
	return true
}

// client returns the name of errpact's interceptor if the call has passed it.
func (p *probe) client() string {
	passed := p.errpact.Passed()
	if i := slices.IndexFunc(passed, func(p transport.Passage) bool { return p.Part == transport.PartClient }); i >= 0 {
		return passed[i].Name
	}
	return ""
}

func (p *probe) wrong() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.passed == 0:
		return "the call passed no interceptor that tries it again: install one, and make the call with the context that CheckOrder gives"
	case p.passed > 1:
		return fmt.Sprintf("the call passed %d interceptors that try it again, and their tries multiply: remove all but one", p.passed)
	case p.outside != "":
		return fmt.Sprintf("%s is outside of the interceptor that tries calls again, which therefore sees no typed errors: list it after", p.outside)
	case p.client() == "":
		return "the call passed no interceptor of errpact, so that only the code unavailable is tried again: list errpact's after the one that tries calls again"
	}
	return ""
}
