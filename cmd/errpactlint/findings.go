// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// readFindings reads what go vet -json prints: an object for each package, by package and analyzer.
func readFindings(output []byte) ([]vetted, error) {
	var all []vetted
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var packages map[string]map[string]json.RawMessage
		err := decoder.Decode(&packages)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read go vet's output: %w", err)
		}
		for _, pkg := range slices.Sorted(maps.Keys(packages)) {
			for _, raw := range packages[pkg] {
				var found []vetted
				if json.Unmarshal(raw, &found) != nil { // an object is an error of the analyzer
					return nil, fmt.Errorf("analyse %s: %s", pkg, raw)
				}
				for _, f := range found {
					f.pkg = pkg
					all = append(all, f)
				}
			}
		}
	}
}
