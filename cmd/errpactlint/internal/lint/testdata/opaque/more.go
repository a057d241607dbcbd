// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type methodValue struct{ server }

func (methodValue) Return(context.Context, *req) (*resp, error) {
	var d json.Decoder
	decode := d.Decode
	return nil, decode(1) // want `the error of \(\*json.Decoder\).Decode as it is, and no rule of this package or its imports maps it`
}

type joined struct{ server }

func (joined) Return(context.Context, *req) (*resp, error) {
	var errs []error
	for _, name := range []string{"a", "b"} {
		errs = append(errs, os.Remove(name)) // want `the error of os.Remove as it is`
	}
	return nil, errors.Join(errs...)
}

type once struct{ server }

var load = sync.OnceValue(func() error { return errors.New("x") }) // want `the error of errors.New as it is`

func (once) Return(context.Context, *req) (*resp, error) { return nil, load() }

type table struct{ server }

var parsers = map[string]func(string) (int, error){"int": strconv.Atoi}

func (table) Return(context.Context, *req) (*resp, error) {
	_, err := parsers["int"]("x") // want `the error of strconv.Atoi as it is`
	return nil, err
}

type foreignTable struct{ server }

func (foreignTable) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Table["x"]() // want `any error: the call of an element of a map cannot be followed`
}

type fineBuilder struct{ server }

func (fineBuilder) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Build(shopv1err.Payment).Err()
}

type hidden struct {
	server
	shop deep.Shop
}

func (h hidden) Return(context.Context, *req) (*resp, error) {
	if err := h.shop.Open(); err != nil {
		return nil, err // want `the error of deep.ErrRow as it is`
	}
	return nil, nil
}

type fineHidden struct {
	server
	shop deep.Shop
}

func (f fineHidden) Return(context.Context, *req) (*resp, error) { return nil, f.shop.Close() }

type recognised struct {
	server
	finder Finder
}

// Finder is implemented elsewhere, too.
type Finder interface{ Find() error }

type memory struct{}

func (memory) Find() error { return shopv1err.Payment }

// traced passes calls on.
type traced struct{ Finder }

func (r recognised) Return(context.Context, *req) (*resp, error) {
	err := r.finder.Find() // want `the error of opaque.errGone as it is`
	if errors.Is(err, errGone) {
		return nil, err
	}
	return nil, nil
}

type fineElsewhere struct {
	server
	finder Finder
}

func (f fineElsewhere) Return(context.Context, *req) (*resp, error) { return nil, f.finder.Find() }

type fineDeferred struct {
	server
	file *os.File
}

func (f fineDeferred) Return(context.Context, *req) (*resp, error) {
	var err error = shopv1err.Payment
	defer func() {
		if err = f.file.Close(); err != nil {
			println("not closed")
		}
	}()
	if f.file == nil {
		return nil, err
	}
	return nil, nil
}

type deferred struct {
	server
	file *os.File
}

func (d deferred) Return(context.Context, *req) (_ *resp, err error) {
	defer func() { err = d.file.Close() }() // want `the error of \(\*os.File\).Close as it is`
	return nil, nil
}

type fineBuffer struct{ server }

func (fineBuffer) Return(context.Context, *req) (*resp, error) {
	var b bytes.Buffer
	if _, err := b.WriteString("x"); err != nil {
		return nil, err
	}
	var s strings.Builder
	if err := s.WriteByte('x'); err != nil {
		return nil, err
	}
	_, err := rand.Read(b.Bytes())
	return nil, err
}

type fineOnce struct{ server }

var find = sync.OnceValues(func() (int, error) { return 0, shopv1err.Payment })

func (fineOnce) Return(context.Context, *req) (*resp, error) {
	_, err := find()
	return nil, err
}

type fineTable struct{ server }

func (fineTable) Return(context.Context, *req) (*resp, error) {
	steps := [...]func() error{func() error { return shopv1err.Payment }, memory{}.Find}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

type fineLocked struct{ server }

func (fineLocked) Return(context.Context, *req) (*resp, error) {
	var mu sync.Mutex
	var first error
	note := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = err
		}
	}
	go func() { note(shopv1err.Payment) }()
	note(nil)
	return nil, first
}
