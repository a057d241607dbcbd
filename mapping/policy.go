// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/errpact/errpact/mapping/catalogue"
)

// A Policy decides what a caller may see of an error. It is the one place of the order of rules,
// which [Policy.Translate] states. A nil or zero Policy is the default one: the built-in catalogue,
// no rules, reports to slog.Default().
type Policy struct {
	catalogues []*Catalogue
	rules      []Rule
	// report is nil where log is told, or silent.
	report     ReportFunc
	log        reportLog
	silent     bool
	budget     int
	credential func(http.Header) bool
	help       func(Code) string
	// requestID is nil where the default decides.
	requestID func(http.Header) string
	// connectMessages sends messages of local Connect errors exactly as written.
	connectMessages bool
	// catalogueMessages replaces them all.
	catalogueMessages bool
	// declared is 0 where no handler is held to what its method declares.
	declared DeclaredMode

	fallbacks
	// repeated says that the log has the line about two interceptors in one chain.
	repeated atomic.Bool
	// relayedText says that the log has the line about a relayed text without an entry.
	relayedText atomic.Bool
	// reportPanicked says that the log has the line about a report that panicked.
	reportPanicked atomic.Bool
	// prepared has the answer to the bare errors of each code, by Code.
	prepared sync.Map
	// problems has the type of each code's problem, by Code, once it was asked for.
	problems struct {
		sync.Once
		types map[Code]string
	}
}

// An Option changes what [NewPolicy] makes.
type Option interface{ apply(*Policy) }

type option func(*Policy)

func (o option) apply(p *Policy) { o(p) }

// WithCatalogues sets the catalogues by which errors are sent and decoded. The first is the primary one: its
// roles and fallbacks serve errors that name no entry. Unless a catalogue of yours has all roles, give
// errpactv1err.Catalogue first. Numbers must not overlap, nor domains. The default is the built-in catalogue
// alone. A nil first catalogue is the built-in one; any other nil is a mistake, which [NewPolicy] reports. A
// client also knows the catalogues that are linked into the program, after the given ones, see [Policy.Decode].
func WithCatalogues(catalogues ...*Catalogue) Option {
	return option(func(p *Policy) {
		for _, c := range catalogues {
			if c != nil || len(p.catalogues) == 0 {
				c = c.self()
			}
			p.catalogues = append(p.catalogues, c)
		}
	})
}

// WithRules adds rules that map your errors to catalogue errors. The policy asks them in order, and the
// first that handles an error decides. Zero rules are skipped. The default is no rules.
func WithRules(rules ...Rule) Option {
	return option(func(p *Policy) {
		for _, r := range rules {
			if r.ask != nil {
				p.rules = append(p.rules, r)
			}
		}
	})
}

// WithReport sets the function that is called for every error sent, and for every failure after the
// response has started. The default is [LogReport]. A nil function silences reports: then
// no log has the cause of an error that the caller got as a fixed text.
func WithReport(report ReportFunc) Option {
	return option(func(p *Policy) {
		p.report, p.silent = report, report == nil
	})
}

// WithBudget bounds what an error weighs on the wire, in bytes: its percent-encoded message, 4/3 of
// its encoded google.rpc.Status, and its own metadata. The default, 3,584, passes nginx and haproxy
// as they are shipped. 2,048 is the least, which holds what is never dropped.
func WithBudget(bytes int) Option { return option(func(p *Policy) { p.budget = bytes }) }

// WithCredential says whether a request carries a credential, which decides between "not provided"
// and "invalid" where an error says no more than that the caller is not authenticated. The default
// looks for an Authorization header. Nil is the default.
func WithCredential(has func(http.Header) bool) Option {
	return option(func(p *Policy) { p.credential = has })
}

// WithRequestID sets the function that decides which id of a request is believed. It gets the request's headers,
// which it must not change, and returns the id, or an empty string to have one made up. An id that is not 1 to
// 128 bytes of [A-Za-z0-9._:/+=@-] counts as empty, and so does a panic. Several goroutines may call it at once.
//
// The default, and nil, believes X-Request-Id, and else the trace id of traceparent, as [RequestIDOf] says: right
// behind a proxy that sets them. A server that strangers reach directly should believe only what its own edge
// writes, or nothing:
//
//	mapping.WithRequestID(func(h http.Header) string { return h.Get("X-Edge-Request-Id") })
func WithRequestID(believed func(http.Header) string) Option {
	return option(func(p *Policy) { p.requestID = believed })
}

// WithConnectMessages sends the message of every Connect error that a handler made exactly as it was
// written. The default replaces those of the codes unknown, internal, data_loss, unavailable and
// deadline_exceeded, which speak of the server rather than to the caller. An error of the caller's
// stream, and of a request that has ended, goes out as Connect makes it, too: with Connect's code, and
// without details. The default makes it an entry of the catalogue.
//
// A unary call of Connect's own protocol gets the message whole. In gRPC, in gRPC-Web and in streams an answer
// with such a message has 6 KiB in place of the default budget, and the message is cut to that if the answer
// would be larger without details. REST callers get 512 bytes of it, on one line. The request's id, which
// answers of HTTP 500 and up have, is then the header or trailer X-Request-Id and no detail, on every answer.
func WithConnectMessages() Option { return option(func(p *Policy) { p.connectMessages = true }) }

