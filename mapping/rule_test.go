// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// translate is what the caller of a Connect service gets of err.
func translate(p *mapping.Policy, err error) *mapping.Error {
	answer := p.Translate(&mapping.Call{Context: context.Background(), Classify: transport.ClassifyConnect}, err)
	return answer.Error()
}

var errMine = errors.New("mine")

type typedError struct{ id string }

func (e *typedError) Error() string { return "typed " + e.id }

func TestRulesAreAskedInOrder(t *testing.T) {
	var asked []string
	note := func(name string, rule func(error) (*mapping.Error, bool)) mapping.Rule {
		return mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
			asked = append(asked, name)
			return rule(err)
		})
	}
	is := func(code mapping.Code) func(error) (*mapping.Error, bool) {
		return func(err error) (*mapping.Error, bool) { return code.Wrap(err), errors.Is(err, errMine) }
	}
	p := newPolicy(t, mapping.WithRules(
		note("unknown", func(error) (*mapping.Error, bool) { return errpactv1err.Database.New("no"), false }),
		note("nil", func(error) (*mapping.Error, bool) { return nil, true }),
		note("first", is(errpactv1err.NotExist)), mapping.Rule{}), mapping.WithRules(
		note("second", is(errpactv1err.Database))))
	if got := translate(p, fmt.Errorf("x: %w", errMine)); got.Code() != errpactv1err.NotExist || !errors.Is(got, errMine) {
		t.Errorf("got %v", got)
	}
	if got := strings.Join(asked, " "); got != "unknown nil first" {
		t.Errorf("asked %s", got)
	}
	if got := translate(p, errors.New("other")); got.Code() != errpactv1err.Unknown {
		t.Errorf("got %v", got)
	}
	asked = nil
	for _, err := range []error{errpactv1err.InvalidType, errpactv1err.InvalidType.Wrap(errMine), (*typedError)(nil), nil} {
		_ = translate(p, err)
	}
	if len(asked) != 0 {
		t.Errorf("%v were asked about errors of one's own, nil and typed nil", asked)
	}
}

func TestRuleKinds(t *testing.T) {
	typed, text := &typedError{"7"}, errors.New("other")
	never := func(context.Context, error) (*mapping.Error, bool) { return nil, false }
	for name, test := range map[string]struct {
		rule mapping.Rule
		err  error
		want mapping.Code // zero: the rule does not handle it
		// cause is found in the answer's error.
		cause error
	}{
		"MapIs":                 {mapping.MapIs(errMine, errpactv1err.NotExist), errMine, errpactv1err.NotExist, errMine},
		"MapIs, another":        {mapping.MapIs(errMine, errpactv1err.NotExist), text, mapping.Code{}, nil},
		"MapIs, nil":            {mapping.MapIs(nil, errpactv1err.NotExist), errMine, mapping.Code{}, nil},
		"MapIs, a reason":       {mapping.MapIs(errMine, errpactv1err.DatabaseTemporarilyUnavailable), errMine, errpactv1err.DatabaseTemporarilyUnavailable, errMine},
		"MapAs":                 {mapping.MapAs(func(*typedError) *mapping.Error { return errpactv1err.NotExist.New("") }), typed, errpactv1err.NotExist, typed},
		"MapAs, a static error": {mapping.MapAs(func(*typedError) *mapping.Error { return static }), typed, errpactv1err.NotExist, typed},
		"MapAs, an interface": {mapping.MapAs(func(interface {
			error
			Timeout() bool
		}) *mapping.Error {
			return static
		}), timeoutError{}, errpactv1err.NotExist, timeoutError{}},
		"MapAs, a cause":           {mapping.MapAs(func(*typedError) *mapping.Error { return errpactv1err.NotExist.Wrap(errMine) }), typed, errpactv1err.NotExist, errMine},
		"MapAs, another":           {mapping.MapAs(func(*typedError) *mapping.Error { return static }), errMine, mapping.Code{}, nil},
		"MapAs, a nil error":       {mapping.MapAs(func(*typedError) *mapping.Error { return nil }), typed, mapping.Code{}, nil},
		"MapAs, nil":               {mapping.MapAs[*typedError](nil), typed, mapping.Code{}, nil},
		"MapFunc":                  {mapping.MapFunc(answers(errpactv1err.NotExist.New(""), true)), text, errpactv1err.NotExist, text},
		"MapFunc, a static error":  {mapping.MapFunc(answers(static, true)), text, errpactv1err.NotExist, text},
		"MapFunc, a cause":         {mapping.MapFunc(answers(errpactv1err.NotExist.Wrap(errMine), true)), text, errpactv1err.NotExist, errMine},
		"MapFunc, an error, false": {mapping.MapFunc(answers(static, false)), text, mapping.Code{}, nil},
		"MapFunc, a nil error":     {mapping.MapFunc(answers(nil, true)), text, mapping.Code{}, nil},
		"MapFunc, neither":         {mapping.MapFunc(never), text, mapping.Code{}, nil},
		"MapFunc, nil":             {mapping.MapFunc(nil), text, mapping.Code{}, nil},
		"the zero Rule":            {mapping.Rule{}, text, mapping.Code{}, nil},
	} {
		var report mapping.Report
		p := newPolicy(t, mapping.WithRules(test.rule), withLast(&report))
		for _, err := range []error{test.err, fmt.Errorf("a: %w", test.err), errors.Join(errors.New("b"), test.err)} {
			answer := p.Translate(&mapping.Call{Classify: transport.ClassifyConnect}, err)
			answer.Report(nil)
			got, handled := answer.Error(), test.want != mapping.Code{}
			if !errors.Is(got, test.want) || report.Redacted == handled || report.Panic != nil {
				t.Errorf("%s: %v became %v, want %v", name, err, got, test.want)
			}
			if handled && !errors.Is(got, test.cause) {
				t.Errorf("%s: the cause is %v, want %v", name, got.Unwrap(), test.cause)
			}
		}
	}
	if static.Unwrap() != nil {
		t.Errorf("the shared error got a cause: %v", static.Unwrap())
	}
}

