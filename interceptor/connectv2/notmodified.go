// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor/transport"
)

// notModified is what every error of connecthttp.NewNotModifiedError has for its cause. What a client
// makes of another server's 304 has it a level deeper, and is not for our caller.
var notModified = connecthttp.NewNotModifiedError().Unwrap()

// isNotModified finds what a handler answers a conditional GET with: it is no error, and passes.
func isNotModified(err error) bool {
	return transport.IsDirect(err, func(err error) (is, stop bool) {
		e, ok := err.(*connect.Error)
		return ok && e != nil && e.Unwrap() == notModified, ok
	})
}
