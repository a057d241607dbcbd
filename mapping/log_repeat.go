// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"log/slog"
)

// warnOfRepeats writes one line for the policy about two interceptors in one chain: it is a mistake of the program,
// and no request's.
func (p *Policy) warnOfRepeats(call *Call) {
	if p.silent || p.repeated.Swap(true) {
		return
	}
	defer func() { _ = recover() }() // a handler of slog's must not make an answer worse
	ctx := call.Context
	if ctx == nil {
		ctx = context.Background()
	}
	slog.Default().LogAttrs(ctx, slog.LevelWarn, "errpact: two interceptors of errpact's answered one error, which is reported once",
		slog.String("procedure", escapeControl(call.procedure())), slog.String("fix", repeatsFix))
}

// repeatsFix is about both ways in which an answer comes to a second interceptor.
const repeatsFix = "leave one of interceptor.New, connectv2.NewServerInterceptor or grpcgo.New in the chain of this procedure, " +
	"and remove the other; if the procedure calls a service of this process without a network, give that client connectv2.NewClientInterceptor"
