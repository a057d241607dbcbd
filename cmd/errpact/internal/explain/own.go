// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/lenientjson"
	"github.com/errpact/errpact/mapping"
)

// attributes has the attributes of an error by their keys, as errpact logs them or prints them behind the error. A key
// in a group starts with the group's name. docs/log.md lists the keys.
type attributes map[string]string

// logPair is a key of slog's text form and its value, which may be quoted.
var logPair = regexp.MustCompile(`(?:^|\s)([^\s="]+)=(?:"((?:[^"\\\n]|\\.)*)"|(\S*))`)

// attributesIn returns those of a text, and where each of them starts.
func attributesIn(text string) (attributes, map[string]int) {
	all, at := make(attributes), make(map[string]int)
	for _, match := range logPair.FindAllStringSubmatchIndex(text, maxCandidates) {
		key, value := text[match[2]:match[3]], ""
		if match[4] >= 0 {
			value = unquoted(text[match[4]:match[5]])
		} else {
			value = text[match[6]:match[7]]
		}
		if _, known := all[key]; !known {
			all[key], at[key] = value, match[2]
		}
	}
	return all, at
}

// flatten adds the members of a JSON object.
func (a attributes) flatten(prefix string, object json.RawMessage, depth int) {
	var members map[string]json.RawMessage
	if depth == 0 || json.Unmarshal(object, &members) != nil {
		return
	}
	for name, member := range members {
		var text string
		switch {
		case json.Unmarshal(member, &text) == nil:
			a[prefix+name] = text
		case member[0] == '{':
			a.flatten(prefix+name+".", member, depth-1)
		default:
			a[prefix+name] = string(member)
		}
	}
}

// group returns the attributes with the name of a group before their keys, without it.
func (a attributes) group(name string) map[string]string {
	in := make(map[string]string)
	for key, value := range a {
		if key, ok := strings.CutPrefix(key, name+"."); ok {
			in[key] = value
		}
	}
	return in
}

// int returns the number at a key.
func (a attributes) int(key string) (int32, bool) {
	var n lenientjson.Int32
	err := json.Unmarshal([]byte(a[key]), &n)
	return int32(n), err == nil
}

// readOwnJSON reads a line of errpact's log that slog wrote as JSON, or an error that was logged as an attribute.
func (x *Explainer) readOwnJSON(text []byte) (found, bool) {
	line := make(attributes)
	line.flatten("", text, maxDepth)
	if f, ok := x.own(formLog, line); ok {
		return f, true
	}
	return x.readOldLine(line)
}

// readOwnText finds the same in slog's text form.
func (x *Explainer) readOwnText(p piece) (found, int, bool) {
	line, starts := attributesIn(p.text)
	keys := slices.SortedFunc(maps.Keys(starts), func(a, b string) int { return starts[a] - starts[b] })
	for _, key := range keys {
		if group, ok := strings.CutSuffix("."+key, ".code"); ok {
			own := line
			if group != "" {
				own = line.group(group[1:])
			}
			if f, ok := x.own(formLog, own); ok {
				return f, starts[key], true
			}
		}
	}
	f, ok := x.readOldLine(line)
	return f, starts["sent"], ok
}

// own makes the answer that was sent of an error's attributes. Without a catalogue among them, the entry's name says
// which one it is.
func (x *Explainer) own(form string, a attributes) (found, bool) {
	f := found{form: form}
	name, reason, _ := strings.Cut(a["code"], "/") // a Code that was logged by itself has both
	reason += a["reason"]
	code, domain, message := uint32(connectcode.Unknown), "", a["message"]
	var detail *errpactv1.ErrorDetail
	if known := x.named(a["catalogue"], name); len(known) > 0 {
		known[0].reason = reason
		declared := known[0].of()
		detail, code, domain = known[0].detail(), declared.ConnectCode, known[0].catalogue.Domain
		message = cmp.Or(message, declared.Message)
		f.also = names(known[1:])
	} else if number, ok := a.int("number"); ok && a["catalogue"] != "" && name != "" {
		detail, f.name = &errpactv1.ErrorDetail{Catalogue: a["catalogue"], Number: &number, Reason: reason}, name
	} else {
		return found{}, false
	}
	if sent, ok := connectcode.Named(a["connect_code"]); ok {
		code = sent
	}
	if payload := a["payload"]; json.Valid([]byte(payload)) {
		detail.DetailsJson = payload
	}
	messages := []proto.Message{detail}
	if metadata := a.group("metadata"); len(metadata) > 0 {
		messages = append(messages, &errdetails.ErrorInfo{Reason: reason, Domain: domain, Metadata: metadata})
	}
	if fields := a.group("field"); len(fields) > 0 {
		messages = append(messages, badRequest(fields))
	}
	details := pack(messages...)
	f.details = details
	f.rpc = &mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(code), Message: message, Details: details, RequestID: a["request_id"], Wire: true,
	}
	if status, ok := a.int("http_status"); ok && status >= 400 && status <= 599 {
		f.status = int(status)
	}
	return f, true
}

// numberedKey is a key that came before, with its count.
var numberedKey = regexp.MustCompile(`^(.*)_[0-9]+$`)

func badRequest(fields map[string]string) *errdetails.BadRequest {
	request := new(errdetails.BadRequest)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		path := key
		if match := numberedKey.FindStringSubmatch(key); match != nil {
			if _, again := fields[match[1]]; again {
				path = match[1]
			}
		}
		request.FieldViolations = append(request.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: path, Description: fields[key]})
	}
	return request
}