// static is a package's own error, which every answer may share.
var static = errpactv1err.NotExist.WithMetadata("static", "true")

func answers(e *mapping.Error, ok bool) func(context.Context, error) (*mapping.Error, bool) {
	return func(context.Context, error) (*mapping.Error, bool) { return e, ok }
}

type timeoutError struct{}

func (timeoutError) Error() string { return "late" }
func (timeoutError) Timeout() bool { return false }

func TestMapAsGetsTheErrorItself(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.MapAs(func(e *typedError) *mapping.Error {
		return errpactv1err.NotExist.WithMetadata("id", e.id)
	})))
	got := translate(p, fmt.Errorf("a: %w", &typedError{"7"}))
	if got.Metadata()["id"] != "7" || !errors.As(got, new(*typedError)) {
		t.Errorf("got %+v", got)
	}
	caused := newPolicy(t, mapping.WithRules(mapping.MapAs(func(*typedError) *mapping.Error { return errpactv1err.NotExist.Wrap(errMine) })))
	if got := translate(caused, &typedError{"7"}); errors.As(got.Unwrap(), new(*typedError)) {
		t.Errorf("a rule's own cause was replaced: %+v", got)
	}
}

func TestMapFuncGetsTheRequestsContext(t *testing.T) {
	type key struct{}
	var seen context.Context
	p := newPolicy(t, mapping.WithRules(mapping.MapFunc(func(ctx context.Context, _ error) (*mapping.Error, bool) {
		seen = ctx
		return nil, false
	})))
	request := context.WithValue(t.Context(), key{}, "tenant")
	for _, test := range []struct{ given, want context.Context }{{request, request}, {nil, context.Background()}} {
		p.Translate(&mapping.Call{Context: test.given}, errMine)
		if seen != test.want {
			t.Errorf("a rule got the context %v, want %v", seen, test.want)
		}
	}
	if p.Translate(nil, errMine); seen != context.Background() {
		t.Errorf("without a call, a rule got the context %v", seen)
	}
}

func TestG9ARuleThatPanicsIsUnmapped(t *testing.T) {
	explode := func() *mapping.Error { panic("secret") }
	for name, rule := range map[string]mapping.Rule{
		"MapIs":   mapping.MapIs(explodingTarget{}, errpactv1err.NotExist),
		"MapAs":   mapping.MapAs(func(error) *mapping.Error { return explode() }),
		"MapFunc": mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { return explode(), true }),
	} {
		var report mapping.Report
		p := newPolicy(t, mapping.WithRules(rule, mapping.MapIs(errMine, errpactv1err.Database)), withLast(&report))
		err := error(errMine)
		if name == "MapIs" {
			err = explodingTarget{}
		}
		answer := p.Translate(&mapping.Call{}, err)
		answer.Report(nil)
		if got := answer.Error(); got.Code() != errpactv1err.Unknown || got.Message() != errpactv1err.Unknown.Message() || report.Panic != "secret" || len(report.Stack) == 0 {
			t.Errorf("%s: got %v, reported %v", name, got, report.Panic)
		}
	}
}

// explodingTarget is equal to nothing, and its Is panics.
type explodingTarget struct{ _ []int }

func (explodingTarget) Error() string { return "exploding" }
func (explodingTarget) Is(error) bool { panic("secret") }

// nodeError wraps, and has an Is and an As of its own.
type nodeError struct{ below error }

func (e *nodeError) Error() string        { return "node: " + e.below.Error() }
func (e *nodeError) Unwrap() error        { return e.below }
func (e *nodeError) Is(target error) bool { return target == fs.ErrInvalid }

