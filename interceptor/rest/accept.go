// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"slices"
	"strconv"
	"strings"
)

// form is the media type in which an error is written.
type form uint8

const (
	formEnvelope form = iota
	formProblem
	formMarkdown
)

var formTypes = [...]string{
	formEnvelope: "application/json", formProblem: "application/problem+json", formMarkdown: "text/markdown; charset=utf-8",
}

// formFor returns the form that the caller asks for. Forms other than the envelope are for callers who name their
// type and like it no less than application/json, for which the most specific range that is there counts. Of two such
// forms the one that is liked more counts, else the one for programs. What is malformed asks for nothing.
// https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
func formFor(accept []string) form {
	if !slices.ContainsFunc(accept, mayName) {
		return formEnvelope
	}
	var problem, markdown float64
	envelope := [...]float64{-1, -1, -1} // by how specific the range is
	for _, header := range accept {
		for item := range strings.SplitSeq(header, ",") {
			mediaType, parameters, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(mediaType)) {
			case "application/problem+json":
				problem = max(problem, quality(parameters))
			case "text/markdown":
				markdown = max(markdown, quality(parameters))
			case "application/json":
				envelope[0] = max(envelope[0], quality(parameters))
			case "application/*":
				envelope[1] = max(envelope[1], quality(parameters))
			case "*/*":
				envelope[2] = max(envelope[2], quality(parameters))
			}
		}
	}
	liked := max(problem, markdown)
	if i := slices.IndexFunc(envelope[:], func(q float64) bool { return q >= 0 }); liked == 0 || i >= 0 && liked < envelope[i] {
		return formEnvelope
	}
	if problem == liked {
		return formProblem
	}
	return formMarkdown
}

// mayName reports whether a value may name a form other than the envelope. Most name none, and have neither of the
// characters that tell problem+json and markdown.
func mayName(accept string) bool { return strings.ContainsAny(accept, "+kK") }

// quality is the q of an Accept item; 1 if it has none, 0 if it is not 0 to 1.
func quality(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}