// WithCatalogueMessages sends the catalogue's message in place of the text of every Connect error and gRPC status
// that a handler made without an entry. The default replaces the texts of five codes only, see
// [WithConnectMessages]; the reports of the others have [Report.HandlerText], which shows what the option would
// replace. The messages of violated protovalidate rules are not affected. It contradicts [WithConnectMessages].
func WithCatalogueMessages() Option { return option(func(p *Policy) { p.catalogueMessages = true }) }

// NewPolicy makes a policy. Its error names every mistake: a catalogue that is nil, cannot be read, is given
// twice, or overlaps another; a primary catalogue without one of the roles; a rule for the end of a context,
// to a code of a catalogue that is not given, or after [SQLRules] that map its error to another code, or after a
// function that takes every error; options that contradict each other; a budget too small. To find such a function,
// NewPolicy calls those that stand before a [MapIs], with its error and with one that nobody makes.
func NewPolicy(opts ...Option) (*Policy, error) {
	p := &Policy{budget: defaultBudget}
	for _, o := range opts {
		if o != nil {
			o.apply(p)
		}
	}
	if len(p.catalogues) == 0 {
		p.catalogues = []*Catalogue{builtin}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.fallbacks = newFallbacks(p.catalogues[0])
	return p, nil
}

// hasCredential survives a function of the user's that panics, on clients too.
func (p *Policy) hasCredential(h http.Header) (has bool) {
	if p.credential == nil {
		return hasAuthorization(h)
	}
	defer func() {
		if recover() != nil {
			has = true // says least
		}
	}()
	return p.credential(h)
}

func hasAuthorization(h http.Header) bool {
	values := h["Authorization"]
	return len(values) > 0 && values[0] != ""
}

// defaultPolicy is made on first use: nothing is read at start-up.
var defaultPolicy = sync.OnceValue(func() *Policy {
	p, err := NewPolicy()
	if err != nil {
		panic(err) // the built-in catalogue is part of this module, and tested
	}
	return p
})

func (p *Policy) self() *Policy {
	if p == nil || len(p.catalogues) == 0 {
		return defaultPolicy()
	}
	return p
}

// check finds every mistake.
func (p *Policy) check() error {
	var errs []error
	if p.budget < minBudget {
		errs = append(errs, fmt.Errorf("budget is %d bytes: at least %d are needed", p.budget, minBudget))
	}
	if p.connectMessages && p.catalogueMessages {
		errs = append(errs, errors.New("WithConnectMessages sends the texts that WithCatalogueMessages replaces: use one of them"))
	}
	errs = append(errs, p.checkCatalogues()...)
	errs = append(errs, p.checkRules()...)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("mapping: make a policy: %w", err)
	}
	return nil
}

func (p *Policy) checkCatalogues() []error {
	var errs []error
	domains := make(map[string]string)
	numbers := make(map[int32]string)
	for i, c := range p.catalogues {
		if c == nil {
			errs = append(errs, fmt.Errorf("catalogue %d of WithCatalogues is nil: write the Catalogue of its generated package, such as errpactv1err.Catalogue for the built-in one, or leave it out", i+1))
			continue
		}
		data, err := c.loaded()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if i == 0 {
			errs = append(errs, checkRoles(data.Catalogue))
		}
		if slices.ContainsFunc(p.catalogues[:i], c.sameAs) {
			errs = append(errs, fmt.Errorf("catalogue %s is given twice", data.Name))
			continue
		}
		if other, taken := domains[data.Domain]; taken {
			errs = append(errs, fmt.Errorf("catalogues %s and %s have the same domain %q: write another domain in one of them", other, data.Name, data.Domain))
		}
		domains[data.Domain] = data.Name
		for _, e := range data.Entries {
			if other, taken := numbers[e.Number]; taken {
				errs = append(errs, fmt.Errorf("%s and %s.%s have the same number %d: write another number in one of them", other, data.Name, e.Name, e.Number))
			}
			numbers[e.Number] = data.Name + "." + e.Name
		}
	}
	return errs
}

func checkRoles(c *catalogue.Catalogue) error {
	var missing []string
	for _, role := range c.MissingRoles() {
		missing = append(missing, role.String())
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("%s is the primary catalogue, and no entry of it has %s: write WithCatalogues(errpactv1err.Catalogue, …) "+
		"with the built-in catalogue first, or give each role to an entry of %[1]s", c.Name, strings.Join(missing, ", "))
}

// known finds a catalogue that the policy was given by name; empty means the built-in one.
func (p *Policy) known(name string) *Catalogue {
	if name == "" {
		if slices.Contains(p.catalogues, builtin) {
			return builtin
		}
		name = builtin.Name()
	}
	for _, c := range p.catalogues {
		if c.Name() == name {
			return c
		}
	}
	return nil
}
