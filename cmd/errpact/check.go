// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/cmd/errpact/internal/source"
	"github.com/errpact/errpact/mapping/catalogue"
)

var checkCommand = command{
	name:    "check",
	purpose: "find mistakes in catalogues, by the rules of buf-plugin-errpact",
	usage: `usage: errpact check [flags] FILE

Checks the catalogues of a FileDescriptorSet or buf image, "-" for stdin, "builtin" for the built-in
catalogue. Each mistake is a line: position, what is wrong, and the rule that says so. If services never
meet, their catalogues may share numbers, domains and names: -except
ERRPACT_NUMBERS_DISTINCT,ERRPACT_DOMAINS_DISTINCT,ERRPACT_ANCHORS_DISTINCT.

  buf build -o image.binpb && errpact check image.binpb
  protoc --include_imports --include_source_info -o image.binpb acme/shop/v1/errors.proto
  errpact check -against released.binpb image.binpb
  errpact check -use ERRPACT_METADATA_LOWER_CAMEL_CASE -except ERRPACT_ZERO image.binpb

Exit codes: 0 no mistake, 1 mistakes or an unreadable file, 2 called wrongly.`,
	run: runCheck,
}

func runCheck(t terminal, flags *flag.FlagSet, args []string) error {
	against := flags.String("against", "", "an older `FILE` of the same catalogues: also find what breaks those who use it")
	var use, except []catalogue.Rule
	flags.Func("use", "also check `RULES` that are off by default, with commas between them", ruleList(&use))
	flags.Func("except", "check all but these `RULES`", ruleList(&except))
	list := flags.Bool("rules", false, "list the rules, and check nothing")
	if err := parse(t, flags, args); err != nil {
		return err
	}
	if *list {
		return printRules(t)
	}
	if flags.NArg() != 1 {
		return misused(flags, "want one FILE, have %d", flags.NArg())
	}
	if *against == "-" && flags.Arg(0) == "-" {
		return misused(flags, "want one file from stdin, have two")
	}
	files, err := source.Read(flags.Arg(0), t.in)
	if err != nil {
		return err
	}
	problems := catalogue.Lint(files.WithBuiltin(), nil, use...)
	if len(problems) == 0 && !isAnnotated(files) {
		return fmt.Errorf("read %s: want an enum with option errpact.v1.catalogue, a method with errpact.v1.rest or a service with errpact.v1.service, have none", flags.Arg(0))
	}
	if *against != "" {
		old, err := source.Read(*against, t.in)
		if err != nil {
			return err
		}
		problems = append(problems, catalogue.Breaking(old.WithBuiltin(), files.WithBuiltin(), use...)...)
	}
	return printProblems(t, slices.DeleteFunc(problems, func(p *catalogue.Problem) bool { return slices.Contains(except, p.Rule) }))
}

// isAnnotated reports whether files have anything to check: a catalogue, a method that declares its answers, or a service
// that declares errors for all of its methods.
func isAnnotated(files source.Files) bool {
	return len(files.Enums()) > 0 || slices.ContainsFunc(files.Methods(), func(method protoreflect.MethodDescriptor) bool {
		_, found, _ := catalogue.ReadMethod(method)
		return found
	}) || slices.ContainsFunc(files.Services(), func(service protoreflect.ServiceDescriptor) bool {
		names, _ := catalogue.ReadService(service)
		return len(names) > 0
	})
}

// ruleList reads a flag's value, which names rules.
func ruleList(into *[]catalogue.Rule) func(string) error {
	return func(value string) error {
		for name := range strings.SplitSeq(value, ",") {
			rule := catalogue.Rule(strings.TrimSpace(name))
			if !slices.ContainsFunc(catalogue.Rules(), func(r catalogue.RuleInfo) bool { return r.Rule == rule }) {
				return fmt.Errorf("want rules as `errpact check -rules` has them, have %q", rule)
			}
			*into = append(*into, rule)
		}
		return nil
	}
}

func printRules(t terminal) error {
	for _, r := range catalogue.Rules() {
		if _, err := fmt.Fprintf(t.out, "%-34s %s\n", r.Rule, r.Purpose); err != nil {
			return err
		}
	}
	return nil
}

func printProblems(t terminal, problems []*catalogue.Problem) error {
	for _, p := range slices.SortedStableFunc(slices.Values(problems), byPosition) {
		if _, err := fmt.Fprintf(t.out, "%v (%s)\n", p, p.Rule); err != nil {
			return err
		}
	}
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return errors.New("1 mistake")
	}
	return fmt.Errorf("%d mistakes", len(problems))
}

// byPosition is the order in which a person goes through the files.
func byPosition(a, b *catalogue.Problem) int {
	fileA, lineA := position(a.Descriptor)
	fileB, lineB := position(b.Descriptor)
	if fileA != fileB {
		if fileA < fileB {
			return -1
		}
		return 1
	}
	return lineA - lineB
}

func position(d protoreflect.Descriptor) (string, int) {
	file := d.ParentFile()
	return file.Path(), file.SourceLocations().ByDescriptor(d).StartLine
}
