// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

// An author makes the errors that cases ask handlers for.
type author struct {
	Errors
	// coded makes one that the stack alone knows.
	coded func(requested *conformancev1.Error, details []*anypb.Any) error
}

// make is the error that a case asks for, with what the handler saw where that is not nil.
func (a author) make(requested *conformancev1.Error, info *conformancev1.ConformancePayload_RequestInfo) error {
	details := requested.GetDetails()
	if info != nil {
		packed, err := anypb.New(info)
		if err != nil {
			return err
		}
		details = append(details, packed)
	}
	if a.Errors == Domain {
		return domainError(requested, details)
	}
	return a.coded(requested, details)
}

// domainError is wrapped, as a handler's errors are: the text around it must not be seen.
func domainError(requested *conformancev1.Error, details []*anypb.Any) error {
	out := entry(requested.GetCode()).New(requested.GetMessage())
	for _, detail := range details {
		out = out.WithDetail(detail)
	}
	return fmt.Errorf("a handler's own words: %w", out)
}

// received is what a client saw of an error, in the suite's form. An error that is not the typed one
// that the interceptor makes, or differs from what it unwraps to, fails the case.
func (e Errors) received(err error, requested *conformancev1.Error) (*conformancev1.Error, error) {
	out, codeOf, ok := wireError(err)
	if !ok {
		return nil, fmt.Errorf("conformance: %T is no Connect error: %w", err, err)
	}
	if isMiscount(err) {
		return out, nil
	}
	typed, ok := mapping.From(err)
	if !ok || !typed.Remote() {
		return nil, fmt.Errorf("conformance: %T is not typed: %w", err, err)
	}
	if code := uint32(out.GetCode()); uint32(typed.ConnectCode()) != code || codeOf != code {
		return nil, fmt.Errorf("conformance: code %d of the typed error, %d of Connect's, CodeOf %d: %w",
			typed.ConnectCode(), code, codeOf, err)
	}
	if info, ok := mapping.Detail[*errdetails.ErrorInfo](err); ok && info.GetDomain() == catalogue.Domain() {
		if err := isEntry(typed, out.GetCode()); err != nil {
			return nil, err
		}
	}
	if e == Domain {
		return undress(out, typed, requested)
	}
	return out, nil
}

// wireError is what the stack's own error says, and its CodeOf.
func wireError(err error) (out *conformancev1.Error, codeOf uint32, ok bool) {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		out = &conformancev1.Error{Code: conformancev1.Code(e.Code()), Message: new(e.Message())}
		for _, detail := range e.Details() {
			out.Details = append(out.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + detail.Type(), Value: detail.Bytes()})
		}
		return out, uint32(connect.CodeOf(err)), true
	}
	if e, ok := errors.AsType[*connectv2.Error](err); ok {
		out = &conformancev1.Error{Code: conformancev1.Code(e.Code()), Message: new(e.Message())}
		for _, detail := range e.Details() {
			out.Details = append(out.Details, connectproto.ErrorDetailToAny(detail))
		}
		return out, uint32(connectv2.CodeOf(err)), true
	}
	return nil, 0, false
}

// isEntry is an error if what the client made of a domain error is not the entry that it was.
func isEntry(typed *mapping.Error, code conformancev1.Code) error {
	if want := entry(code); typed.Inferred() || typed.Code() != want {
		return fmt.Errorf("conformance: entry %s, inferred %t, want %s: %w", typed.Code().Name(), typed.Inferred(), want.Name(), typed)
	}
	return nil
}

// isMiscount finds the error that Connect v1 makes of a client stream's response outside of all
// interceptors.
func isMiscount(err error) bool {
	e, ok := errors.AsType[*connect.Error](err)
	return ok && e.Code() == connect.CodeUnimplemented &&
		(e.Message() == "unary response has zero messages" || e.Message() == "unary response has multiple messages")
}

// undress gives a domain error the form in which the suite asked for it, once it is sure that it is
// the one that the handler meant.
func undress(out *conformancev1.Error, typed *mapping.Error, requested *conformancev1.Error) (*conformancev1.Error, error) {
	if out.GetCode() == requested.GetCode() {
		if err := isEntry(typed, out.GetCode()); err != nil {
			return nil, err
		}
		if oneLine(requested.GetMessage()) == out.GetMessage() {
			out.Message = requested.Message
		}
	}
	out.Details = slices.DeleteFunc(out.GetDetails(), func(detail *anypb.Any) bool {
		return isOwn(detail) && !slices.ContainsFunc(requested.GetDetails(), func(other *anypb.Any) bool {
			return other.MessageName() == detail.MessageName()
		})
	})
	return out, nil
}

// oneLine is a message without control characters, of which a domain error has none.
func oneLine(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, message)
}

// isOwn says which details errpact adds to the errors of this catalogue.
func isOwn(detail *anypb.Any) bool {
	switch detail.MessageName() {
	case "errpact.v1.ErrorDetail", "google.rpc.ErrorInfo", "google.rpc.RequestInfo":
		return true
	}
	return false
}
