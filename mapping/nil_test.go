// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping"
)

// TestG7NothingNilPanics has a row for every exported function and method: what it makes of nil, of
// zero and of typed nil. A row is true where that is as its doc says.
func TestG7NothingNilPanics(t *testing.T) {
	rows := make(map[string]func() bool)
	for _, table := range []map[string]func() bool{nilFunctions, nilOptions, nilRules, nilCodes, nilErrors, nilReads, nilCatalogues, nilPolicies, nilAnswers} {
		maps.Copy(rows, table)
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if value := recover(); value != nil {
					t.Errorf("it panics: %v\n%s", value, debug.Stack())
				}
			}()
			if !row() {
				t.Errorf("nil, zero or typed nil: not as its doc says")
			}
		})
	}
}

// noContext is what a caller passes who has none.
var noContext context.Context

// nilEnum is a descriptor of somebody's own.
type nilEnum struct{ protoreflect.EnumDescriptor }

// driverError is a driver's, whose methods do not survive nil.
type driverError struct{ state string }

func (e *driverError) Error() string    { return e.state }
func (e *driverError) SQLState() string { return e.state }

// nilDetails are a transport's, likewise.
type nilDetails struct{ all []*anypb.Any }

func (d *nilDetails) Len() int           { return len(d.all) }
func (d *nilDetails) Type(i int) string  { return d.all[i].GetTypeUrl() }
func (d *nilDetails) Value(i int) []byte { return d.all[i].GetValue() }

// typedNils are errors that are not nil and hold a nil.
var typedNils = []error{(*mapping.Error)(nil), (*driverError)(nil), (*fs.PathError)(nil), (*net.OpError)(nil)}

func unknown(errs ...error) bool {
	for _, err := range errs {
		if e, ok := mapping.From(err); !ok || e.Code() != errpactv1err.Unknown || e.ConnectCode() != 2 || e.HTTPStatus() != 500 {
			return false
		}
	}
	return len(errs) > 0
}

// panics is for the one function whose contract it is.
func panics(f func()) (panicked bool) {
	defer func() { panicked = recover() != nil }()
	f()
	return false
}

var nilFunctions = map[string]func() bool{
	"CodeOf": func() bool {
		return mapping.CodeOf(nil) == errpactv1err.Unknown && !slices.ContainsFunc(typedNils, func(err error) bool {
			return mapping.CodeOf(err) != errpactv1err.Unknown || mapping.CodeOf(fmt.Errorf("x: %w", err)) != errpactv1err.Unknown
		})
	},
	"ConnectCodeOf": func() bool { return mapping.ConnectCodeOf(0) == 2 && mapping.ConnectCodeOf(-1) == 2 },
	"Detail": func() bool {
		_, inNil := mapping.Detail[*errdetails.Help](nil)
		_, inTyped := mapping.Detail[*errdetails.Help](typedNils[0])
		_, anyMessage := mapping.Detail[proto.Message](errpactv1err.NotExist)
		_, dynamic := mapping.Detail[*dynamicpb.Message](errpactv1err.NotExist)
		return !inNil && !inTyped && !anyMessage && !dynamic
	},
	"EnvelopeOf": func() bool {
		want := mapping.Envelope{Message: "Unknown server side error occurred"}
		return cmp.Equal(mapping.EnvelopeOf(nil), want) && !slices.ContainsFunc(typedNils, func(err error) bool {
			return !cmp.Equal(mapping.EnvelopeOf(err), want)
		})
	},
	"Envelope.AppendJSON": func() bool {
		return string(mapping.Envelope{}.AppendJSON(nil)) == `{"error_code":0,"error_message":"","details":null}`
	},
	"FaultOf": func() bool {
		return mapping.FaultOf(nil) == "" && mapping.FaultOf(zero) == mapping.FaultServer && !slices.ContainsFunc(typedNils, func(err error) bool {
			return mapping.FaultOf(err) != mapping.FaultServer
		})
	},
	"WithDeclared":       func() bool { return accepts(mapping.WithDeclared(0)) && accepts(mapping.WithDeclared(9)) },
	"Contract.Codes":     func() bool { return len(mapping.Contract{}.Codes()) == 0 },
	"Contract.Has":       func() bool { return !mapping.Contract{}.Has(nil) && !mapping.Contract{}.Has(zero) },
	"Contract.Procedure": func() bool { return mapping.Contract{}.Procedure() == "" },
	"NewContract": func() bool {
		c := mapping.NewContract("", zero)
		return c.Has(zero) && !c.Has(nil) && c.Has((*mapping.Error)(nil))
	},
	"Report.Fault":      func() bool { return mapping.Report{}.Fault() == mapping.FaultServer },
	"Retry.Allows":      func() bool { return !mapping.Retry{}.Allows(true) },
	"Retry.String":      func() bool { return mapping.Retry{}.String() == mapping.Retry{Calls: 99, Delay: -1}.String() },
	"RetryCalls.String": func() bool { return mapping.RetryCalls(0).String() == "none" },
	"RetryOf": func() bool {
		return mapping.RetryOf(nil) == mapping.Retry{} && mapping.RetryOf(zero) == mapping.Retry{} && !slices.ContainsFunc(typedNils, func(err error) bool {
			return mapping.RetryOf(err) != mapping.Retry{}
		})
	},
	"From": func() bool {
		none, ok := mapping.From(nil)
		_, foreign := mapping.From((*driverError)(nil))
		return none == nil && !ok && !foreign && unknown(typedNils[0], mapping.Code{}, new(mapping.Error))
	},
	"ConnectCode.HTTPStatus": func() bool {
		return mapping.ConnectCode(0).HTTPStatus() == 500 && mapping.ConnectCode(1<<31).HTTPStatus() == 500
	},
	"ConnectCode.String": func() bool { return mapping.ConnectCode(0).String() == "0" && mapping.ConnectCode(17).String() == "17" },
	"LazyCatalogue":      func() bool { return mapping.LazyCatalogue(nil).Code(10) == errpactv1err.NotExist },
	"LogReport":          func() bool { mapping.LogReport(noContext, mapping.Report{}); return true },
	"LogReportWith":      func() bool { mapping.LogReportWith(nil)(noContext, mapping.Report{}); return true },
	"MustCatalogue":      func() bool { return panics(func() { mapping.MustCatalogue(nil) }) },
	"NewCatalogue":       func() bool { return refused(nil) && refused((*nilEnum)(nil)) },
	"NewPolicy":          func() bool { p, err := mapping.NewPolicy(nil, nil); return p != nil && err == nil },
	"ParseEnvelope":      func() bool { _, err := mapping.ParseEnvelope(nil); return err != nil },
	"Payload":            func() bool { _, ok := mapping.Payload[any](nil); return !ok },
	"RequestIDOf":        func() bool { return len(mapping.RequestIDOf(nil)) == 32 },
	"StatusText":         func() bool { return mapping.StatusText(0) != "" },
}

