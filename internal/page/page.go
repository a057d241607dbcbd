// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package page renders catalogues of errors for those who read about them: as a page, as Markdown and as
// JSON.
package page

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/guidance"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Page is what all forms show. It is immutable.
type Page struct {
	Title      string       `json:"title"`
	Catalogues []*Catalogue `json:"catalogues"`

	read   []*catalogue.Catalogue
	policy *mapping.Policy
}

// Catalogue is one enum.
type Catalogue struct {
	Name    string   `json:"name"`
	Domain  string   `json:"domain"`
	Entries []*Entry `json:"entries"`
}

// Entry is an entry, or a reason of one.
type Entry struct {
	Number int32 `json:"number"`
	// Name is the enum value's, Reason is empty for the entry itself, and Short is what is shown.
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
	Short  string `json:"short_name"`
	// Anchor leads to the entry on the page: https://…#ERROR_CODE_NOT_EXIST
	Anchor string `json:"anchor"`

	ConnectCode string            `json:"connect_code"`
	HTTPStatus  int               `json:"http_status"`
	Message     string            `json:"message"`
	Messages    map[string]string `json:"messages,omitempty"`
	Params      []Param           `json:"params,omitempty"`
	Description string            `json:"description,omitempty"`
	Resolution  string            `json:"resolution,omitempty"`
	HelpURL     string            `json:"help_url,omitempty"`
	RetryDelay  string            `json:"retry_delay,omitempty"`
	// Retry is "none", "idempotent" or "all", the calls that may be tried again, and RetryAdvice says that in words.
	Retry       string `json:"retry"`
	RetryAdvice string `json:"retry_advice"`
	// Fault is "caller", "server" or "upstream".
	Fault      string `json:"fault"`
	Owner      string `json:"owner,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`

	// Envelope and Connect are what REST and Connect callers read, as JSON.
	Envelope JSON     `json:"envelope"`
	Connect  JSON     `json:"connect"`
	Reasons  []*Entry `json:"reasons,omitempty"`
}

// Param is a placeholder of a message.
type Param struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// New reads the enums' catalogues. Its error names every mistake of all of them.
func New(title string, enums ...protoreflect.EnumDescriptor) (*Page, error) {
	sources, err := readAll(enums)
	if err != nil {
		return nil, err
	}
	return newPage(title, sources)
}

// source is a catalogue to be shown: its annotations, and what makes examples of them.
type source struct {
	read  *catalogue.Catalogue
	known *mapping.Catalogue
}

func readAll(enums []protoreflect.EnumDescriptor) ([]source, error) {
	if len(enums) == 0 {
		return nil, errors.New("page: want a catalogue, have none")
	}
	var sources []source
	var errs []error
	for _, enum := range enums {
		read, err := catalogue.Read(enum)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		known, err := mapping.NewCatalogue(enum)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sources = append(sources, source{read, known})
	}
	return sources, joined(errs)
}

