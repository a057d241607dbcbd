// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// A transport of your own runs a handler with Serve, and encodes the answer that it is given.
func ExampleServer() {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	server := &transport.Server{Policy: policy}
	serve := func(handler func() error) {
		ctx := context.Background()
		err := server.Serve(ctx, transport.Call{
			Handle:   handler,
			Describe: func(error) mapping.Call { return mapping.Call{Context: ctx, Procedure: "queue/resize"} },
			Encode: func(answer mapping.Answer) error {
				fmt.Println(answer.Error().ConnectCode(), answer.Message(), len(answer.Details()), "details")
				return answer.Error()
			},
		})
		fmt.Println("served:", err)
	}

	serve(func() error { return nil })
	serve(func() error { return errpactv1err.NotExist.WithMetadata("imageId", "i-3") })
	serve(func() error { return errors.New("disk on fire") })
	// Output:
	// served: <nil>
	// not_found Resource does not exist 2 details
	// served: ERROR_CODE_NOT_EXIST: Resource does not exist
	// unknown Unknown server side error occurred 3 details
	// served: ERROR_CODE_UNKNOWN: Unknown server side error occurred
}
