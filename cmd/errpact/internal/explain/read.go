// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/lenientjson"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// The forms in which an error is met.
const (
	formEnvelope = "errpact envelope"
	formProblem  = "application/problem+json"
	formConnect  = "Connect error JSON"
	formStatus   = "google.rpc.Status JSON"
	formGoogle   = "the JSON of Google's REST APIs"
	formBinary   = "grpc-status-details-bin"
	formGRPC     = "gRPC trailers"
	formLog      = "a line of errpact's log"
	formPrinted  = "the text of an errpact error"
	formHTTP     = "HTTP answer without an error of a known form"
)

var errUnknown = errors.New("find no error in the input: want an envelope, problem+json, Connect error JSON, " +
	"google.rpc.Status JSON, a grpc-status-details-bin, an HTTP answer with its headers, the text of an error of Connect or gRPC, " +
	"or a line of a log that holds one of these")

// found is an error as it was met, before it is decoded.
type found struct {
	form string
	// Of these one is set.
	http *mapping.ErrorResponse
	rpc  *mapping.ErrorResponse
	// details are the rpc's, those that errpact has no business with too; nil for JSON without any.
	details mapping.DetailList
	// status is the HTTP status that the input itself names; else 0.
	status int
	// text is true for the text of an error. It has a code and a message, and nothing else.
	text bool
}

// read finds the error in what somebody pasted: in one of the forms by itself, or anywhere within.
func (x *Explainer) read(input []byte) (found, error) {
	text := bytes.TrimSpace(lenientjson.Trim(bytes.ToValidUTF8(input, []byte("\uFFFD"))))
	if answer, ok := parseAnswer(text); ok {
		return answer.read()
	}
	if f, ok := x.readObject(text); ok {
		return f, nil
	}
	if f, ok := readBase64(string(text)); ok {
		return f, nil
	}
	if f, ok := (answer{grpc: grpcHeaders(text)}).readGRPC(); ok {
		return f, nil
	}
	if f, ok := readGRPCurl(string(text)); ok {
		return f, nil
	}
	return x.search(string(text))
}

// readObject reads a whole JSON object: an error as callers got it, or as errpact logged it.
func (x *Explainer) readObject(text []byte) (found, bool) {
	if f, ok := readJSON(text); ok {
		return f, true
	}
	return x.readOwnJSON(text)
}

// readJSON reads a whole JSON object that a caller got.
func readJSON(text []byte) (found, bool) {
	if len(text) == 0 || text[0] != '{' {
		return found{}, false
	}
	if envelope, err := mapping.ParseEnvelope(text); err == nil {
		var problem struct {
			Status int    `json:"status"`
			Type   string `json:"type"`
		}
		f := found{form: formEnvelope, http: &mapping.ErrorResponse{Envelope: &envelope}}
		if json.Unmarshal(text, &problem) == nil && problem.Status != 0 {
			f.form, f.status = formProblem, problem.Status
		}
		return f, true
	}
	received, ok := statusjson.Parse(text)
	if !ok {
		return readProblem(text)
	}
	f := found{form: formConnect, rpc: &received, details: received.Details, status: received.HTTPStatus}
	var code struct {
		Code json.Number `json:"code"`
	}
	switch {
	case f.status != 0:
		f.form = formGoogle
	case json.Unmarshal(text, &code) == nil && code.Code != "":
		f.form = formStatus
	}
	return f, true
}

// readProblem reads problem+json of a service without errpact: its status is all that is known.
// https://www.rfc-editor.org/rfc/rfc9457#section-3.1
func readProblem(text []byte) (found, bool) {
	var problem struct {
		Type   *string `json:"type"`
		Title  *string `json:"title"`
		Status int     `json:"status"`
	}
	if json.Unmarshal(text, &problem) != nil || problem.Type == nil && problem.Title == nil ||
		problem.Status < 400 || problem.Status > 599 {
		return found{}, false
	}
	return found{form: formProblem, http: new(mapping.ErrorResponse), status: problem.Status}, true
}

// readBase64 reads an encoded google.rpc.Status, with or without padding, of either alphabet.
func readBase64(text string) (found, bool) {
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return found{}, false
	}
	var status spb.Status
	if proto.Unmarshal(raw, &status) != nil || len(status.ProtoReflect().GetUnknown()) > 0 {
		return found{}, false
	}
	if status.GetCode() < 1 || status.GetCode() > 16 {
		return found{}, false
	}
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(status.GetCode()), Message: status.GetMessage(), Wire: true}
	if len(status.GetDetails()) > 0 {
		received.Details = anys(status.GetDetails())
	}
	return found{form: formBinary, rpc: &received, details: received.Details}, true
}

// anys implements [mapping.DetailList].
type anys []*anypb.Any

func (a anys) Len() int           { return len(a) }
func (a anys) Type(i int) string  { return string(a[i].MessageName()) }
func (a anys) Value(i int) []byte { return a[i].GetValue() }

// encoded is what may be a grpc-status-details-bin within a text.
var encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}={0,2}`)

// search finds an error within a line of a log: JSON anywhere, also inside a string of JSON, base64, or the
// text of an error.
func (x *Explainer) search(text string) (found, error) {
	if f, ok := x.readOwnText(text); ok {
		return f, nil
	}
	if f, ok := x.searchJSON(text, maxDepth); ok {
		return f, nil
	}
	for _, candidate := range encoded.FindAllString(text, maxCandidates) {
		// Any word may happen to be base64 of something, but hardly of an error with details.
		if f, ok := readBase64(candidate); ok && f.details != nil {
			return f, nil
		}
	}
	for _, read := range []func(string) (found, bool){x.readPrinted, readText} {
		if f, ok := read(text); ok {
			return f, nil
		}
	}
	return found{}, errUnknown
}

// How far into a text is looked: a log's line is not nested deeper, and whole logs are not meant.
const (
	maxDepth      = 4
	maxCandidates = 200
	// maxObject bounds an object that stands within a text, in bytes: each candidate is read up to here.
	maxObject = 64 << 10
)

func (x *Explainer) searchJSON(text string, depth int) (found, bool) {
	if depth == 0 {
		return found{}, false
	}
	rest := text
	for range maxCandidates {
		start := strings.IndexByte(rest, '{')
		if start < 0 {
			break
		}
		rest = rest[start:]
		var value json.RawMessage
		if json.NewDecoder(strings.NewReader(rest[:min(len(rest), maxObject)])).Decode(&value) != nil {
			rest = rest[1:]
			continue
		}
		if f, ok := x.searchValue(value, depth); ok {
			return f, true
		}
		rest = rest[len(value):]
	}
	return x.searchQuoted(text, depth)
}

// searchValue looks at an object, then into its members.
func (x *Explainer) searchValue(value json.RawMessage, depth int) (found, bool) {
	if f, ok := x.readObject(value); ok {
		return f, true
	}
	var members map[string]json.RawMessage
	if depth == 0 || json.Unmarshal(value, &members) != nil {
		return found{}, false
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var text string
		member := members[name]
		if json.Unmarshal(member, &text) == nil {
			if f, err := x.search(text); err == nil {
				return f, true
			}
		} else if f, ok := x.searchValue(member, depth-1); ok {
			return f, true
		}
	}
	return found{}, false
}

// searchQuoted looks into JSON that stands quoted in a text, as %q and slog's text form write it.
func (x *Explainer) searchQuoted(text string, depth int) (found, bool) {
	if !strings.Contains(text, `\"`) {
		return found{}, false
	}
	return x.searchJSON(strings.ReplaceAll(text, `\"`, `"`), depth-1)
}
