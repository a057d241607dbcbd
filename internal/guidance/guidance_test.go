// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package guidance_test

import (
	"testing"
	"time"

	"github.com/errpact/errpact/internal/guidance"
	"github.com/errpact/errpact/mapping/catalogue"
)

func TestRetryIsASentence(t *testing.T) {
	for _, test := range []struct {
		retry catalogue.Retry
		delay time.Duration
		want  string
	}{
		{catalogue.RetryNone, 0, "Never try again automatically"},
		{catalogue.RetryNever, time.Second, "Never try again automatically"},
		{catalogue.RetryIdempotent, 0, "Try again if the call may be repeated"},
		{catalogue.RetryIdempotent, time.Second, "Try again after 1 s if the call may be repeated"},
		{catalogue.RetryIdempotent, 250 * time.Millisecond, "Try again after 250 ms if the call may be repeated"},
		{catalogue.RetryIdempotent, 2 * time.Hour, "Try again after 2 h if the call may be repeated"},
		{catalogue.RetryIdempotent, 1500 * time.Microsecond, "Try again after 1.5ms if the call may be repeated"},
		{catalogue.RetryAlways, 90 * time.Second, "Try again after 90 s: the work was never begun"},
		{catalogue.RetryAlways, -time.Second, "Try again: the work was never begun"},
		{catalogue.Retry(99), 0, "Never try again automatically"},
	} {
		if got := guidance.Retry(test.retry, test.delay); got != test.want {
			t.Errorf("Retry(%v, %v) = %q, want %q", test.retry, test.delay, got, test.want)
		}
	}
}

func TestNamesAreTotal(t *testing.T) {
	for retry, want := range map[catalogue.Retry]string{
		catalogue.RetryNone: "none", catalogue.RetryNever: "none", catalogue.RetryIdempotent: "idempotent",
		catalogue.RetryAlways: "all", 99: "none", -1: "none",
	} {
		if got := guidance.RetryName(retry); got != want {
			t.Errorf("RetryName(%v) = %q, want %q", retry, got, want)
		}
	}
	for fault, want := range map[catalogue.Fault]string{
		catalogue.FaultNone: "server", catalogue.FaultCaller: "caller", catalogue.FaultServer: "server",
		catalogue.FaultUpstream: "upstream", 99: "server", -1: "server",
	} {
		if got := guidance.FaultName(fault); got != want {
			t.Errorf("FaultName(%v) = %q, want %q", fault, got, want)
		}
	}
}
