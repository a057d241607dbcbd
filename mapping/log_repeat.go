// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"log/slog"
)

// Warn writes a line at Warn to slog.Default() about a mistake in the program that no report is about: what it does,
// and how to fix it. Call says in which request it was found; it may be nil. A policy with [WithReport] of nil writes
// no line.
func (p *Policy) Warn(call *Call, text, fix string) {
	if p.self().silent {
		return
	}
	defer func() { _ = recover() }() // a handler of slog's must not make an answer worse
	call = call.orZero()
	ctx := call.Context
	if ctx == nil {
		ctx = context.Background()
	}
	attrs := []slog.Attr{slog.String("fix", fix)}
	if procedure := call.procedure(); procedure != "" {
		attrs = append([]slog.Attr{slog.String("procedure", escapeControl(procedure))}, attrs...)
	}
	slog.Default().LogAttrs(ctx, slog.LevelWarn, "errpact: "+text, attrs...)
}

// warnOfRepeats writes one line for the policy about two interceptors in one chain: it is a mistake of the program,
// and no request's.
func (p *Policy) warnOfRepeats(call *Call) {
	if !p.repeated.Swap(true) {
		p.Warn(call, "two interceptors of errpact's answered one error, which is reported once", repeatsFix)
	}
}

// repeatsFix is about both ways in which an answer comes to a second interceptor.
const repeatsFix = "leave one of interceptor.New, connectv2.NewServerInterceptor or grpcgo.New in the chain of this procedure, " +
	"and remove the other; if the procedure calls a service of this process without a network, give that client connectv2.NewClientInterceptor"

// warnOfRelay writes one line for the policy about a text that a service wrote which has no entries. Nothing says
// whether its errors are for this server's callers.
func (p *Policy) warnOfRelay(call *Call) {
	if !p.relayedText.Swap(true) {
		p.Warn(call, "WithRelay sent on the text of a service that names no entry, whoever that is for", relayFix)
	}
}

const relayFix = "leave WithRelay out of the client if the service is not yours, and return an entry of your own in place of its error; " +
	"if it is yours, give it errpact's interceptor"
