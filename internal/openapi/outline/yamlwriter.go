// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// yamlWriter writes JSON values as YAML in block style.
type yamlWriter struct {
	out, newline []byte
	unit         int
}

func (w *yamlWriter) write(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

// member writes a key at a column, and its value.
func (w *yamlWriter) member(column int, key string, value json.RawMessage) {
	w.write(strings.Repeat(" ", column))
	w.keyed(column, key, value)
}

func (w *yamlWriter) keyed(column int, key string, value json.RawMessage) {
	w.write(word(key), ":")
	w.value(column, value)
}

// value writes what is under a key: a scalar on its line, anything else on lines below.
func (w *yamlWriter) value(column int, value json.RawMessage) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	opening, _ := decoder.Token() // the value was marshalled, and is valid
	delimiter, isCollection := opening.(json.Delim)
	switch {
	case !isCollection:
		w.write(" ", scalar(value))
		w.write(string(w.newline))
	case !decoder.More():
		w.write(" ", string(bytes.TrimSpace(value)), string(w.newline))
	case delimiter == '{':
		w.write(string(w.newline))
		for decoder.More() {
			key, member := next(decoder)
			w.member(column+w.unit, key, member)
		}
	default:
		w.write(string(w.newline))
		for decoder.More() {
			w.item(column+w.unit, element(decoder))
		}
	}
}

// item writes one of a sequence; the first key of a mapping stands behind the dash.
func (w *yamlWriter) item(column int, value json.RawMessage) {
	w.write(strings.Repeat(" ", column), "-")
	decoder := json.NewDecoder(bytes.NewReader(value))
	if opening, _ := decoder.Token(); opening != json.Delim('{') || !decoder.More() {
		w.value(column, value)
		return
	}
	key, member := next(decoder)
	w.write(" ")
	w.keyed(column+2, key, member)
	for decoder.More() {
		key, member := next(decoder)
		w.member(column+2, key, member)
	}
}

func next(decoder *json.Decoder) (string, json.RawMessage) {
	token, _ := decoder.Token()
	key, _ := token.(string)
	return key, element(decoder)
}

func element(decoder *json.Decoder) json.RawMessage {
	var value json.RawMessage
	_ = decoder.Decode(&value)
	return value
}

// scalar is a JSON string, number, truth or null. All but strings are spelt as in JSON.
func scalar(value json.RawMessage) string {
	var s string
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &s) != nil {
		return string(value)
	}
	return word(s)
}

var (
	// plainWord is what YAML takes for a string without quotes, unless it is another value.
	plainWord = regexp.MustCompile(`^[A-Za-z_/]([A-Za-z0-9_./{}$,' -]*[A-Za-z0-9_./}-])?$`)
	// notAString: YAML 1.1, which many still read, has more of these than 1.2.
	notAString = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null)$`)
)

// word is a string as YAML writes it. The escapes of Go are among those of YAML.
func word(s string) string {
	if s == "$ref" || plainWord.MatchString(s) && !notAString.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
