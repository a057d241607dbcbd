// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	. "connectrpc.com/connect"
	grpcstatus "google.golang.org/grpc/status"
)

func init() {
	errStatic = NewError(CodeAborted, nil) // want `connect.NewError makes`
}

func dotted() error { return NewError(CodeNotFound, nil) } // want `connect.NewError makes`

func renamed() error { return grpcstatus.Error(5, "x") } // want `status.Error makes`

func inGoroutine(errs chan<- error) {
	go func() {
		errs <- NewError(CodeNotFound, nil) // want `connect.NewError makes`
	}()
}

func selected(errs chan error) {
	select {
	case errs <- NewError(CodeNotFound, nil): // want `connect.NewError makes`
	default:
	}
}

func withDetails() error {
	st, err := grpcstatus.New(5, "x").WithDetails() // want `status.New makes`
	if err != nil {
		return err
	}
	return st.Err()
}

var byCode = map[Code]func() error{
	CodeNotFound: func() error { return NewError(CodeNotFound, nil) }, // want `connect.NewError makes`
}

func labelled(codes []Code) (err error) {
next:
	for _, code := range codes {
		switch code {
		case CodeCanceled:
			continue next
		default:
			err = NewError(code, err) // want `connect.NewError makes`
		}
	}
	return err
}

type failing struct{ make func(Code, error) *Error }

func (f failing) fail() error { return NewError(CodeNotFound, f.make(CodeNotFound, nil)) } // want `connect.NewError makes`
