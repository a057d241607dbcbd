// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package stackv1

import (
	"errors"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/testkit/suite"
)

// native returns the facts of an error that Connect's users see.
func native(err error) (suite.Native, bool) {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return suite.Native{}, false
	}
	n := suite.Native{Code: uint32(connect.CodeOf(err)), Message: e.Message(), Header: e.Meta(), Wire: connect.IsWireError(err), MayTell: true}
	for _, d := range e.Details() {
		n.Details = append(n.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
	}
	return n, true
}

func localError(code uint32, message string, details ...*anypb.Any) error {
	return withDetails(connect.NewError(connect.Code(code), errors.New(message)), details)
}

func wireError(code uint32, message string, details ...*anypb.Any) error {
	return withDetails(connect.NewWireError(connect.Code(code), errors.New(message)), details)
}

func withDetails(e *connect.Error, details []*anypb.Any) error {
	for _, each := range details {
		if each == nil {
			e.AddDetail(nil)
			continue
		}
		detail, err := connect.NewErrorDetail(each)
		if err != nil {
			panic(err)
		}
		e.AddDetail(detail)
	}
	return e
}
