// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
)

func TestStreamWithoutAMiddleware(t *testing.T) {
	if e, ok := transport.FailStream(t.Context(), errors.New("x")); ok || e != nil {
		t.Errorf("FailStream = %v, %v, want no middleware", e, ok)
	}
	var nobodys *transport.Exchange
	nobodys.EndStream(nil)
	if nobodys.StreamEnded() {
		t.Error("a nil Exchange has an ended stream")
	}
	var exchange transport.Exchange
	e := errpactv1err.NotExist.New("")
	if exchange.EndStream(e); !exchange.StreamEnded() || exchange.Recorded().Err != e {
		t.Errorf("the stream has not ended with %v", e)
	}
	if transport.IsFront(context.Background()) || !transport.IsFront(transport.WithFront(context.Background())) {
		t.Error("only a marked request is a front's")
	}
}
