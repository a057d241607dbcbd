// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// bothErrors holds for a nil Error and for a zero one.
func bothErrors(holds func(*mapping.Error) bool) func() bool {
	return func() bool { return holds(nil) && holds(new(mapping.Error)) }
}

// copies holds where the result is another UNKNOWN error.
func copies(f func(*mapping.Error) *mapping.Error) func() bool {
	return bothErrors(func(e *mapping.Error) bool { got := f(e); return got != nil && got != e && unknown(got) })
}

var nilErrors = map[string]func() bool{
	"Error.WithDetail": copies(func(e *mapping.Error) *mapping.Error { return e.WithDetail(nilMessages...).WithDetail() }),
	"Error.WithField":  copies(func(e *mapping.Error) *mapping.Error { return e.WithField("", "") }),
	"Error.WithFields": copies(func(e *mapping.Error) *mapping.Error {
		return e.WithFields().WithFields(nil...).WithFields(mapping.Field{})
	}),
	"Error.WithLog":        copies(func(e *mapping.Error) *mapping.Error { return e.WithLog().WithLog(slog.Attr{}) }),
	"Error.WithMetadata":   copies(func(e *mapping.Error) *mapping.Error { return e.WithMetadata("", "") }),
	"Error.WithPayload":    copies(func(e *mapping.Error) *mapping.Error { return e.WithPayload(nil) }),
	"Error.WithRetryDelay": copies(func(e *mapping.Error) *mapping.Error { return e.WithRetryDelay(-1) }),
	"Error.Relay":          copies(func(e *mapping.Error) *mapping.Error { return e.Relay() }),
	"Error.Wrap": copies(func(e *mapping.Error) *mapping.Error {
		for _, err := range typedNils {
			_ = fmt.Sprintf("%+v", e.Wrap(err))
		}
		return e.Wrap(nil)
	}),
}

var nilReads = map[string]func() bool{
	"Error.Code":        bothErrors(func(e *mapping.Error) bool { return e.Code() == errpactv1err.Unknown }),
	"Error.ConnectCode": bothErrors(func(e *mapping.Error) bool { return e.ConnectCode() == 2 }),
	"Error.Details":     bothErrors(func(e *mapping.Error) bool { return e.Details() == nil }),
	"EnvelopeOptions.RetryOf": bothErrors(func(e *mapping.Error) bool {
		return mapping.EnvelopeOptions{}.RetryOf(e) == mapping.Retry{} &&
			mapping.EnvelopeOptions{RetryAfter: 1}.RetryOf(e) == mapping.Retry{Calls: mapping.RetryIdempotent, Delay: 1}
	}),
	"Error.EnvelopeIn": bothErrors(func(e *mapping.Error) bool {
		envelope, tag, varies := e.EnvelopeIn(mapping.EnvelopeOptions{AcceptLanguage: []string{"de"}})
		return strings.HasPrefix(envelope, `{"error_code":0,"error_message":"`) && tag == "" && !varies
	}),
	"Error.Error":  bothErrors(func(e *mapping.Error) bool { return e.Error() == errpactv1err.Unknown.Error() }),
	"Error.Fields": bothErrors(func(e *mapping.Error) bool { return e.Fields() == nil }),
	"Error.Format": bothErrors(func(e *mapping.Error) bool {
		e.Format(nil, 'v')
		return fmt.Sprintf("%v %+v %s", e, e, e) != "" && fmt.Sprintf("%d", e) != ""
	}),
	"Error.HTTPStatus": bothErrors(func(e *mapping.Error) bool { return e.HTTPStatus() == 500 }),
	"Error.Inferred":   bothErrors(func(e *mapping.Error) bool { return !e.Inferred() }),
	"Error.Is":         bothErrors(func(e *mapping.Error) bool { return e.Is(zero) && !e.Is(nil) && !e.Is(typedNils[0]) }),
	"Error.LogValue":   bothErrors(func(e *mapping.Error) bool { return len(e.LogValue().Group()) == 2 }),
	"Error.Message":    bothErrors(func(e *mapping.Error) bool { return e.Message() == zero.Message() }),
	"Error.MessageIn": bothErrors(func(e *mapping.Error) bool {
		message, tag := e.MessageIn(nil)
		other, none := e.MessageIn([]string{"de", ""})
		return message == zero.Message() && tag == "" && other == message && none == ""
	}),
	"Error.Metadata":   bothErrors(func(e *mapping.Error) bool { return e.Metadata() == nil }),
	"Error.Reason":     bothErrors(func(e *mapping.Error) bool { return e.Reason() == "" }),
	"Error.Resolution": bothErrors(func(e *mapping.Error) bool { return e.Resolution() == errpactv1err.Unknown.Resolution() }),
	"Error.Remote":     bothErrors(func(e *mapping.Error) bool { return !e.Remote() }),
	"Error.RequestID":  bothErrors(func(e *mapping.Error) bool { return e.RequestID() == "" }),
	"Error.RetryDelay": bothErrors(func(e *mapping.Error) bool { delay, ok := e.RetryDelay(); return delay == 0 && !ok }),
	"Error.Unwrap": bothErrors(func(e *mapping.Error) bool {
		return e.Unwrap() == nil && !errors.Is(e.Wrap((*fs.PathError)(nil)), fs.ErrExist)
	}),
}

