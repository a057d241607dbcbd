// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"reflect"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
)

// notModified is what every error of connect.NewNotModifiedError wraps. What a client makes of another
// server's 304 wraps it a level deeper, and is not for our caller.
var notModified = connect.NewNotModifiedError(nil).Unwrap()

// maxWraps bounds the search: an error may wrap itself.
const maxWraps = 64

// IsNotModified finds what a handler answers a conditional GET with: it is no error, and passes.
func IsNotModified(err error) bool {
	return IsDirect(err, func(err error) (is, stop bool) {
		e, ok := err.(*connect.Error)
		return ok && e != nil && e.Unwrap() == notModified, ok
	})
}

// IsDirect looks for an error at the top of err, or below what merely wraps it: judge says whether a node
// is one, and whether to look no further. An error that panics when it is asked does not count.
func IsDirect(err error, judge func(error) (is, stop bool)) (found bool) {
	defer func() {
		if recover() != nil {
			found = false
		}
	}()
	for range maxWraps {
		switch err.(type) {
		case *mapping.Error, mapping.Code:
			return false
		}
		if is, stop := judge(err); stop {
			return is
		}
		wrapper, ok := err.(interface{ Unwrap() error })
		if v := reflect.ValueOf(err); !ok || v.Kind() == reflect.Pointer && v.IsNil() {
			return false
		}
		err = wrapper.Unwrap()
	}
	return false
}