func TestRulesNeverSeeABorderOrAContextsEnd(t *testing.T) {
	remote := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 5, Message: "secret", Wire: true, Cause: errMine})
	wire := connect.NewWireError(connect.CodeNotFound, errors.New("secret"))
	for name, hidden := range map[string]error{
		"remote": remote, "wire": wire, "canceled": context.Canceled, "expired": context.DeadlineExceeded,
	} {
		for shape, err := range map[string]error{
			"alone": hidden, "wrapped": fmt.Errorf("get: %w", hidden), "joined": errors.Join(errMine, hidden),
			"below a node": &nodeError{fmt.Errorf("a: %w", hidden)},
		} {
			t.Run(name+"/"+shape, func(t *testing.T) {
				var seen []error
				p := newPolicy(t, mapping.WithRules(mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
					seen = append(seen, err)
					return nil, false
				})))
				_ = translate(p, err)
				for _, err := range seen {
					if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, new(*connect.Error)) ||
						errors.As(err, new(*mapping.Error)) || strings.Contains(err.Error(), "secret") {
						t.Errorf("a rule saw %v", err)
					}
				}
				if (len(seen) > 0) != (shape != "alone") {
					t.Errorf("rules saw %v", seen)
				}
				// What is above or beside is still there, to itself.
				above := newPolicy(t, mapping.WithRules(mapping.MapAs(func(e *nodeError) *mapping.Error { return errpactv1err.InvalidType.New("") }),
					mapping.MapIs(errMine, errpactv1err.Database)))
				got := translate(above, err)
				want := map[string]mapping.Code{"below a node": errpactv1err.InvalidType, "joined": errpactv1err.Database}[shape]
				if want != (mapping.Code{}) && got.Code() != want {
					t.Errorf("got %v, want %v", got, want)
				}
				byIs := newPolicy(t, mapping.WithRules(mapping.MapIs(fs.ErrInvalid, errpactv1err.InvalidType)))
				if got := translate(byIs, err); (got.Code() == errpactv1err.InvalidType) != (shape == "below a node") {
					t.Errorf("by its Is: %v", got)
				}
			})
		}
	}
}

// TestRulesDoNotTakeANetworksTimeoutForAContextsEnd: net/http's own timeout calls itself one.
func TestRulesDoNotTakeANetworksTimeoutForAContextsEnd(t *testing.T) {
	_, timeout := (&http.Client{Timeout: 1}).Head("http://127.0.0.1:1/")
	if !errors.Is(timeout, context.DeadlineExceeded) {
		t.Fatalf("a client's timeout is %v", timeout)
	}
	p := newPolicy(t, mapping.WithRules(mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
		return errpactv1err.NotAllowed.New(""), errors.Is(err, context.DeadlineExceeded)
	})))
	if got := translate(p, fmt.Errorf("a: %w", timeout)); !errors.Is(got, errpactv1err.ExternalServiceTimedOut) {
		t.Errorf("got %v", got)
	}
}

func TestARulesReceivedErrorIsNotOurs(t *testing.T) {
	remote := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 14, Message: "secret", Wire: true})
	p := newPolicy(t, mapping.WithRules(mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { return remote, true })))
	if got := translate(p, errMine); !errors.Is(got, errpactv1err.ExternalServiceUnreachable) {
		t.Errorf("got %v", got)
	}
	p = newPolicy(t, mapping.WithRules(mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { return remote.Relay(), true })))
	if got := translate(p, errMine); got.Message() != "secret" || got.Remote() {
		t.Errorf("relayed, got %v", got)
	}
}

func TestG7OddErrorsHarmNobody(t *testing.T) {
	wide := make([]error, 10_000)
	for i := range wide {
		wide[i] = errMine
	}
	deep := errMine
	for range 10_000 {
		deep = fmt.Errorf("%w", deep)
	}
	for name, err := range map[string]error{
		"wide": errors.Join(wide...), "deep": deep, "nil inside": &nodeError{errMine}, "nil in a join": joined{nil, (*typedError)(nil), errMine},
	} {
		if got := translate(nil, err); got.Code() != errpactv1err.Unknown {
			t.Errorf("%s: %v", name, got)
		}
		if got := translate(nil, errors.Join(errpactv1err.NotExist.New("x"), err)); got.Code() != errpactv1err.NotExist {
			t.Errorf("%s, below one's own: %v", name, got)
		}
	}
}

type joined []error

func (j joined) Error() string   { return "joined" }
func (j joined) Unwrap() []error { return j }

func TestG9ACredentialFunctionThatPanicsHarmsNobody(t *testing.T) {
	p := newPolicy(t, mapping.WithCredential(func(http.Header) bool { panic("x") }))
	if got := p.Decode(&mapping.ErrorResponse{ConnectCode: 16}); got.Code() != errpactv1err.AuthInvalid {
		t.Errorf("got %v", got)
	}
	if got := translate(p, connect.NewError(connect.CodeUnauthenticated, nil)); got.Code() != errpactv1err.AuthInvalid {
		t.Errorf("got %v", got)
	}
}
