// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestStaticIsWhatIsDecided: what is answered at once is what would have been decided, and what is
// somebody's own is not answered at once.
func TestStaticIsWhatIsDecided(t *testing.T) {
	told := mapping.WithReport(func(context.Context, mapping.Report) {})
	long, err := mapping.NewCatalogue(newEnum(t, "Long", strings.Repeat("long.", 40)+"example", map[int32]*errpactv1.Entry{9001: {
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_ABORTED, HttpStatus: 409, Message: strings.Repeat("é", 256),
	}}))
	if err != nil {
		t.Fatal(err)
	}
	code := errpactv1err.NotExist
	german := &mapping.Call{Header: http.Header{"Accept-Language": {"de"}}}
	for name, test := range map[string]struct {
		policy *mapping.Policy
		call   *mapping.Call
		err    error
		want   bool
	}{
		"a code":                          {nil, nil, code, true},
		"a code, by a policy":             {newPolicy(t), new(mapping.Call), code, true},
		"a reason":                        {nil, nil, errpactv1err.ContainerUnpackingFailedInvalidHash, true},
		"a cause":                         {nil, nil, code.Wrap(errors.New("cause")), true},
		"a language, without translation": {nil, german, code, true},
		"a wrapped code":                  {nil, nil, fmt.Errorf("find: %w", code), false},
		"a message":                       {nil, nil, code.New("public"), false},
		"metadata":                        {nil, nil, code.WithMetadata("key", "value"), false},
		"what was refused":                {nil, nil, code.WithMetadata("no key", "value"), false},
		"an id":                           {nil, nil, errpactv1err.Database, false},
		"another's":                       {nil, nil, (*mapping.Policy)(nil).Decode(&mapping.Received{ConnectCode: 5}), false},
		"a reason of nobody's":            {nil, nil, code.WithReason("NOT_DECLARED"), false},
		"where somebody is told":          {newPolicy(t, told), nil, code, false},
		"where a link is added":           {newPolicy(t, mapping.WithHelp(func(mapping.Code) string { return "https://a.example" })), nil, code, false},
		"within the budget":               {newPolicy(t, mapping.WithCatalogues(nil, long)), nil, long.Code(9001), true},
		"over the budget":                 {newPolicy(t, mapping.WithCatalogues(nil, long), mapping.WithBudget(2048)), nil, long.Code(9001), false},
	} {
		header := func() http.Header { return nil }
		if test.call != nil {
			header = func() http.Header { return test.call.Header }
		}
		sent, shared := test.policy.Static(test.err, header)
		if got := sent != nil; got != test.want || got != (shared != nil) {
			t.Errorf("%s: static is %t, want %t", name, got, test.want)
		}
		if settled := test.policy.Settled(test.err); settled != nil && sent != nil && settled != sent {
			t.Errorf("%s: settled is %v, static %v", name, settled, sent)
		}
		if sent == nil {
			continue
		}
		answer := test.policy.Translate(test.call, test.err)
		message, decided, _ := answer.Wire(test.call)
		if answer.Error() != sent && !errors.Is(answer.Error(), test.err) || sent.Message() != message || sent.ConnectCode() != shared.ConnectCode || !slices.Equal(shared.Details, decided) {
			t.Errorf("%s: static is %v %v, decided %v %v", name, sent, shared.Details, answer.Error(), decided)
		}
	}
}
