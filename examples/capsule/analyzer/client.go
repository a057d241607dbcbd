// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package analyzer

import (
	"net/http"
	"strings"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/interceptor"
)

// NewClient returns a client of the service at url. Its errors are another system's, and known as
// such: a server that returns one answers with ERROR_CODE_EXTERNAL_SERVICE, whatever it says. How
// long a call may take, its context says.
func NewClient(url string) capsulev1connect.AnalyzerServiceClient {
	return capsulev1connect.NewAnalyzerServiceClient(
		// The transport bounds what a broken or hostile service can make this process read.
		&http.Client{Transport: interceptor.LimitResponses(newTransport())},
		strings.TrimSuffix(url, "/"),
		connect.WithInterceptors(interceptor.New()),
		connect.WithReadMaxBytes(maxMessageBytes),
	)
}

// newTransport is the default one with the headers bounded, and connections of its own, which no
// other client of the process takes.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	t.Proxy = nil // the service stands beside this one
	return t
}
