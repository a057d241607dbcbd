// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest_test

import (
	"fmt"

	"connectrpc.com/otelconnect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
)

// In a test, the interceptors are those of the server itself.
func ExampleCheckOrder() {
	otel, err := otelconnect.NewInterceptor()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(telemetrytest.CheckOrder(otel, interceptor.New()))
	fmt.Println(telemetrytest.CheckOrder(interceptor.New(), otel))
	// Output:
	// <nil>
	// telemetrytest: check the order: interceptor 1 (*otelconnect.Interceptor) is inside of errpact's, which is interceptor 0, and observes errors that callers do not get: put it before
}
