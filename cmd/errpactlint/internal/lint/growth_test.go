// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

const grownPath = "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata"

// grown writes a package of a module that grows: ten files with a handler each, whose helpers call the package before,
// and with a status that the handler returns and one that nobody gets.
func grown(dir string, pkg int) map[string][]byte {
	files := map[string][]byte{}
	for i := range 10 {
		before, call := "", "shopv1err.Payment"
		if pkg > 0 {
			before = fmt.Sprintf("\t\"%s/grown/p%d\"\n", grownPath, pkg-1)
			call = fmt.Sprintf("p%d.Help%d(n)", pkg-1, i)
		}
		source := fmt.Sprintf(`package p%[1]d

import (
	"context"
	"errors"
	"fmt"
	"log"

	"google.golang.org/grpc/status"

%[3]s	shopv1 "%[4]s/gen/acme/shop/v1"
	"%[4]s/gen/acme/shop/v1/shopv1err"
)

type handler%[2]d struct{ shopv1.UnimplementedShopServiceServer }

func (handler%[2]d) Return(context.Context, *shopv1.ReturnRequest) (*shopv1.ReturnResponse, error) {
	if err := Help%[2]d(1); errors.Is(err, shopv1err.Payment) {
		return nil, shopv1err.BasketEmpty.Wrap(err)
	}
	if err := check%[2]d(3); err != nil {
		return nil, err
	}
	return nil, Help%[2]d(2)
}

func check%[2]d(n int) error {
	log.Print(logged%[2]d(n))
	return status.Error(5, "none")
}

func logged%[2]d(n int) error {
	if n == 0 {
		return status.Error(5, "none")
	}
	return logged%[2]d(n - 1)
}

// Help%[2]d helps.
func Help%[2]d(n int) error {
	if n == 0 {
		return fmt.Errorf("none: %%w", shopv1err.Basket)
	}
	if err := other%[2]d(n - 1); err != nil {
		return err
	}
	return %[5]s
}

func other%[2]d(n int) error { return Help%[2]d(n - 1) }
`, pkg, i, before, grownPath, call)
		files[filepath.Join(dir, fmt.Sprintf("p%d", pkg), fmt.Sprintf("f%d.go", i))] = []byte(source)
	}
	return files
}

// BenchmarkFiles shows that the time for a file does not depend on how many there are, nor on how deep they call.
func BenchmarkFiles(b *testing.B) {
	dir, err := filepath.Abs("testdata/grown")
	if err != nil {
		b.Fatal(err)
	}
	for _, files := range []int{250, 500, 1000} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			overlay := map[string][]byte{}
			var patterns []string
			for pkg := range files / 10 {
				for name, text := range grown(dir, pkg) {
					overlay[name] = text
				}
				patterns = append(patterns, fmt.Sprintf("%s/grown/p%d", grownPath, pkg))
			}
			loaded := load(b, packages.Config{Dir: "../..", Overlay: overlay}, patterns...)
			for b.Loop() {
				if found := analyze(b, new(lint.Options), loaded); len(found) != files {
					b.Fatalf("%d findings: %q", len(found), found)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(files), "µs/file")
		})
	}
}