func refused(enum protoreflect.EnumDescriptor) bool {
	c, err := mapping.NewCatalogue(enum)
	return c == nil && err != nil
}

// accepts says that options of nil are the default.
func accepts(o mapping.Option) bool {
	p, err := mapping.NewPolicy(o)
	if err != nil {
		return false
	}
	answer := p.Translate(&mapping.Call{}, typedNils[1])
	answer.Report(nil)
	return p.UnauthenticatedCondition(nil) == mapping.ConditionNoCredential && unknown(answer.Error())
}

var nilOptions = map[string]func() bool{
	"WithBudget":            func() bool { _, err := mapping.NewPolicy(mapping.WithBudget(0)); return err != nil },
	"WithCatalogues":        func() bool { return accepts(mapping.WithCatalogues()) && accepts(mapping.WithCatalogues(nil)) },
	"WithConnectMessages":   func() bool { return accepts(mapping.WithConnectMessages()) },
	"WithCatalogueMessages": func() bool { return accepts(mapping.WithCatalogueMessages()) },
	"WithCredential":        func() bool { return accepts(mapping.WithCredential(nil)) },
	"WithHelp":              func() bool { return accepts(mapping.WithHelp(nil)) },
	"WithReport":            func() bool { return accepts(mapping.WithReport(nil)) },
	"WithRequestID":         func() bool { return accepts(mapping.WithRequestID(nil)) },
	"WithRules": func() bool {
		return accepts(mapping.WithRules()) && accepts(mapping.WithRules(mapping.Rule{}, mapping.Rule{}))
	},
}

// knowNothing says that rules handle neither nil nor any typed nil, and that none panics about it.
func knowNothing(rules ...mapping.Rule) bool {
	var report mapping.Report
	p, err := mapping.NewPolicy(mapping.WithRules(rules...), withLast(&report))
	if err != nil {
		return false
	}
	wrapped := []error{fmt.Errorf("x: %w", (*driverError)(nil)), fmt.Errorf("x: %w", (*fs.PathError)(nil))}
	for _, err := range slices.Concat([]error{nil}, wrapped, typedNils[1:]) {
		answer := p.Translate(nil, err)
		answer.Report(nil)
		if !unknown(answer.Error()) || !report.Redacted || report.Panic != nil {
			return false
		}
	}
	return len(rules) > 0
}

