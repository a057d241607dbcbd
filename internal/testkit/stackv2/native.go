// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package stackv2

import (
	"errors"

	"connectrpc.com/connect/v2"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/testkit/suite"
)

// native returns the facts of an error that Connect's users see.
func native(err error) (suite.Native, bool) {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return suite.Native{}, false
	}
	n := suite.Native{Code: uint32(connect.CodeOf(err)), Message: e.Message(), Wire: e.IsRemote(), MayTell: true}
	for _, d := range e.Details() {
		if d != nil {
			n.Details = append(n.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type, Value: d.Value})
		}
	}
	return n, true
}

func localError(code uint32, message string, details ...*anypb.Any) error {
	return newError(code, message, details)
}

func newError(code uint32, message string, details []*anypb.Any) *connect.Error {
	e := connect.NewError(connect.Code(code), message)
	for _, each := range details {
		if each == nil {
			e = e.WithDetail(nil)
			continue
		}
		e = e.WithDetail(&connect.ErrorDetail{Type: string(each.MessageName()), Value: each.GetValue()})
	}
	return e
}
