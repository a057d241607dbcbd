// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"strings"
)

// found is what the search has of a section.
type found struct {
	Link  string `json:"l"`
	Page  string `json:"p"`
	Title string `json:"t"`
	Text  string `json:"x"`
}

// searchIndex returns a script with the text of all sections. A page that is opened from a file may load a script, but
// not read JSON.
func searchIndex(pages []*page) ([]byte, error) {
	var all []found
	for _, p := range pages {
		for _, s := range p.Sections {
			f := found{Link: p.out + "#" + s.ID, Page: p.Title, Title: s.Title, Text: strings.Join(strings.Fields(s.text.String()), " ")}
			if s.Level == 1 {
				f.Link = p.out
			}
			all = append(all, f)
		}
	}
	var b bytes.Buffer
	b.WriteString("errpactSearch(")
	if err := json.NewEncoder(&b).Encode(all); err != nil {
		return nil, err
	}
	b.WriteString(");\n")
	return b.Bytes(), nil
}
