// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

// load loads packages of a module with all that they import.
func load(t testing.TB, config packages.Config, patterns ...string) []*packages.Package {
	t.Helper()
	config.Mode = packages.LoadAllSyntax | packages.NeedModule
	config.Env = append(os.Environ(), "GOWORK=off")
	found, err := packages.Load(&config, patterns...)
	if err != nil || len(found) == 0 || packages.PrintErrors(found) > 0 {
		t.Fatalf("load %v: %v", patterns, err)
	}
	return found
}

// analyze returns the messages of all findings.
func analyze(t testing.TB, options *lint.Options, loaded []*packages.Package) []string {
	t.Helper()
	graph, err := checker.Analyze([]*analysis.Analyzer{lint.New(options)}, loaded, nil)
	if err != nil {
		t.Fatal(err)
	}
	var messages []string
	for _, action := range graph.Roots {
		if action.Err != nil {
			t.Fatal(action.Err)
		}
		for _, d := range action.Diagnostics {
			messages = append(messages, d.Message)
		}
	}
	slices.Sort(messages)
	return messages
}

// changeErrors has the analyzer read another list of one method's errors.
func changeErrors(method string, change func([]string) []string) func([]byte) []byte {
	return func(raw []byte) []byte {
		file := new(descriptorpb.FileDescriptorProto)
		if proto.Unmarshal(raw, file) != nil || file.GetName() != "capsule/v1/folder_service.proto" {
			return raw
		}
		for _, m := range file.GetService()[0].GetMethod() {
			if m.GetName() != method {
				continue
			}
			rest := proto.CloneOf(proto.GetExtension(m.GetOptions(), errpactv1.E_Rest).(*errpactv1.Rest))
			rest.Errors = change(rest.GetErrors())
			proto.SetExtension(m.GetOptions(), errpactv1.E_Rest, rest)
		}
		changed, err := proto.Marshal(file)
		if err != nil {
			return raw
		}
		return changed
	}
}

// returned are the names that the demo's handlers return, by method, with the number of errors that each stands for:
// an entry and its reasons may be several. Entries of what is around handlers are not among them.
var returned = map[string]map[string]int{
	"CreateFolder": {
		"ERROR_CODE_INVALID_STRUCTURE/MISSING_PAYLOAD": 0, // the entry is declared, too
		"ERROR_CODE_INVALID_STRUCTURE":                 1,
		"ERROR_CODE_INVALID_VALUE/NO_MEDIA":            1,
		"ERROR_CODE_INVALID_TYPE/CONTAINER_DAMAGED":    1,
		"ERROR_CODE_AUTH_FORBIDDEN":                    0, // the interceptor's
		"ERROR_CODE_CONTAINER_NOT_PROVIDED":            1,
		"ERROR_CODE_CONTAINER_UNPACKING_FAILED":        4,
	},
	"GetFolder":    {"ERROR_CODE_NOT_EXIST": 1},
	"ListFolders":  {"ERROR_CODE_INVALID_STRUCTURE": 0, "ERROR_CODE_INVALID_VALUE": 1, "ERROR_CODE_INVALID_TYPE": 0},
	"DeleteFolder": {"ERROR_CODE_AUTH_FORBIDDEN": 0, "ERROR_CODE_NOT_EXIST": 1},
	"StartAnalysis": {
		"ERROR_CODE_NOT_REALIZED": 1, "ERROR_CODE_INVALID_STRUCTURE": 1, "ERROR_CODE_INVALID_VALUE": 1, "ERROR_CODE_INVALID_TYPE": 0,
		"ERROR_CODE_AUTH_FORBIDDEN": 0, "ERROR_CODE_NOT_EXIST": 1, "ERROR_CODE_EXTERNAL_SERVICE": 0,
	},
	"WatchAnalyses": {"ERROR_CODE_NOT_EXIST": 1},
	"UploadMedia":   {"ERROR_CODE_INVALID_STRUCTURE": 1, "ERROR_CODE_INVALID_VALUE": 2, "ERROR_CODE_NOT_EXIST": 1},
	"CompareMedia":  {"ERROR_CODE_INVALID_STRUCTURE": 1, "ERROR_CODE_INVALID_VALUE": 1, "ERROR_CODE_NOT_EXIST": 1},
}

// theDemo is where the demo lies.
const theDemo = "../../../../examples/capsule"

func TestTheDemoIsCleanAndEachChangeOfItsDeclarationsIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all that the demo imports")
	}
	demo := load(t, packages.Config{Dir: theDemo}, "./server")
	checkReturns(t, demo)
	if found := analyze(t, new(lint.Options), demo); len(found) > 0 {
		t.Fatalf("the demo has findings: %q", found)
	}
	for _, method := range slices.Sorted(maps.Keys(returned)) {
		for name, want := range returned[method] {
			options := new(lint.Options)
			options.Alter(changeErrors(method, func(names []string) []string {
				return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
			}))
			found := analyze(t, options, demo)
			if len(found) != want {
				t.Errorf("%s without %s has %d findings, want %d: %q", method, name, len(found), want, found)
			}
			for _, f := range found {
				if !strings.Contains(f, method) || !strings.Contains(f, name) || !strings.HasSuffix(f, "[undeclared]") {
					t.Errorf("%s without %s: %s", method, name, f)
				}
			}
		}
		const extra = "ERROR_CODE_NOT_ALLOWED"
		options := new(lint.Options)
		options.Alter(changeErrors(method, func(names []string) []string { return append(slices.Clone(names), extra) }))
		found := analyze(t, options, demo)
		if len(found) != 1 || !strings.HasPrefix(found[0], method+" never returns "+extra) {
			t.Errorf("%s with %s has findings %q, want one [unreturned]", method, extra, found)
		}
	}
}

var update = flag.Bool("update", false, "write what the demo's handlers return into a file")

// checkReturns compares what the demo returns with the file that its tests are held to, see internal/testkit/observed.
func checkReturns(t *testing.T, demo []*packages.Package) {
	t.Helper()
	const file = theDemo + "/returns.txt"
	options := &lint.Options{Declare: true}
	options.Alter(withoutDeclarations)
	var lines []string
	for _, message := range analyze(t, options, demo) {
		var u lint.Undeclared
		if err := json.Unmarshal([]byte(message), &u); err != nil {
			t.Fatal(err)
		}
		for _, name := range u.Errors {
			lines = append(lines, "/capsule.v1."+u.Service+"/"+u.Method+" "+name+"\n")
		}
	}
	slices.Sort(lines)
	got := strings.Join(lines, "")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the demo returns\n%s\nand %s has, unless -update writes it,\n%s", got, file, want)
	}
}

// withoutDeclarations leaves out what the demo's services and methods declare.
func withoutDeclarations(raw []byte) []byte {
	file := new(descriptorpb.FileDescriptorProto)
	if proto.Unmarshal(raw, file) != nil || !strings.HasPrefix(file.GetName(), "capsule/") {
		return raw
	}
	for _, s := range file.GetService() {
		s.Options = nil
		for _, m := range s.GetMethod() {
			m.Options = nil
		}
	}
	stripped, err := proto.Marshal(file)
	if err != nil {
		return raw
	}
	return stripped
}
