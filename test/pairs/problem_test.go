// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/test/trouble"
)

// A problem is what a handler fails with, and what its callers must get.
type problem struct {
	name   string
	answer func(context.Context) error
	want   outcome
}

// problems are the table: every entry and reason with every cargo, and what is no error of a catalogue.
func problems(t *testing.T) (all []problem) {
	t.Helper()
	every := entries(t)
	for _, e := range every {
		for _, c := range cargoes {
			err := error(c.load(e.code))
			if c.name == "bare" {
				err = e.code
			}
			all = append(all, problem{e.label(c.name), failing(err), e.want(t, c, false)})
		}
	}
	unmapped := inRole(t, every, errpactv1.Role_ROLE_UNMAPPED).want(t, cargo{}, true)
	wrapped := fmt.Errorf("%w: %w", errSecret, cargoes[2].load(every[0].code))
	return append(all,
		problem{"unmapped", failing(errSecret), unmapped},
		problem{"panic", func(context.Context) error { panic(errSecret) }, unmapped},
		problem{"wrapped", failing(wrapped), every[0].want(t, cargoes[2], false)},
		problem{"joined", failing(errors.Join(errSecret, wrapped)), every[0].want(t, cargoes[2], false)},
	)
}

var errSecret = errors.New("for nobody outside")

func (e entry) label(cargo string) string { return fmt.Sprintf("%d %s, %s", e.number, e.name, cargo) }

func failing(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

// answerOf is that of a service whose problems have names.
func answerOf(all []problem) trouble.Answer {
	byName := make(map[string]problem, len(all))
	for _, p := range all {
		byName[p.name] = p
	}
	return func(ctx context.Context, name string) error {
		if p, ok := byName[name]; ok {
			return p.answer(ctx)
		}
		return nil
	}
}
