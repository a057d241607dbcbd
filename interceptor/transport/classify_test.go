// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestG3StreamErrorsSayWhatTheCallerDid: of what its own stream gives, a server can tell whether the caller
// left, sent too much, or sent what cannot be read.
func TestG3StreamErrorsSayWhatTheCallerDid(t *testing.T) {
	for name, test := range map[string]struct {
		of        transport.StreamError
		code      connect.Code
		condition mapping.Condition
	}{
		"canceled":                    {transport.StreamError{Code: mapping.ConnectCode(connect.CodeCanceled)}, connect.CodeCanceled, mapping.ConditionAny},
		"out of time":                 {transport.StreamError{Code: mapping.ConnectCode(connect.CodeDeadlineExceeded)}, connect.CodeDeadlineExceeded, mapping.ConditionAny},
		"too large":                   {transport.StreamError{Code: mapping.ConnectCode(connect.CodeResourceExhausted)}, connect.CodeResourceExhausted, mapping.ConditionTooLarge},
		"too large, and cut":          {transport.StreamError{Code: mapping.ConnectCode(connect.CodeResourceExhausted), Broken: true}, connect.CodeResourceExhausted, mapping.ConditionTooLarge},
		"of no known code":            {transport.StreamError{Code: mapping.ConnectCode(connect.CodeUnknown)}, connect.CodeCanceled, mapping.ConditionAny},
		"cut in the middle":           {transport.StreamError{Code: mapping.ConnectCode(connect.CodeInvalidArgument), Broken: true}, connect.CodeCanceled, mapping.ConditionAny},
		"cut, which is internal":      {transport.StreamError{Code: mapping.ConnectCode(connect.CodeInternal), Broken: true}, connect.CodeCanceled, mapping.ConditionAny},
		"not to be read":              {transport.StreamError{Code: mapping.ConnectCode(connect.CodeInvalidArgument)}, connect.CodeInvalidArgument, mapping.ConditionUndecodable},
		"not to be read, as internal": {transport.StreamError{Code: mapping.ConnectCode(connect.CodeInternal)}, connect.CodeInvalidArgument, mapping.ConditionUndecodable},
		"unimplemented compression":   {transport.StreamError{Code: mapping.ConnectCode(connect.CodeUnimplemented)}, connect.CodeInvalidArgument, mapping.ConditionUndecodable},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.of.Receive()
			if got.Source != mapping.SourceCaller || got.ConnectCode != mapping.ConnectCode(test.code) || got.Condition != test.condition {
				t.Errorf("source %v, %v, condition %v; want the caller's, %v, condition %v", got.Source, got.ConnectCode, got.Condition, test.code, test.condition)
			}
			if got.MadeCode != test.of.Code {
				t.Errorf("made code = %v, want the stream's, %v", got.MadeCode, test.of.Code)
			}
		})
	}
}
