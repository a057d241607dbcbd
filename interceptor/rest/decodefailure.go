// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"strings"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// decodeFailure reports whether text is that of a transcoder or a codec, package strictjson's included, that
// could not decode the request, and what was wrong with the request.
func decodeFailure(text string) (mapping.Condition, bool) {
	if fault, _ := jsonfault.Parse(strings.ReplaceAll(text, "\u00a0", " ")); fault != nil {
		return fault.Kind.Condition(), true
	}
	return foreign.DecodeFailure(text)
}
