// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package explain says what an error seen on a wire, in a log or in a terminal means.
package explain

import (
	"encoding/json"
	"slices"

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

	// Fault is "caller", "server" or "upstream". Retry is "none", "idempotent" or "all", the calls that may be tried
	// again, and RetryAdvice says that in words.
	Fault       string `json:"fault"`
	Retry       string `json:"retry"`
	RetryAdvice string `json:"retry_advice"`

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
	policy *mapping.Policy
	// catalogues has the primary one first.
	catalogues []*catalogue.Catalogue
	types      *protoregistry.Files
}

// builtin is the name of the built-in catalogue.
const builtin = "errpact.v1.ErrorCode"

// New returns an Explainer for the catalogues of the enums. It knows the built-in one too if none of them has the
// roles that a primary catalogue needs. It looks for the types of details in the files, too.
func New(enums []protoreflect.EnumDescriptor, files []protoreflect.FileDescriptor) (*Explainer, error) {
	x := &Explainer{types: new(protoregistry.Files)}
	primary := -1
	for i, enum := range enums {
		read, err := catalogue.Read(enum)
		if err != nil {
			return nil, err
		}
		if x.catalogues = append(x.catalogues, read); primary < 0 && len(read.MissingRoles()) == 0 {
			primary = i
		}
	}
	if primary < 0 {
		enum := errpactv1.ErrorCode(0).Descriptor()
		read, err := catalogue.Read(enum)
		if err != nil {
			return nil, err
		}
		enums, x.catalogues, primary = append(slices.Clone(enums), enum), append(x.catalogues, read), len(enums)
	}
	enums = toFront(enums, primary)
	x.catalogues = toFront(x.catalogues, primary)
	if err := x.usePolicy(enums); err != nil {
		return nil, err
	}
	for _, file := range files {
		_ = x.types.RegisterFile(file) // a name that is there already serves as well
	}
	return x, nil
}

// toFront returns the list with one of its elements first.
func toFront[T any](list []T, i int) []T {
	return slices.Concat(list[i:i+1], list[:i], list[i+1:])
}

// usePolicy decodes by the catalogues, of which the first is the primary one. An image may have the enums of many
// services, of which two share numbers or a domain, and no policy takes both. The policy decodes an error that names
// the second of them all the same, and keeps the number: describe finds the entry.
func (x *Explainer) usePolicy(enums []protoreflect.EnumDescriptor) error {
	var known []*mapping.Catalogue
	for _, enum := range enums {
		c, err := mapping.NewCatalogue(enum)
		if err != nil {
			return err
		}
		policy, err := mapping.NewPolicy(mapping.WithCatalogues(append(known, c)...), mapping.WithReport(nil))
		switch {
		case err == nil:
			x.policy, known = policy, append(known, c)
		case x.policy == nil:
			return err
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
	e := x.decode(&f)
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
	retry := mapping.RetryOf(e)
	out.Fault, out.Retry, out.RetryAdvice = string(mapping.FaultOf(e)), retry.Calls.String(), retry.String()
	if delay, ok := e.RetryDelay(); ok {
		out.RetryDelay = delay.String()
	}
	for _, v := range e.Fields() {
		out.Violations = append(out.Violations, Violation{Field: v.Path, Description: v.Description, Reason: v.Reason})
	}
	// Without a payload of the service's own an envelope's details hold what stands above already.
	if payload, ok := mapping.Payload[json.RawMessage](e); ok && (f.rpc != nil || out.plain()) {
		out.Payload = payload
	}
	x.describe(&out, f)
	if out.Known && !out.Inferred && !code.Declared() {
		x.advise(&out, e)
	}
	return out, nil
}

func (x *Explainer) decode(f *found) *mapping.Error {
	if f.rpc != nil {
		return x.decodeRPC(f)
	}
	f.http.HTTPStatus = f.status
	if f.status == 0 { // an envelope of an unseen status has that of its entry
		e := x.policy.DecodeHTTP(f.http)
		f.http.HTTPStatus = e.Code().WithReason(e.Reason()).HTTPStatus()
	}
	return x.policy.DecodeHTTP(f.http)
}

// decodeRPC looks for the reason of an ErrorInfo in all catalogues if the policy's do not have it.
func (x *Explainer) decodeRPC(f *found) *mapping.Error {
	f.rpc.HTTPStatus = f.status
	e := x.policy.Decode(f.rpc)
	if !e.Inferred() || f.details == nil {
		return e
	}
	info := findInfo(f.details)
	if info == nil {
		return e
	}
	known := x.informed(info)
	if len(known) == 0 {
		return e
	}
	f.also = names(known[1:])
	f.rpc.Details = both{pack(known[0].detail()), f.details}
	return x.policy.Decode(f.rpc)
}