// joined is the error of a page with mistakes; nil without.
func joined(errs []error) error {
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

func newPage(title string, sources []source) (*Page, error) {
	page := &Page{Title: title, policy: policyOf(sources)}
	for _, s := range sources {
		page.read = append(page.read, s.read)
		page.Catalogues = append(page.Catalogues, newCatalogue(s))
	}
	if err := joined(page.sharedAnchors()); err != nil {
		return nil, err
	}
	return page, nil
}

// policyOf returns the policy of a server with these catalogues. Its primary catalogue is the first that can be,
// or else the built-in one.
func policyOf(sources []source) *mapping.Policy {
	for _, s := range sources {
		if policy, err := mapping.NewPolicy(mapping.WithCatalogues(s.known)); err == nil {
			return policy
		}
	}
	return new(mapping.Policy)
}

// Policy returns the policy that a server with the page's catalogues has by default.
func (p *Page) Policy() *mapping.Policy { return p.policy }

// Read returns the catalogues as they are annotated.
func (p *Page) Read() []*catalogue.Catalogue { return p.read }

// All returns the entries, each with its reasons after it.
func (p *Page) All() []*Entry {
	var all []*Entry
	for _, c := range p.Catalogues {
		all = append(all, c.all()...)
	}
	return all
}

func (c *Catalogue) all() []*Entry {
	var all []*Entry
	for _, e := range c.Entries {
		all = append(append(all, e), e.Reasons...)
	}
	return all
}

// Declared returns the entries and reasons that a method declares.
func (p *Page) Declared(method protoreflect.MethodDescriptor) ([]*Entry, error) {
	declaration, err := catalogue.Declare(method, p.read)
	if err != nil {
		return nil, err
	}
	var declared []*Entry
	for _, d := range declaration.Errors {
		anchor := catalogue.Anchor(d.Entry.Name, "")
		if d.Reason != nil {
			anchor = catalogue.Anchor(d.Entry.Name, d.Reason.Name)
		}
		all := p.Catalogues[slices.Index(p.read, d.Catalogue)].all()
		declared = append(declared, all[slices.IndexFunc(all, func(e *Entry) bool { return e.Anchor == anchor })])
	}
	return declared, nil
}

// sharedAnchors are the mistakes of two catalogues on one page with one name: two links would lead to one
// entry, and OpenAPI has one response for both.
func (p *Page) sharedAnchors() []error {
	var errs []error
	owner := make(map[string]*Catalogue)
	for _, c := range p.Catalogues {
		for _, e := range c.Entries {
			if other, taken := owner[e.Anchor]; taken && other.Name != c.Name {
				errs = append(errs, fmt.Errorf("%s: want the anchor %s once, have it in %s too: %s", c.Name, e.Anchor, other.Name, c.advice()))
				break
			}
		}
		for _, e := range c.Entries {
			owner[e.Anchor] = c
		}
	}
	return errs
}

// advice says how a catalogue does without an anchor that another one has.
func (c *Catalogue) advice() string {
	if c.Name == builtinName {
		return "leave out the built-in entries that no method declares (errpact docs -only-declared)"
	}
	return "render each on a page of its own (buf build --path), or begin the names of its values with a word of its own"
}

func newCatalogue(s source) *Catalogue {
	c := &Catalogue{Name: s.read.Name, Domain: s.read.Domain}
	for _, e := range s.read.Entries {
		c.Entries = append(c.Entries, newEntry(e, s.known.Code(e.Number)))
	}
	return c
}

func newEntry(e *catalogue.Entry, code mapping.Code) *Entry {
	err := example(code, e.Params, e.DetailsExample)
	entry := &Entry{
		Number: e.Number, Name: e.Name, Short: e.ShortName, Anchor: catalogue.Anchor(e.Name, ""),
		ConnectCode: connectcode.Name(e.ConnectCode), HTTPStatus: e.HTTPStatus,
		Message: e.Message, Messages: e.Messages,
		Description: e.Description, Resolution: e.Resolution, HelpURL: e.HelpURL,
		Fault: guidance.FaultName(e.FaultOf(nil)), Owner: e.Owner, Deprecated: e.Deprecated,
		Envelope: envelope(err, e.DetailsExample), Connect: connectJSON(err),
	}
	entry.setRetry(e.Retry, e.RetryDelay, e.ConnectCode)
	for _, p := range e.Params {
		entry.Params = append(entry.Params, Param(p))
	}
	for _, r := range e.Reasons {
		entry.Reasons = append(entry.Reasons, newReason(*entry, e, r, code.WithReason(r.Name)))
	}
	return entry
}

// newReason changes a copy of the entry into its reason.
func newReason(reason Entry, e *catalogue.Entry, r *catalogue.Reason, code mapping.Code) *Entry {
	reason.Reason, reason.Short, reason.Anchor = r.Name, r.Name, catalogue.Anchor(e.Name, r.Name)
	reason.ConnectCode, reason.HTTPStatus = connectcode.Name(r.ConnectCode), r.HTTPStatus
	reason.Message, reason.Messages = r.Message, r.Messages
	reason.Description, reason.Resolution = r.Description, r.Resolution
	reason.Fault, reason.Reasons = guidance.FaultName(e.FaultOf(r)), nil
	reason.setRetry(r.Retry, r.RetryDelay, r.ConnectCode)
	params := e.Params
	if !r.TakesParams(e) {
		params, reason.Params = nil, nil
	}
	err := example(code, params, e.DetailsExample)
	reason.Envelope, reason.Connect = envelope(err, ""), connectJSON(err)
	return &reason
}

// setRetry shows what servers and clients make of what the catalogue states.
func (e *Entry) setRetry(stated catalogue.Retry, delay *time.Duration, connectCode uint32) {
	retry := catalogue.RetryFor(stated, delay != nil, connectCode)
	e.Retry, e.RetryDelay = guidance.RetryName(retry), ""
	var least time.Duration
	if delay != nil {
		least, e.RetryDelay = *delay, delay.String()
	}
	e.RetryAdvice = guidance.Retry(retry, least)
}
