// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package origin

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
	for range maxWraps {
		switch e := err.(type) {
		case *connect.Error:
			return e.Unwrap() == notModified
		case *mapping.Error, mapping.Code:
			return false
		}
		wrapper, ok := err.(interface{ Unwrap() error })
		if v := reflect.ValueOf(err); !ok || v.Kind() == reflect.Pointer && v.IsNil() {
			return false
		}
		err = wrapper.Unwrap()
	}
	return false
}
