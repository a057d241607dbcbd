// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package page renders catalogues of errors for those who read about them: as a page, as Markdown, as
// JSON and as OpenAPI.
package page

import (
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Page is what all forms show. It is immutable.
type Page struct {
	Title      string       `json:"title"`
	Catalogues []*Catalogue `json:"catalogues"`

	read []*catalogue.Catalogue
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
	Deprecated  bool              `json:"deprecated,omitempty"`

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
	page := &Page{Title: title}
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
		page.read = append(page.read, read)
		page.Catalogues = append(page.Catalogues, newCatalogue(read, known))
	}
	errs = append(errs, page.sharedAnchors()...)
	if len(enums) == 0 {
		errs = append(errs, errors.New("want a catalogue, have none"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return page, nil
}

// sharedAnchors are the mistakes of two catalogues on one page with one name: two links would lead to one
// entry, and OpenAPI has one response for both.
func (p *Page) sharedAnchors() []error {
	var errs []error
	owner := make(map[string]*Catalogue)
	for _, c := range p.Catalogues {
		for _, e := range c.Entries {
			if other, taken := owner[e.Anchor]; taken && other.Name != c.Name {
				errs = append(errs, fmt.Errorf("%s: want the anchor %s once, have it in %s too: render each on a page of its own (buf build --path)",
					c.Name, e.Anchor, other.Name))
				break
			}
		}
		for _, e := range c.Entries {
			owner[e.Anchor] = c
		}
	}
	return errs
}

func newCatalogue(read *catalogue.Catalogue, known *mapping.Catalogue) *Catalogue {
	c := &Catalogue{Name: read.Name, Domain: read.Domain}
	for _, e := range read.Entries {
		c.Entries = append(c.Entries, newEntry(e, known.Code(e.Number)))
	}
	return c
}

func newEntry(e *catalogue.Entry, code mapping.Code) *Entry {
	entry := &Entry{
		Number: e.Number, Name: e.Name, Short: e.ShortName, Anchor: catalogue.Anchor(e.Name, ""),
		ConnectCode: connectcode.Name(e.ConnectCode), HTTPStatus: e.HTTPStatus,
		Message: e.Message, Messages: e.Messages,
		Description: e.Description, Resolution: e.Resolution, HelpURL: e.HelpURL,
		RetryDelay: delay(e.RetryDelay), Deprecated: e.Deprecated,
		Envelope: envelope(code, e.DetailsExample), Connect: connectJSON(code),
	}
	for _, p := range e.Params {
		entry.Params = append(entry.Params, Param(p))
	}
	for _, r := range e.Reasons {
		reason := *entry
		reason.Reason, reason.Short, reason.Anchor = r.Name, r.Name, catalogue.Anchor(e.Name, r.Name)
		reason.ConnectCode, reason.HTTPStatus = connectcode.Name(r.ConnectCode), r.HTTPStatus
		reason.Message, reason.Messages = r.Message, r.Messages
		reason.Description, reason.Resolution = r.Description, r.Resolution
		reason.RetryDelay, reason.Reasons = delay(r.RetryDelay), nil
		finer := code.WithReason(r.Name)
		reason.Envelope, reason.Connect = envelope(finer, ""), connectJSON(finer)
		entry.Reasons = append(entry.Reasons, &reason)
	}
	return entry
}

func delay(d *time.Duration) string {
	if d == nil {
		return ""
	}
	return d.String()
}
