// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestG3DueDeadlineCounts: an upstream with the same deadline ends slightly earlier.
func TestG3DueDeadlineCounts(t *testing.T) {
	policy := (*mapping.Policy)(nil)
	for remaining, want := range map[time.Duration]uint32{
		time.Millisecond: uint32(connect.CodeDeadlineExceeded),
		time.Hour:        uint32(errpactv1err.ExternalServiceTimedOut.ConnectCode()),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), remaining)
		answer := policy.Translate(&mapping.Call{Context: ctx}, context.DeadlineExceeded)
		if got := uint32(answer.Error().ConnectCode()); got != want {
			t.Errorf("%v before the deadline: %d, want %d", remaining, got, want)
		}
		cancel()
	}
}
