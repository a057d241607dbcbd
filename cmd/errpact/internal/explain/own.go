// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/lenientjson"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// An ownError is an error as errpact itself logs or prints it. The keys are those of docs/log.md.
type ownError struct {
	Code      string             `json:"code"`
	Reason    string             `json:"reason"`
	Number    *lenientjson.Int32 `json:"number"`
	Catalogue string             `json:"catalogue"`
	Message   string             `json:"message"`
	RequestID string             `json:"request_id"`
	Status    lenientjson.Int32  `json:"http_status"`
	Metadata  map[string]string  `json:"metadata"`
	Fields    map[string]string  `json:"field"`
}

// readOwnJSON reads a line of errpact's log that slog wrote as JSON, or an error that was logged as an attribute.
func (x *Explainer) readOwnJSON(text []byte) (found, bool) {
	var own ownError
	if json.Unmarshal(text, &own) != nil {
		return found{}, false
	}
	return x.own(formLog, own)
}

// logPair is a key of slog's text form and its value, which may be quoted.
var logPair = regexp.MustCompile(`(?:^|\s)([A-Za-z0-9_.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))`)

// readOwnText reads the same in slog's text form. An attribute's keys have its name before them.
func (x *Explainer) readOwnText(text string) (found, bool) {
	pairs := make(map[string]string)
	group, named := "", false
	for _, match := range logPair.FindAllStringSubmatch(text, maxCandidates) {
		value := unquoted(match[2]) + match[3]
		pairs[match[1]] = value
		prefix, isCode := strings.CutSuffix(match[1], "code")
		if isCode && !named && (prefix == "" || strings.HasSuffix(prefix, ".")) && x.isEntry(value) {
			group, named = prefix, true
		}
	}
	if !named {
		return found{}, false
	}
	own := ownError{
		Code: pairs[group+"code"], Reason: pairs[group+"reason"], Catalogue: pairs[group+"catalogue"],
		Message: pairs[group+"message"], RequestID: pairs[group+"request_id"],
		Metadata: below(pairs, group+"metadata."), Fields: below(pairs, group+"field."),
	}
	for key, number := range map[string]func(lenientjson.Int32){
		"number":      func(n lenientjson.Int32) { own.Number = &n },
		"http_status": func(n lenientjson.Int32) { own.Status = n },
	} {
		if n, err := strconv.ParseInt(pairs[group+key], 10, 32); err == nil {
			number(lenientjson.Int32(n))
		}
	}
	return x.own(formLog, own)
}

// below returns the pairs of a group without its name, or nil.
func below(pairs map[string]string, group string) map[string]string {
	var in map[string]string
	for key, value := range pairs {
		if key, ok := strings.CutPrefix(key, group); ok {
			if in == nil {
				in = make(map[string]string)
			}
			in[key] = value
		}
	}
	return in
}

var (
	// printed is the text of an Error: the entry's name, the code that it was inferred from, the message.
	printed = regexp.MustCompile(`\b([A-Z][A-Z0-9_]*)(?:/([A-Z][A-Z0-9_]*))?(?: \(([a-z_]+)\))?: (.*)`)
	// attributes are what %+v prints behind it.
	attributes = regexp.MustCompile(` (?:reason|catalogue|request_id|payload|cause|(?:metadata|field|log)\.\S+)=`)
)

// readPrinted finds the text of an errpact error, by itself or within a line of a log.
func (x *Explainer) readPrinted(text string) (found, bool) {
	for _, place := range places(text) {
		if f, ok := x.readPrintedAt(place); ok {
			return f, true
		}
	}
	return found{}, false
}

// readPrintedAt reads an error as Error and %+v print it.
func (x *Explainer) readPrintedAt(text string) (found, bool) {
	match := printed.FindStringSubmatch(text)
	for ; match != nil && !x.isEntry(match[1]); match = printed.FindStringSubmatch(text) {
		_, text, _ = strings.Cut(text, match[1])
	}
	if match == nil {
		return found{}, false
	}
	message := match[4]
	pairs := make(map[string]string)
	if at := attributes.FindStringIndex(message); at != nil {
		for _, pair := range logPair.FindAllStringSubmatch(message[at[0]:], maxCandidates) {
			pairs[pair[1]] = unquoted(pair[2]) + pair[3]
		}
		message = message[:at[0]]
	}
	if code, ok := connectcode.Named(match[3]); ok {
		received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), Message: message, Wire: true}
		return found{form: formPrinted, rpc: &received, text: true}, true
	}
	f, ok := x.own(formPrinted, ownError{
		Code: match[1], Reason: match[2] + pairs["reason"], Catalogue: pairs["catalogue"], Message: message,
		RequestID: pairs["request_id"], Metadata: below(pairs, "metadata."), Fields: below(pairs, "field."),
	})
	f.text = true
	return f, ok
}

// isEntry reports whether a catalogue has an entry of that name.
func (x *Explainer) isEntry(name string) bool { return len(x.entries[name]) > 0 }

// A namedEntry is an entry and the catalogue that has it.
type namedEntry struct {
	catalogue *catalogue.Catalogue
	entry     *catalogue.Entry
}

// own makes the answer that was sent of what errpact logged. Without a catalogue in it, the entry's name says which.
func (x *Explainer) own(form string, o ownError) (found, bool) {
	code := uint32(connectcode.Unknown)
	detail := &errpactv1.ErrorDetail{Catalogue: o.Catalogue, Reason: o.Reason, Number: (*int32)(o.Number)}
	domain := ""
	for _, named := range x.entries[o.Code] {
		if o.Catalogue == "" || o.Catalogue == named.catalogue.Name {
			code, domain = named.entry.ConnectCode, named.catalogue.Domain
			detail.Catalogue, detail.Number = named.catalogue.Name, &named.entry.Number
			break
		}
	}
	if o.Code == "" || detail.Number == nil || detail.GetCatalogue() == "" {
		return found{}, false
	}
	if detail.GetCatalogue() == builtin {
		detail.Code, detail.Catalogue, detail.Number = errpactv1.ErrorCode(detail.GetNumber()).Enum(), "", nil
	}
	messages := []proto.Message{detail}
	if len(o.Metadata) > 0 {
		messages = append(messages, &errdetails.ErrorInfo{Reason: o.Reason, Domain: domain, Metadata: o.Metadata})
	}
	if len(o.Fields) > 0 {
		request := new(errdetails.BadRequest)
		for _, field := range slices.Sorted(maps.Keys(o.Fields)) {
			request.FieldViolations = append(request.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: field, Description: o.Fields[field]})
		}
		messages = append(messages, request)
	}
	var details anys
	for _, message := range messages {
		if packed, err := anypb.New(message); err == nil { // text that is not UTF-8 was replaced before
			details = append(details, packed)
		}
	}
	received := mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(code), Message: o.Message, Details: details, RequestID: o.RequestID, Wire: true,
	}
	f := found{form: form, rpc: &received, details: details}
	if o.Status >= 400 && o.Status <= 599 {
		f.status = int(o.Status)
	}
	return f, true
}
