// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/errpact/errpact/internal/alerts"
)

// formats lists the values of -format. The first is the default.
var formats = []string{"html", "markdown", "json", "openapi", "prometheus", "service-config"}

// flagsOf are the flags that one format has alone.
var flagsOf = map[string]string{
	"into": "openapi", "page-url": "prometheus", "rpc-requests": "prometheus", "http-requests": "prometheus", "objective": "prometheus",
}

// mistakeIn returns what is wrong with the flags of a format; nil if nothing is.
func mistakeIn(flags *flag.FlagSet, format string, onlyDeclared bool, rules alerts.Config) error {
	if !slices.Contains(formats, format) {
		return fmt.Errorf("want -format to be one of %s, have %q", strings.Join(formats, ", "), format)
	}
	if name := strayFlag(flags, format); name != "" {
		return fmt.Errorf("want -format %s with -%s, have %q", flagsOf[name], name, format)
	}
	switch format {
	case "prometheus", "service-config":
		if onlyDeclared {
			return fmt.Errorf("want -format %s without -only-declared: what no method declares happens, too", format)
		}
	}
	if format == "service-config" && flags.NArg() == 0 {
		return errors.New("want FILE with -format service-config: it is made of methods, and the built-in catalogue has none")
	}
	return rules.Check()
}

// strayFlag returns the name of a flag that was given, and that another format has; "" if no such flag was given.
func strayFlag(flags *flag.FlagSet, format string) (name string) {
	flags.Visit(func(f *flag.Flag) {
		if of, ok := flagsOf[f.Name]; ok && of != format && name == "" {
			name = f.Name
		}
	})
	return name
}
