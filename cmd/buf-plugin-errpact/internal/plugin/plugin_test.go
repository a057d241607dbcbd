// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package plugin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	descriptorv1 "buf.build/gen/go/bufbuild/bufplugin/protocolbuffers/go/buf/plugin/descriptor/v1"
	"buf.build/go/bufplugin/check"
	"buf.build/go/bufplugin/check/checktest"
	"buf.build/go/bufplugin/descriptor"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/cmd/buf-plugin-errpact/internal/plugin"
	"github.com/errpact/errpact/mapping/catalogue"
)

const (
	now    = "testdata/now"
	before = "testdata/before"
	ours   = "../../../../proto"
)

func TestSpec(t *testing.T) { checktest.SpecTest(t, plugin.Spec()) }

// TestEveryRuleFires compares what buf is told with the comments in testdata, and wants every rule
// among them.
func TestEveryRuleFires(t *testing.T) {
	want := append(wanted(t, now, "lint.proto"), wanted(t, now, "shop.proto")...)
	want = append(want, wanted(t, before, "shop.proto")...)
	slices.Sort(want)
	spec := &checktest.RequestSpec{
		Files:        &checktest.ProtoFileSpec{DirPaths: []string{now, ours}, FilePaths: []string{"lint.proto", "shop.proto"}},
		AgainstFiles: &checktest.ProtoFileSpec{DirPaths: []string{before, ours}, FilePaths: []string{"shop.proto"}},
	}
	byDefault := slices.DeleteFunc(slices.Clone(want), func(line string) bool {
		_, rule, _ := strings.Cut(line, " ")
		return !catalogue.Rule(rule).Default()
	})
	if diff := cmp.Diff(byDefault, found(t, spec)); diff != "" || len(byDefault) == len(want) {
		t.Errorf("findings by default (-want +got):\n%s", diff)
	}
	for _, rule := range catalogue.Rules() {
		spec.RuleIDs = append(spec.RuleIDs, string(rule.Rule))
	}
	got := found(t, spec)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, rule := range catalogue.Rules() {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasSuffix(line, " "+string(rule.Rule)) }) {
			t.Errorf("%s never fires", rule.Rule)
		}
	}
}

// TestFineCatalogues: what is close to mistakes and none, a catalogue that stays as it was, and the
// built-in one. A mistake in an import is for whoever owns it.
func TestFineCatalogues(t *testing.T) {
	for _, files := range []*checktest.ProtoFileSpec{
		{DirPaths: []string{now, ours}, FilePaths: []string{"fine.proto"}},
		{DirPaths: []string{before, ours}, FilePaths: []string{"shop.proto"}},
		{DirPaths: []string{ours}, FilePaths: []string{"errpact/v1/error_code.proto", "errpact/v1/options.proto"}},
	} {
		for _, rules := range [][]string{nil, {string(catalogue.RuleContractNoAdd), string(catalogue.RuleContractNoDelete)}} {
			if got := found(t, &checktest.RequestSpec{Files: files, AgainstFiles: files, RuleIDs: rules}); len(got) > 0 {
				t.Errorf("%v: findings %v of rules %q, want none", files.FilePaths, got, rules)
			}
		}
	}
}

// TestImportIsDropped: a catalogue that was an import is not removed by whoever needs it no more.
func TestImportIsDropped(t *testing.T) {
	files := []string{"stock.proto"}
	got := found(t, &checktest.RequestSpec{
		Files:        &checktest.ProtoFileSpec{DirPaths: []string{now, ours}, FilePaths: files},
		AgainstFiles: &checktest.ProtoFileSpec{DirPaths: []string{before, ours}, FilePaths: files},
	})
	if len(got) > 0 {
		t.Errorf("findings %v, want none", got)
	}
}

// TestImportOption: what edition 2024 imports by `import option` is there each time. bufplugin links files in random order,
// and not after what they import so.
func TestImportOption(t *testing.T) {
	want := found(t, shopSpec())
	if len(want) == 0 {
		t.Fatal("no findings with a plain import")
	}
	for range 8 {
		request, err := shopSpec().ToRequest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		optional, err := check.NewRequest(importOption(t, request.FileDescriptors()),
			check.WithAgainstFileDescriptors(importOption(t, request.AgainstFileDescriptors())))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, findings(t, optional)); diff != "" {
			t.Fatalf("findings (-import +import option):\n%s", diff)
		}
	}
}

func shopSpec() *checktest.RequestSpec {
	files := []string{"shop.proto"}
	return &checktest.RequestSpec{
		Files:        &checktest.ProtoFileSpec{DirPaths: []string{now, ours}, FilePaths: files},
		AgainstFiles: &checktest.ProtoFileSpec{DirPaths: []string{before, ours}, FilePaths: files},
	}
}

// importOption makes files of edition 2024, in which the options come by `import option`.
func importOption(t *testing.T, files []descriptor.FileDescriptor) []descriptor.FileDescriptor {
	t.Helper()
	var protos []*descriptorv1.FileDescriptor
	for _, f := range files {
		converted := f.ToProto()
		file := converted.GetFileDescriptorProto()
		if i := slices.Index(file.GetDependency(), "errpact/v1/options.proto"); i >= 0 {
			file.OptionDependency = file.GetDependency()[i : i+1]
			file.Dependency = slices.Delete(slices.Clone(file.GetDependency()), i, i+1)
			file.Syntax, file.Edition = proto.String("editions"), descriptorpb.Edition_EDITION_2024.Enum()
		}
		protos = append(protos, converted)
	}
	linked, err := descriptor.FileDescriptorsForProtoFileDescriptors(protos)
	if err != nil {
		t.Fatal(err)
	}
	return linked
}

// found runs the plugin, and gives "file:line RULE" for each annotation.
func found(t *testing.T, spec *checktest.RequestSpec) []string {
	t.Helper()
	request, err := spec.ToRequest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return findings(t, request)
}

func findings(t *testing.T, request check.Request) []string {
	t.Helper()
	client, err := check.NewClientForSpec(plugin.Spec())
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Check(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, a := range response.Annotations() {
		at := a.FileLocation()
		if at == nil {
			at = a.AgainstFileLocation()
		}
		file := at.FileDescriptor().ProtoreflectFileDescriptor().Path()
		lines = append(lines, fmt.Sprintf("%s:%d %s", file, at.StartLine()+1, a.RuleID()))
		if !strings.Contains(a.Message(), "want ") {
			t.Errorf("message of %s is %q, want it to say what is wanted", a.RuleID(), a.Message())
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// wanted reads a file's comments: "// want RULE RULE" stands above what the rules find.
func wanted(t *testing.T, folder, file string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, file))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i, line := range strings.Split(string(content), "\n") {
		rules, ok := strings.CutPrefix(strings.TrimSpace(line), "// want ")
		if !ok {
			continue
		}
		for _, rule := range strings.Fields(rules) {
			lines = append(lines, fmt.Sprintf("%s:%d %s", file, i+2, rule))
		}
	}
	return lines
}
