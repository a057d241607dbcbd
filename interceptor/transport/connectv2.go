// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/mapping"
)

// v2 classifies an error of Connect v2, whose messages are written for the caller.
func v2(e *connectv2.Error) mapping.Classification {
	code := mapping.ConnectCode(e.Code())
	if e.IsRemote() {
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code, Failure: mapping.CallAnswered}
	}
	if failure, ok := ofClient(code, e.Message(), e.Unwrap()); ok {
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code, Failure: failure}
	}
	return mapping.Classification{
		Source:      mapping.SourceLocal,
		ConnectCode: code,
		Message:     e.Message(),
		Details:     ConnectV2Details(e),
		Public:      true,
		Node:        e,
	}
}

// ConnectV2Details returns the details of an error of Connect v2, as package mapping reads them. A nil error
// has none.
func ConnectV2Details(e *connectv2.Error) mapping.DetailList {
	if e == nil {
		return anys(nil)
	}
	return wireDetailsV2(e.Details())
}

// wireDetailsV2 are the details of an error of Connect v2.
type wireDetailsV2 []*connectv2.ErrorDetail

func (w wireDetailsV2) Len() int { return len(w) }

func (w wireDetailsV2) Type(i int) string {
	if w[i] == nil {
		return ""
	}
	return w[i].Type
}

func (w wireDetailsV2) Value(i int) []byte {
	if w[i] == nil {
		return nil
	}
	return w[i].Value
}
