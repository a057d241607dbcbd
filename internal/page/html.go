// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	_ "embed" // page.html
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/errpact/errpact/internal/guidance"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"text":         func(j JSON) string { return string(j) },
	"status":       http.StatusText,
	"whatHappened": func() string { return guidance.WhatHappened },
	"whatToDo":     func() string { return guidance.WhatToDo },
	"spoken":       func(code string) string { return strings.ReplaceAll(code, "_", " ") },
	// search is all that an entry is found by.
	"search": func(e *Entry) string {
		return strings.ToLower(strings.Join([]string{
			e.Name, e.Reason, e.Message, e.Description, e.Resolution, e.ConnectCode, e.Owner,
		}, " "))
	},
}).Parse(pageHTML))

// HTML writes one file that needs nothing else: style and script are in it, and nothing is fetched.
func (p *Page) HTML(w io.Writer) error { return pageTemplate.Execute(w, p) }
