// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// asking panics when it is asked.
type asking struct{}

func (asking) Error() string { return "panics" }
func (asking) Unwrap() error { panic("asked") }

// TestG3AnEntryMadeOfTheCallersEnd goes out as it is, and the report says that the caller is gone.
func TestG3AnEntryMadeOfTheCallersEnd(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	layers := errpactv1err.Database.Wrap(fmt.Errorf("repository: %w", errpactv1err.NotExist.Wrap(gone.Err())))
	deep := gone.Err()
	for range 20 {
		deep = errpactv1err.Database.Wrap(deep)
	}
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want bool
	}{
		{"canceled", gone, errpactv1err.Database.Wrap(gone.Err()), true},
		{"expired", late, errpactv1err.Database.Wrap(late.Err()), true},
		{"wrapped twice", gone, fmt.Errorf("out: %w", errpactv1err.Database.Wrap(fmt.Errorf("in: %w", gone.Err()))), true},
		{"coded", gone, errpactv1err.Database.Wrap(connect.NewError(connect.CodeCanceled, errors.New("x"))), true},
		{"a cause of its own", gone, errpactv1err.Database.Wrap(errors.New("refused")), false},
		{"by layers", gone, layers, true},
		{"too deep", gone, deep, false},
		{"an entry as the cause", gone, errpactv1err.Database.Wrap(errpactv1err.NotExist), false},
		{"no cause", gone, errpactv1err.Database.New(""), false},
		{"a code", gone, errpactv1err.Database, false},
		{"a cause that panics", gone, errpactv1err.Database.Wrap(asking{}), false},
		{"a dependency's end", t.Context(), errpactv1err.Database.Wrap(context.Canceled), false},
		{"no context", nil, errpactv1err.Database.Wrap(context.Canceled), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var told reported.Reports
			call := &mapping.Call{Context: test.ctx, Classify: transport.ClassifyConnect}
			answer := newPolicy(t, mapping.WithReport(told.Add)).Translate(call, test.err)
			answer.Report(call)
			r := told.One(t)
			if r.CallerGone != test.want || r.Sent.Code() != errpactv1err.Database || r.Redacted || r.Panic != nil {
				t.Errorf("report = %+v", r)
			}
		})
	}
}