// builtins are the catalogues that are the built-in one; broken ones cannot be read.
var (
	builtins = []*mapping.Catalogue{nil, {}, mapping.LazyCatalogue(nil)}
	broken   = []*mapping.Catalogue{
		mapping.LazyCatalogue(func() protoreflect.EnumDescriptor { return nil }),
		mapping.LazyCatalogue(func() protoreflect.EnumDescriptor { return (*nilEnum)(nil) }),
	}
)

// everyCatalogue holds for the built-in ones and for the broken ones.
func everyCatalogue(builtin, without func(*mapping.Catalogue) bool) func() bool {
	return func() bool {
		holds := true
		for _, c := range builtins {
			holds = holds && builtin(c)
		}
		for _, c := range broken {
			holds = holds && without(c)
		}
		return holds
	}
}

var nilCatalogues = map[string]func() bool{
	"Catalogue.Code": everyCatalogue(
		func(c *mapping.Catalogue) bool { return c.Code(10) == errpactv1err.NotExist },
		func(c *mapping.Catalogue) bool { return c.Code(10).Number() == 10 && c.Code(10).ConnectCode() == 2 }),
	"Catalogue.Codes": everyCatalogue(
		func(c *mapping.Catalogue) bool { return len(c.Codes()) == 15 },
		func(c *mapping.Catalogue) bool { return c.Codes() == nil }),
	"Catalogue.Descriptor": everyCatalogue(
		func(c *mapping.Catalogue) bool { return c.Descriptor().FullName() == "errpact.v1.ErrorCode" },
		func(c *mapping.Catalogue) bool { return c.Descriptor() == nil }),
	"Catalogue.Domain": everyCatalogue(
		func(c *mapping.Catalogue) bool { return c.Domain() == "errpact.dev" },
		func(c *mapping.Catalogue) bool { return c.Domain() == "" }),
	"Catalogue.Name": everyCatalogue(
		func(c *mapping.Catalogue) bool { return c.Name() == "errpact.v1.ErrorCode" },
		func(c *mapping.Catalogue) bool { return c.Name() == "" }),
}

// bothPolicies holds for a nil Policy and for a zero one.
func bothPolicies(holds func(*mapping.Policy) bool) func() bool {
	return func() bool { return holds(nil) && holds(new(mapping.Policy)) }
}

