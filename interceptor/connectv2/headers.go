// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"context"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// wireOf tells how the call's errors travel.
func wireOf(ctx context.Context, spec connect.Spec) mapping.Wire {
	info := infoOf(ctx)
	if info == nil {
		return mapping.WireOther
	}
	return transport.WireOf(info.Protocol, spec.StreamType == connect.StreamTypeUnary)
}

// infoOf is the call's; nil without one.
func infoOf(ctx context.Context) *connect.CallInfo {
	if ctx == nil {
		return nil
	}
	info, _ := connect.CallInfoForServerContext(ctx)
	return info
}

// setHeaders sets what the answer says in headers: an error of Connect v2 has none of its own.
func setHeaders(ctx context.Context, spec connect.Spec, answer *mapping.Answer) {
	if !answer.HasHeaders() {
		return
	}
	if info := infoOf(ctx); info != nil {
		to := info.ResponseTrailer()
		if wireOf(ctx, spec) == mapping.WireConnectUnary {
			to = info.ResponseHeader() // whose trailers are headers of other names
		}
		transport.SetHeaders(headers{to, info}, answer)
	}
}

// headers are those of a response. to is where one is set.
type headers struct {
	to   *connect.Header
	info *connect.CallInfo
}

// Has implements [transport.Headers].
func (h headers) Has(key string) bool {
	return h.info.ResponseHeader().Has(key) || h.info.ResponseTrailer().Has(key)
}

// Set implements [transport.Headers].
func (h headers) Set(key, value string) {
	h.info.ResponseHeader().Delete(key)
	h.info.ResponseTrailer().Delete(key)
	h.to.Set(key, value)
}
