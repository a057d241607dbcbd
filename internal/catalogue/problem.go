// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// problems collects mistakes, so that all are said at once.
type problems struct{ errs []error }

func (p *problems) at(d protoreflect.Descriptor) place { return place{p, Where(d)} }

// place is what mistakes are reported of.
type place struct {
	problems *problems
	where    string
}

func (p place) in(format string, args ...any) place {
	return place{p.problems, p.where + ": " + fmt.Sprintf(format, args...)}
}

func (p place) report(format string, args ...any) {
	p.problems.errs = append(p.problems.errs, fmt.Errorf("%s: "+format, append([]any{p.where}, args...)...))
}

// Where names a descriptor for an error's text: its full name, after file and line where there is
// source info, such as "acme/shop.proto:12: acme.SHOP_ERROR_OUT_OF_STOCK".
func Where(d protoreflect.Descriptor) string {
	name := string(d.FullName())
	file := d.ParentFile()
	if file == nil {
		return name
	}
	location := file.SourceLocations().ByDescriptor(d)
	if location.Path == nil {
		return name
	}
	return fmt.Sprintf("%s:%d: %s", file.Path(), location.StartLine+1, name)
}
