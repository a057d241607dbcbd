// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf16"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"

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
	formGRPCurl  = "grpcurl's output"
	formLog      = "a line of errpact's log"
	formPrinted  = "the text of an errpact error"
	formHTTP     = "HTTP answer without an error of a known form"
)

var errUnknown = errors.New("find no error in the input: want what a caller got (JSON, an HTTP answer, gRPC trailers), " +
	"what a program printed of an error, or a line of a log that holds one of these: errpact explain -h lists them")

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
	// name is the entry's, if the input has it and no known catalogue does.
	name string
	// also has the other entries that the input may mean.
	also []string
}

// read finds the error in what somebody pasted: in one of the forms by itself, or anywhere within.
func (x *Explainer) read(input []byte) (found, error) {
	text := bytes.TrimSpace([]byte(plain(decoded(input))))
	if answer, ok := parseAnswer(text); ok {
		return answer.read()
	}
	if f, ok := x.readObject(text); ok {
		return f, nil
	}
	if f, ok := readBase64(string(text)); ok {
		return f, nil
	}
	return x.search(string(text))
}

// decoded returns the text of the input, without a byte order mark. PowerShell writes files in UTF-16, with one.
func decoded(input []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(input, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(input, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return string(lenientjson.Trim(bytes.ToValidUTF8(input, []byte("\uFFFD"))))
	}
	units := make([]uint16, len(input)/2-1)
	for i := range units {
		units[i] = order.Uint16(input[2*i+2:])
	}
	return string(utf16.Decode(units))
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
	text = lenientjson.Trim(text)
	if len(text) == 0 || text[0] != '{' {
		return found{}, false
	}
	if envelope, err := mapping.ParseEnvelope(text); err == nil {
		f := found{form: formEnvelope, http: &mapping.ErrorResponse{Envelope: &envelope}}
		if problem, ok := parseProblem(text); ok {
			f.form, f.status = formProblem, problem
		}
		return f, true
	}
	received, ok := statusjson.Parse(text)
	if !ok {
		return readProblem(text)
	}
	f := found{form: formConnect, rpc: &received, details: received.Details, status: received.HTTPStatus}
	var outer struct {
		Code  json.Number `json:"code"`
		Error struct {
			Code json.Number `json:"code"`
		} `json:"error"`
	}
	_ = json.Unmarshal(text, &outer) // a name in place of a number is left out
	switch {
	case f.status != 0:
		f.form = formGoogle
	case outer.Code != "" || outer.Error.Code != "":
		f.form = formStatus
	}
	return f, true
}

// readProblem reads problem+json of a service without errpact: its status is all that is known.
func readProblem(text []byte) (found, bool) {
	status, ok := parseProblem(text)
	return found{form: formProblem, http: new(mapping.ErrorResponse), status: status}, ok
}

// parseProblem returns the status of a problem+json. It has a title, or a type that is a URI, and a status of an error:
// logs have a "type" and a "status" of their own.
// https://www.rfc-editor.org/rfc/rfc9457#section-3.1
func parseProblem(text []byte) (status int, ok bool) {
	var problem struct {
		Type   string            `json:"type"`
		Title  *string           `json:"title"`
		Status lenientjson.Int32 `json:"status"`
	}
	if json.Unmarshal(text, &problem) != nil || problem.Title == nil && !strings.ContainsAny(problem.Type, ":/") {
		return 0, false
	}
	return int(problem.Status), problem.Status >= 400 && problem.Status <= 599
}

// readBase64 reads an encoded google.rpc.Status.
func readBase64(text string) (found, bool) {
	raw, err := lenientjson.Base64(text)
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
