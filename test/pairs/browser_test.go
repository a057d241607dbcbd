// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import "github.com/errpact/errpact/test/callers"

// blindCalls show why a page that sees no headers is asked for less: an error of gRPC-Web before the first message has
// lost its code, too.
func blindCalls(s server, c client, p problem) (calls []call) {
	if !c.blind {
		return nil
	}
	p.want = outcome{Code: 2, Message: "missing trailer"}
	for _, m := range []string{callers.Unary, callers.ServerStream} {
		calls = append(calls, call{client: c, server: s, way: way{Protocol: callers.GRPCWeb, HTTP1: true}, method: method{Name: m}, problem: p})
	}
	return calls
}
