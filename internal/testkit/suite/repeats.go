// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/logged"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// twoReportOnce has two interceptors in one chain answer errors of all kinds.
func (s Stack) twoReportOnce(t *testing.T) {
	fails := append(s.faults(), give(errpactv1err.NotExist), give(errpactv1err.InvalidValue.New("words").Wrap(errPlain)),
		give(errors.Join(errPlain, errpactv1err.AuthForbidden)), give(s.Local(5, "words")), give(s.Received(5, "words")))
	seen, lines := new(reported.Reports), logged.Lines(t)
	server := s.Serve(t, Service{Answer: failing(fails...), Options: []mapping.Option{mapping.WithReport(seen.Add)}, Twice: true})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i := range fails {
			if err := Call(t.Context(), client, procedure, caseOf(i)); err == nil {
				t.Errorf("case %d succeeded", i)
			}
			if all := seen.Take(); len(all) != 1 {
				t.Errorf("case %d: %d reports, want 1: %+v", i, len(all), all)
			}
		}
	})
	const want = "two interceptors of errpact's answered one error"
	if said := lines.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "WARN") || !strings.Contains(said, want) || !strings.Contains(said, "interceptor.New") {
		t.Errorf("the log has %q, want one line at WARN that says %q and what to remove", said, want)
	}
}
