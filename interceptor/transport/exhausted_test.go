// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"io"
	"testing"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestG7AnErrorWhoseTextPanicsSaysNothingOfAttempts: a join asks the nil in it for its text.
func TestG7AnErrorWhoseTextPanicsSaysNothingOfAttempts(t *testing.T) {
	err := errors.Join((*mapping.Code)(nil), io.EOF)
	if words, lost := transport.GRPCExhausted(err), transport.GRPCLost(err); words != "" || lost {
		t.Errorf("GRPCExhausted = %q, GRPCLost = %t", words, lost)
	}
}
