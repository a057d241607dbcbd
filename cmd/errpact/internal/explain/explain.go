// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package explain says what an error seen on a wire, in a log or in a terminal means.
package explain

import (
	"encoding/json"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

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
	// Known says that one of the catalogues has the entry.
	Known     bool   `json:"known"`
	Number    int32  `json:"number"`
	Name      string `json:"name"`
	Reason    string `json:"reason,omitempty"`
	Catalogue string `json:"catalogue"`
	Domain    string `json:"domain,omitempty"`
	Message   string `json:"message"`

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
	types      *protoregistry.Files
}

// New knows the given enums' catalogues, and the built-in one where they do not stand for it. Types
// of details are looked for in files, too.
func New(enums []protoreflect.EnumDescriptor, files []protoreflect.FileDescriptor) (*Explainer, error) {
	x := &Explainer{catalogues: make(map[string]*catalogue.Catalogue), types: new(protoregistry.Files)}
	var known []*mapping.Catalogue
	primary := false
	for _, enum := range enums {
		c, err := mapping.NewCatalogue(enum)
		if err != nil {
			return nil, err
		}
		read, err := catalogue.Read(enum)
		if err != nil {
			return nil, err
		}
		primary = primary || len(read.MissingRoles()) == 0
		x.catalogues[read.Name] = read
		known = append(known, c)
	}
	if !primary {
		known = append([]*mapping.Catalogue{new(mapping.Catalogue)}, known...)
		builtin := errpactv1.ErrorCode(0).Descriptor()
		read, err := catalogue.Read(builtin)
		if err != nil {
			return nil, err
		}
		x.catalogues[read.Name] = read
	}
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(known...), mapping.WithReport(nil))
	if err != nil {
		return nil, err
	}
	x.policy = policy
	for _, file := range files {
		_ = x.types.RegisterFile(file) // a name that is there already serves as well
	}
	return x, nil
}

// Explain reads an error out of what was pasted, and says what it means.
func (x *Explainer) Explain(input []byte) (Explanation, error) {
	f, err := read(input)
	if err != nil {
		return Explanation{}, err
	}
	e := x.decode(f)
	code := e.Code().WithReason(e.Reason())
	out := Explanation{
		Form: f.form, Inferred: e.Inferred(),
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
