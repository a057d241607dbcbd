// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

var update = flag.Bool("update", false, "write the table of rules")

const rulesPath = "testdata/rules.golden"

// written are the rules that protovalidate has in Go, and not in validate.proto.
var written = []string{"any.in", "any.not_in", "enum.defined_only", "message.oneof", "required"}

// ruleIDs are those of all rules that protovalidate has.
func ruleIDs() []string {
	ids := slices.Clone(written)
	messages := validate.File_buf_validate_validate_proto.Messages()
	for i := range messages.Len() {
		fields := messages.Get(i).Fields()
		for j := range fields.Len() {
			if rules, ok := proto.GetExtension(fields.Get(j).Options(), validate.E_Predefined).(*validate.PredefinedRules); ok {
				for _, rule := range rules.GetCel() {
					ids = append(ids, rule.GetId())
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// entryOf is the entry for a request that violates one rule.
func entryOf(t *testing.T, rule string) mapping.Code {
	t.Helper()
	refuse := connect.NewError(connect.CodeInvalidArgument, errors.New("validation error"))
	detail, err := connect.NewErrorDetail(&validate.Violations{Violations: []*validate.Violation{{RuleId: &rule}}})
	if err != nil {
		t.Fatal(err)
	}
	refuse.AddDetail(detail)
	_, err = interceptor.New().WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
		return nil, refuse
	})(t.Context(), connect.NewRequest(newMessage()))
	return mapping.CodeOf(err)
}

// TestEveryRuleHasItsEntry holds the table against the rules of the version of protovalidate that is used
// here: one that a later version adds shows itself, for somebody to decide.
func TestEveryRuleHasItsEntry(t *testing.T) {
	var table strings.Builder
	for _, rule := range ruleIDs() {
		fmt.Fprintf(&table, "%-44s %s\n", rule, strings.TrimPrefix(entryOf(t, rule).Name(), "ERROR_CODE_"))
	}
	if *update {
		if err := os.WriteFile(rulesPath, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(rulesPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), table.String()); diff != "" {
		t.Errorf("(-want +got); -update writes it anew:\n%s", diff)
	}
}
