// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leak

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fineText() error { return shopv1err.Closed.New("closed") }

func fineName(name string) error { return shopv1err.Closed.New("closed: " + name) }

func fineFormatted(name string) error { return shopv1err.Closed.New(fmt.Sprintf("closed: %s", name)) }

func fineWrap(err error) error { return shopv1err.Closed.Wrap(err) }

func fineErrorf(err error) error { return shopv1err.Closed.Errorf("closed: %w", err) }

// fineVerb prints "(error not shown)".
func fineVerb(err error) error { return shopv1err.Closed.Errorf("closed: %v", err) }

func fineCode(e *mapping.Error) error { return shopv1err.Closed.WithMetadata("code", e.Code().Name()) }

// finePublic has the text of an error that callers may read.
func finePublic(e *mapping.Error) error { return shopv1err.Closed.WithMetadata("a", e.Error()) }

func fineOfCode() error { return shopv1err.Closed.WithMetadata("a", shopv1err.Payment.Error()) }

func fineMessage(e *mapping.Error) error { return shopv1err.Closed.WithMetadata("a", e.Message()) }

func fineConstructor(name string) error { return shopv1err.NewPayment(name) }

func fineField(name string) error { return shopv1err.Closed.WithField(name, "is wrong") }

func finePayload(p *pathError) error { return shopv1err.Closed.WithPayload(p) }

func fineOther(err error) error { return fmt.Errorf("closed: %s", err.Error()) }

func finePlain(err error) error { return errors.New(err.Error()) }

func fineCause(err error) error {
	return shopv1err.Closed.New("").Wrap(fmt.Errorf("%s: %w", err.Error(), err))
}

func fineLog(err error) error {
	return shopv1err.Closed.WithLog(slog.String("cause", err.Error()))
}

func fineMap(name string) error {
	return shopv1err.Closed.WithPayload(map[string]any{"name": name, "length": len(name)})
}

func fineHelper(name string) error { return shopv1err.Closed.New(greet(name)) }

func greet(name string) string { return strings.ToUpper(name) }

func fineTested(err error) error {
	if strings.Contains(err.Error(), "timeout") {
		return shopv1err.Closed.New("too late")
	}
	return err
}

func fineMethodValue(names []string) []error {
	var errs []error
	fail := shopv1err.Closed.New
	for _, name := range names {
		errs = append(errs, fail(name))
	}
	return errs
}
