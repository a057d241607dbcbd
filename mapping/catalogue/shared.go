// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Shared returns what two catalogues of the files have in common and must not have if one program takes both: numbers,
// by which REST callers know an entry, and the domain. That is no mistake of services that never meet, so the problems
// are of no [Rule]. Versions of one enum share what they name, and are left out. So is what [Read] refuses. Nil files
// are skipped. The order is that of the files.
func Shared(files []protoreflect.FileDescriptor) []*Problem {
	found := new(problems)
	var readers []*reader
	for _, enum := range Enums(files) {
		c, err := Read(enum)
		if err != nil {
			continue
		}
		r := &reader{enum: enum, problems: found, into: *c}
		for _, other := range readers {
			if !areVersions(enum, other.enum) {
				r.share(other)
			}
		}
		readers = append(readers, r)
	}
	return found.list
}

// share reports what an enum has in common with one before it.
func (r *reader) share(other *reader) {
	at := r.problems.at(r.enum)
	var numbers []string
	for _, e := range r.into.Entries {
		if slices.ContainsFunc(other.into.Entries, func(o *Entry) bool { return o.Number == e.Number }) {
			numbers = append(numbers, fmt.Sprint(e.Number))
		}
	}
	if len(numbers) > 0 {
		at.report("", "shares %s with %s: no program takes both, and an envelope does not say which one it is of",
			listed("number", numbers), other.into.Name)
	}
	if r.into.Domain == other.into.Domain {
		at.report("", "shares domain %q with %s: no program takes both", r.into.Domain, other.into.Name)
	}
}

// maxListed bounds how many numbers are listed.
const maxListed = 5

func listed(noun string, all []string) string {
	switch n := len(all); {
	case n == 1:
		return noun + " " + all[0]
	case n > maxListed:
		return fmt.Sprintf("%d %ss (%s, …)", n, noun, strings.Join(all[:maxListed], ", "))
	}
	return fmt.Sprintf("%ss %s", noun, strings.Join(all, ", "))
}
