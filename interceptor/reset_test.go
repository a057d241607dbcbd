// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestG3BrokenConnectionsAreTheUpstreamsEvenAfterTheRequestEnded: a client calls a cut connection canceled.
// That the caller has left meanwhile does not make it the caller's.
func TestG3BrokenConnectionsAreTheUpstreamsEvenAfterTheRequestEnded(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		below   error
		callers bool
	}{
		"reset":               {syscall.ECONNRESET, false},
		"a closed pipe":       {&net.OpError{Op: "write", Err: os.NewSyscallError("write", syscall.EPIPE)}, false},
		"refused":             {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, false},
		"out of its own time": {os.ErrDeadlineExceeded, false},
		"a text":              {errors.New("stream closed"), true},
		"the context's end":   {context.Canceled, true},
	} {
		for _, code := range []connect.Code{connect.CodeCanceled, connect.CodeDeadlineExceeded} {
			t.Run(name+"/"+code.String(), func(t *testing.T) {
				err := fmt.Errorf("ask the other service: %w", connect.NewError(code, test.below))
				answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Context: ended, Classify: transport.ClassifyConnect}, err)
				got := answer.Error().ConnectCode() == mapping.ConnectCode(connect.CodeCanceled)
				if got != test.callers {
					t.Errorf("%v was answered %v; the caller's end: %t, want %t", err, answer.Error(), got, test.callers)
				}
			})
		}
	}
}
