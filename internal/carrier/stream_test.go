// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package carrier_test

import (
	"context"
	"errors"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/carrier"
)

func TestStreamWithoutAMiddleware(t *testing.T) {
	if e, ok := carrier.FailStream(t.Context(), errors.New("x")); ok || e != nil {
		t.Errorf("FailStream = %v, %v, want nobody to settle it", e, ok)
	}
	var nobodys *carrier.Slot
	nobodys.EndStream(nil)
	if nobodys.StreamEnded() {
		t.Error("a nil Slot has an ended stream")
	}
	var slot carrier.Slot
	e := errpactv1err.NotExist.New("")
	if slot.EndStream(e); !slot.StreamEnded() || slot.Outcome().Err != e {
		t.Errorf("the stream has not ended with %v", e)
	}
	if carrier.IsFront(context.Background()) || !carrier.IsFront(carrier.WithFront(context.Background())) {
		t.Error("only a marked request is a front's")
	}
}