var nilRules = map[string]func() bool{
	"ErrorResponse.SetErrorDetail": func() bool { (&mapping.ErrorResponse{}).SetErrorDetail(nil); return true },
	"FailureOfStatus":              func() bool { return mapping.FailureOfStatus(0) == mapping.CallRejected },
	"FSRules": func() bool {
		return knowNothing(mapping.FSRules()...) && knowNothing(mapping.FSRules(mapping.FSCodes{})...)
	},
	"NetRules": func() bool {
		return knowNothing(mapping.NetRules()...) && knowNothing(mapping.NetRules(mapping.NetCodes{})...)
	},
	"SQLRules": func() bool {
		return knowNothing(mapping.SQLRules()...) && knowNothing(mapping.SQLRules(mapping.SQLCodes{})...)
	},
	"MapAs": func() bool {
		state := func(e *driverError) *mapping.Error { return zero.New(e.state) }
		return knowNothing(mapping.MapAs[error](nil), mapping.MapAs(func(error) *mapping.Error { return nil }), mapping.MapAs(state))
	},
	"MapFunc": func() bool {
		return knowNothing(mapping.MapFunc(nil), mapping.MapFunc(func(ctx context.Context, _ error) (*mapping.Error, bool) { return nil, ctx.Err() == nil }))
	},
	"MapIs": func() bool {
		return knowNothing(mapping.MapIs(nil, mapping.Code{}), mapping.MapIs(fs.ErrExist, mapping.Code{}))
	},
}

var zero mapping.Code

var nilCodes = map[string]func() bool{
	"Code.Catalogue":   func() bool { return zero.Catalogue() == errpactv1err.Catalogue },
	"Code.ConnectCode": func() bool { return zero.ConnectCode() == 2 },
	"Code.Declared":    func() bool { return zero.Declared() && !zero.WithReason("A_REASON").Declared() },
	"Code.Error":       func() bool { return zero.Error() == errpactv1err.Unknown.Error() },
	"Code.Errorf": func() bool {
		return unknown(zero.Errorf(""), zero.Errorf("%v%w", nil, typedNils[1]), zero.Errorf("%s", []error(nil)))
	},
	"Code.HTTPStatus":     func() bool { return zero.HTTPStatus() == 500 },
	"Code.Is":             func() bool { return zero.Is(zero) && !zero.Is(nil) && !zero.Is(typedNils[0]) },
	"Code.LogValue":       func() bool { return zero.LogValue().String() == "ERROR_CODE_UNKNOWN" },
	"Code.Message":        func() bool { return zero.Message() == errpactv1err.Unknown.Message() },
	"Code.Name":           func() bool { return zero.Name() == "ERROR_CODE_UNKNOWN" },
	"Code.New":            func() bool { return zero.New("").Message() == zero.Message() },
	"Code.Number":         func() bool { return zero.Number() == 0 },
	"Code.Reason":         func() bool { return zero.Reason() == "" },
	"Code.Resolution":     func() bool { return zero.Resolution() == errpactv1err.Unknown.Resolution() },
	"Code.Reasons":        func() bool { return len(zero.Reasons()) == 0 },
	"Code.WithDetail":     func() bool { return unknown(zero.WithDetail(), zero.WithDetail(nilMessages...)) },
	"Code.WithField":      func() bool { return unknown(zero.WithField("", "")) },
	"Code.WithFields":     func() bool { return unknown(zero.WithFields(), zero.WithFields(mapping.Field{})) },
	"Code.WithLog":        func() bool { return unknown(zero.WithLog(), zero.WithLog(slog.Attr{}, slog.Any("", typedNils[1]))) },
	"Code.WithMetadata":   func() bool { return unknown(zero.WithMetadata("", "")) && zero.WithMetadata("", "").Metadata() == nil },
	"Code.WithPayload":    func() bool { return unknown(zero.WithPayload(nil), zero.WithPayload((*time.Time)(nil))) },
	"Code.WithReason":     func() bool { return zero.WithReason("") == zero && zero.WithReason("A_REASON").Number() == 0 },
	"Code.WithRetryDelay": func() bool { return unknown(zero.WithRetryDelay(0)) },
	"Code.Wrap":           func() bool { return unknown(zero.Wrap(nil), zero.Wrap(typedNils[0]), zero.Wrap(typedNils[1])) },
}

// boxed is a message of somebody's own, whose methods do not survive nil.
type boxed struct{ proto.Message }

var nilMessages = []proto.Message{
	nil, (*errdetails.Help)(nil), (*errdetails.BadRequest)(nil), (*errdetails.DebugInfo)(nil), (*anypb.Any)(nil),
	(*dynamicpb.Message)(nil), (*boxed)(nil),
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".",
		new(mapping.Answer), new(mapping.Call), new(mapping.Catalogue), new(mapping.Classification), new(mapping.Code),
		new(mapping.Contract), new(mapping.Envelope), new(mapping.EnvelopeOptions), new(mapping.Error), new(mapping.ErrorResponse),
		new(mapping.FSCodes), new(mapping.Field), new(mapping.NetCodes), new(mapping.Policy), new(mapping.Report), new(mapping.Retry),
		new(mapping.Rule), new(mapping.SQLCodes),
	)
}