var nilPolicies = map[string]func() bool{
	"Policy.ByConnectCode": bothPolicies(func(p *mapping.Policy) bool { return unknown(p.ByConnectCode(0, 0), p.ByConnectCode(17, 255)) }),
	"Policy.ByHTTPStatus": bothPolicies(func(p *mapping.Policy) bool {
		return p.ByHTTPStatus(0, 0).HTTPStatus() == 500 && p.ByHTTPStatus(-1, 255).Code() == errpactv1err.Unknown
	}),
	"Policy.Decode": bothPolicies(func(p *mapping.Policy) bool {
		return unknown(p.Decode(&mapping.ErrorResponse{}), p.Decode(&mapping.ErrorResponse{Details: (*nilDetails)(nil)}),
			p.Decode(&mapping.ErrorResponse{Known: new(mapping.Error), Cause: typedNils[1]}))
	}),
	"Policy.RequestID": bothPolicies(func(p *mapping.Policy) bool { return p.RequestID(nil) == "" }),
	"Policy.DecodeHTTP": bothPolicies(func(p *mapping.Policy) bool {
		return p.DecodeHTTP(nil).HTTPStatus() == 500 &&
			p.DecodeHTTP(&mapping.ErrorResponse{Envelope: new(mapping.Envelope)}).Code() == errpactv1err.Unknown
	}),
	"Policy.Panicked": bothPolicies(func(p *mapping.Policy) bool { a := p.Panicked(&mapping.Call{}, nil, nil); return unknown(a.Error()) }),
	"Policy.Markdown": bothPolicies(func(p *mapping.Policy) bool {
		text, tag, varies := p.Markdown(nil, mapping.EnvelopeOptions{})
		return strings.HasPrefix(text, "# Error 0\n") && tag == "" && !varies
	}),
	"Policy.Problem": bothPolicies(func(p *mapping.Policy) bool {
		typeURI, title := p.Problem(nil, nil)
		return typeURI == "about:blank" && title == "Internal Server Error"
	}),
	"Policy.Tell": bothPolicies(func(p *mapping.Policy) bool { p.Tell(noContext, mapping.Report{}); return true }),
	"Policy.Translate": bothPolicies(func(p *mapping.Policy) bool {
		for _, err := range append([]error{nil, fmt.Errorf("x: %w", typedNils[2])}, typedNils...) {
			if a := p.Translate(&mapping.Call{}, err); !unknown(a.Error()) {
				return false
			}
		}
		a := p.Translate(&mapping.Call{Classify: classifyNil}, errors.New("x"))
		return unknown(a.Error()) && a.Message() == zero.Message()
	}),
	"Policy.Warn":                     bothPolicies(func(p *mapping.Policy) bool { p.Warn(nil, "", ""); p.Warn(new(mapping.Call), "", ""); return true }),
	"Policy.UnauthenticatedCondition": bothPolicies(func(p *mapping.Policy) bool { return p.UnauthenticatedCondition(nil) == mapping.ConditionNoCredential }),
}

// classifyNil is a transport's that knows nothing of an error but that it is local.
func classifyNil(error) (mapping.Classification, bool) {
	return mapping.Classification{Source: mapping.SourceLocal, Details: (*nilDetails)(nil)}, true
}

// bothAnswers holds for a nil Answer and for a zero one.
func bothAnswers(holds func(*mapping.Answer) bool) func() bool {
	return func() bool { return holds(nil) && holds(new(mapping.Answer)) }
}

var nilAnswers = map[string]func() bool{
	"Answer.At":     bothAnswers(func(a *mapping.Answer) bool { a.At(""); return true }),
	"Answer.Error":  bothAnswers(func(a *mapping.Answer) bool { return unknown(a.Error()) }),
	"Answer.Local":  bothAnswers(func(a *mapping.Answer) bool { return a.Local() == nil }),
	"Answer.Public": bothAnswers(func(a *mapping.Answer) bool { return unknown(a.Public()) }),
	"Answer.Report": bothAnswers(func(a *mapping.Answer) bool { a.Report(nil); return true }),
	"Answer.RequestID": func() bool {
		return (*mapping.Answer)(nil).RequestID(nil) == "" && new(mapping.Answer).RequestID(nil) != ""
	},
	"Answer.HasHeaders": bothAnswers(func(a *mapping.Answer) bool { return !a.HasHeaders() }),
	"Answer.Headers":    bothAnswers(func(a *mapping.Answer) bool { return a.Headers() == nil }),
	"Answer.Form":       bothAnswers(func(a *mapping.Answer) bool { return a.Form(0, func() any { return 1 }) == nil }),
	"Answer.DetailForm": bothAnswers(func(a *mapping.Answer) bool { return a.DetailForm(0, 0, func() any { return 1 }) == nil }),
	"Answer.ErrorInfo":  bothAnswers(func(a *mapping.Answer) bool { return a.ErrorInfo() == nil }),
	"Answer.Message":    bothAnswers(func(a *mapping.Answer) bool { return a.Message() == zero.Message() }),
	"Answer.Details":    bothAnswers(func(a *mapping.Answer) bool { return len(a.Details()) >= 2 }),
}
