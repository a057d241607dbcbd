// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package explain says what an error seen on a wire, in a log or in a terminal means.
package explain

import (
	"encoding/json"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Explanation is all that is known of an error, for people and for machines.
type Explanation struct {
	// Form is what the error was read from.
	Form string `json:"form"`
	// Inferred says that the input names no entry: it is the likeliest for its code or status.
	Inferred bool `json:"inferred"`
	// TextOnly says that the input is the text of an error: its code and message are all that there is.
	TextOnly bool `json:"text_only,omitempty"`
	// Known says that one of the catalogues has the entry.
	Known bool `json:"known"`
	// Also has the entries of other catalogues with the same number, of which the input may be one as well: an
	// envelope names no catalogue.
	Also      []string `json:"also,omitempty"`
	Number    int32    `json:"number"`
	Name      string   `json:"name"`
	Reason    string   `json:"reason,omitempty"`
	Catalogue string   `json:"catalogue"`
	Domain    string   `json:"domain,omitempty"`
	Message   string   `json:"message"`

	ConnectCode string `json:"connect_code"`
	// HTTPStatus is the one that was seen, else the one that a REST caller gets.
	HTTPStatus int `json:"http_status"`

	Description string `json:"description,omitempty"`
	Resolution  string `json:"resolution,omitempty"`
	HelpURL     string `json:"help_url,omitempty"`

	RequestID  string            `json:"request_id,omitempty"`
	RetryDelay string            `json:"retry_delay,omitempty"`
	Metadata   map[string]string `json:"metadata,omitempty"`
	Violations []Violation       `json:"field_violations,omitempty"`
	Payload    json.RawMessage   `json:"payload,omitempty"`
	Details    []Detail          `json:"details,omitempty"`
}

// Violation is one of google.rpc.BadRequest.
type Violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
	Reason      string `json:"reason,omitempty"`
}

// Detail is one of the service's own, or one that the fields above do not have.
type Detail struct {
	Type string `json:"type"`
	// Value is the message in protobuf's JSON; nil where no descriptor of its type is known.
	Value json.RawMessage `json:"value,omitempty"`
	// Bytes is its encoded size.
	Bytes int `json:"bytes"`
}

// An Explainer knows catalogues.
type Explainer struct {
	policy     *mapping.Policy
	catalogues map[string]*catalogue.Catalogue
	// entries has the entries of all catalogues by their names.
	entries map[string][]namedEntry
	types   *protoregistry.Files
}

// builtin is the name of the built-in catalogue.
const builtin = "errpact.v1.ErrorCode"

// New returns an Explainer for the catalogues of the enums. It knows the built-in one too if none of them has the
// roles that a primary catalogue needs. It looks for the types of details in the files, too.
func New(enums []protoreflect.EnumDescriptor, files []protoreflect.FileDescriptor) (*Explainer, error) {
	x := &Explainer{
		catalogues: make(map[string]*catalogue.Catalogue), entries: make(map[string][]namedEntry), types: new(protoregistry.Files),
	}
	var primary protoreflect.EnumDescriptor
	for _, enum := range enums {
		read, err := x.add(enum)
		if err != nil {
			return nil, err
		}
		if primary == nil && len(read.MissingRoles()) == 0 {
			primary = enum
		}
	}
	if primary == nil {
		primary = errpactv1.ErrorCode(0).Descriptor()
		if _, err := x.add(primary); err != nil {
			return nil, err
		}
	}
	if err := x.usePolicy(primary, enums); err != nil {
		return nil, err
	}
	for _, file := range files {
		_ = x.types.RegisterFile(file) // a name that is there already serves as well
	}
	return x, nil
}

func (x *Explainer) add(enum protoreflect.EnumDescriptor) (*catalogue.Catalogue, error) {
	read, err := catalogue.Read(enum)
	if err != nil {
		return nil, err
	}
	x.catalogues[read.Name] = read
	for _, entry := range read.Entries {
		x.entries[entry.Name] = append(x.entries[entry.Name], namedEntry{read, entry})
	}
	return read, nil
}

// usePolicy decodes by the primary catalogue and the others. An image may have the enums of many services, of
// which two share numbers or a domain. No policy takes both. The second is linked into this program instead, so that
// an error that names it is decoded.
func (x *Explainer) usePolicy(primary protoreflect.EnumDescriptor, others []protoreflect.EnumDescriptor) error {
	known := []*mapping.Catalogue{}
	for _, enum := range append([]protoreflect.EnumDescriptor{primary}, others...) {
		if enum == primary && len(known) > 0 {
			continue
		}
		c, err := mapping.NewCatalogue(enum)
		if err != nil {
			return err
		}
		policy, err := mapping.NewPolicy(mapping.WithCatalogues(append(known, c)...), mapping.WithReport(nil))
		switch {
		case err == nil:
			x.policy, known = policy, append(known, c)
		case enum == primary:
			return err
		default:
			_ = protoregistry.GlobalTypes.RegisterEnum(dynamicpb.NewEnumType(enum)) // it may be linked already
		}
	}
	return nil
}

// Explain reads an error out of what was pasted, and says what it means.
func (x *Explainer) Explain(input []byte) (Explanation, error) {
	f, err := x.read(input)
	if err != nil {
		return Explanation{}, err
	}
	e := x.decode(f)
	code := e.Code().WithReason(e.Reason())
	out := Explanation{
		Form: f.form, Inferred: e.Inferred(), TextOnly: f.text,
		Number: code.Number(), Name: code.Name(), Reason: code.Reason(),
		Catalogue: code.Catalogue().Name(), Domain: code.Catalogue().Domain(), Message: e.Message(),
		ConnectCode: e.ConnectCode().String(), HTTPStatus: f.status,
		RequestID: e.RequestID(), Metadata: e.Metadata(),
		Details: x.details(f.details),
	}
	if out.HTTPStatus == 0 {
		out.HTTPStatus = e.HTTPStatus()
	}
	if delay, ok := e.RetryDelay(); ok {
		out.RetryDelay = delay.String()
	}
	for _, v := range e.Fields() {
		out.Violations = append(out.Violations, Violation{Field: v.Path, Description: v.Description, Reason: v.Reason})
	}
	// Without a payload of the service's own an envelope's details hold what stands above already.
	if payload, ok := mapping.Payload[json.RawMessage](e); ok && out.plain() {
		out.Payload = payload
	}
	x.describe(&out)
	if f.http != nil && f.http.Envelope != nil {
		out.Also = x.others(out)
	}
	return out, nil
}

// decode has an envelope of an unseen status take that of its entry.
func (x *Explainer) decode(f found) *mapping.Error {
	if f.rpc != nil {
		f.rpc.HTTPStatus = f.status
		return x.policy.Decode(f.rpc)
	}
	f.http.HTTPStatus = f.status
	if f.status == 0 {
		e := x.policy.DecodeHTTP(f.http)
		f.http.HTTPStatus = e.Code().WithReason(e.Reason()).HTTPStatus()
	}
	return x.policy.DecodeHTTP(f.http)
}
