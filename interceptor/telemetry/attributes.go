// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/errpact/errpact/mapping"
)

const (
	codeKey       = attribute.Key("errpact.code")
	numberKey     = attribute.Key("errpact.number")
	reasonKey     = attribute.Key("errpact.reason")
	catalogueKey  = attribute.Key("errpact.catalogue")
	requestIDKey  = attribute.Key("errpact.request_id")
	callerGoneKey = attribute.Key("errpact.caller_gone")
	faultKey      = attribute.Key("errpact.fault")
	originKey     = attribute.Key("errpact.origin")
)

// Attributes returns the attributes of an error on a span: its code, number, catalogue, fault, and what it has of reason
// and request id. They are for your own spans, and for those of clients, whose errors no policy reports:
//
//	span.SetAttributes(telemetry.Attributes(err)...)
//
// Nil, and an error without a [mapping.Error] or [mapping.Code] in it, has none.
func Attributes(err error) []attribute.KeyValue {
	e, ok := mapping.From(err)
	if !ok {
		return nil
	}
	return attributes(e, mapping.FaultOf(e), e.RequestID())
}

func attributes(e *mapping.Error, fault mapping.Fault, requestID string) []attribute.KeyValue {
	code := e.Code()
	all := make([]attribute.KeyValue, 0, 8)
	all = append(all,
		codeKey.String(code.Name()), numberKey.Int(int(code.Number())), catalogueKey.String(code.Catalogue().Name()),
		faultKey.String(string(fault)),
	)
	if reason := e.Reason(); reason != "" {
		all = append(all, reasonKey.String(reason))
	}
	if requestID != "" {
		all = append(all, requestIDKey.String(requestID))
	}
	return all
}
