// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"slices"
	"strconv"
	"strings"
)

// wantsProblem reports whether the caller asks for application/problem+json: it names that type, and
// likes it no less than application/json, for which the most specific range that is there counts.
// What is malformed asks for nothing. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
func wantsProblem(accept []string) bool {
	if !slices.ContainsFunc(accept, hasPlus) {
		return false // as of most: what is asked for has a "+" in it
	}
	problem := 0.0
	envelope := [...]float64{-1, -1, -1} // by how specific the range is
	for _, header := range accept {
		for item := range strings.SplitSeq(header, ",") {
			mediaType, parameters, _ := strings.Cut(item, ";")
			switch strings.ToLower(strings.TrimSpace(mediaType)) {
			case "application/problem+json":
				problem = max(problem, quality(parameters))
			case "application/json":
				envelope[0] = max(envelope[0], quality(parameters))
			case "application/*":
				envelope[1] = max(envelope[1], quality(parameters))
			case "*/*":
				envelope[2] = max(envelope[2], quality(parameters))
			}
		}
	}
	for _, q := range envelope {
		if q >= 0 {
			return problem > 0 && problem >= q
		}
	}
	return problem > 0
}

func hasPlus(accept string) bool { return strings.IndexByte(accept, '+') >= 0 }

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
