// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// texts are sentences by which licenses are told apart, in lower case and with single spaces.
var texts = []struct{ license, sentence string }{
	{"Apache-2.0", "apache license version 2.0, january 2004"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose"},
	{"CC-BY-4.0", "creative commons attribution 4.0 international public license"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"BSD-3-Clause", "to endorse or promote products derived from this software"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms"},
	{"FTL", "the freetype license, which"},
	{"AGPL", "gnu affero general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"GPL", "gnu general public license"},
}

// licensesIn returns the licenses whose texts the files of a module's folder have.
func licensesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		name := strings.ToUpper(entry.Name())
		if entry.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		found = append(found, licensesOf(string(content))...)
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) == 0 {
		return nil, fmt.Errorf("%s has no file with the text of a known license", folder)
	}
	return found, nil
}

// licensesOf returns all licenses that a text has. MPL-2.0 names the GPL and its kin as licenses that may be combined with
// it, and the FreeType license stands beside the GPL for users to choose.
func licensesOf(text string) []string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	var found []string
	for _, t := range texts {
		switch {
		case !strings.Contains(text, t.sentence):
		case t.license == "BSD-2-Clause" && slices.Contains(found, "BSD-3-Clause"):
		case strings.HasSuffix(t.license, "GPL") && (slices.Contains(found, "MPL-2.0") || slices.Contains(found, "FTL")):
		default:
			found = append(found, t.license)
		}
	}
	return found
}
