// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestAProbedCallIsRecordedAndDoesNothingElse, whatever it does inside.
func TestAProbedCallIsRecordedAndDoesNothingElse(t *testing.T) {
	told := new(reported.Reports)
	policy, err := mapping.NewPolicy(mapping.WithReport(told.Add))
	if err != nil {
		t.Fatal(err)
	}
	for name, inside := range map[string]func() error{
		"nothing":           nil,
		"a success":         func() error { return nil },
		"an error":          func() error { return errpactv1err.Database },
		"a panic":           func() error { panic("no message") },
		"an aborting panic": func() error { panic(http.ErrAbortHandler) },
	} {
		var probe transport.Probe
		server := transport.Server{Policy: policy, Name: "x.New"}
		err := server.Serve(probe.Context(t.Context()), transport.Call{
			Handle:   func() error { t.Error("the procedure has run"); return nil },
			Describe: func(error) mapping.Call { t.Error("the call was described"); return mapping.Call{} },
			Encode:   func(mapping.Answer) error { t.Error("the answer was encoded"); return nil },
			Probe:    inside,
		})
		if err == nil || len(told.All()) > 0 {
			t.Errorf("%s: %v, reported %v", name, err, told.All())
		}
		want := []transport.Passage{{Part: transport.PartServer, Name: "x.New", Policy: policy}}
		if got := probe.Passed(); !slices.Equal(got, want) {
			t.Errorf("%s: passed %v, want %v", name, got, want)
		}
	}
}

// TestAProbeRecordsPartsInTheirOrder, through servers inside each other and through clients.
func TestAProbeRecordsPartsInTheirOrder(t *testing.T) {
	var probe transport.Probe
	ctx := probe.Context(context.WithValue(t.Context(), key{}, "value"))
	serve := func() error { return nil }
	for _, name := range []string{"inner", "outer"} {
		inside := serve
		serve = func() error {
			return (&transport.Server{Name: name}).Serve(ctx, transport.Call{
				Handle: inside, Probe: inside,
				Describe: func(error) mapping.Call { return mapping.Call{} },
				Encode:   func(mapping.Answer) error { return errors.New("encoded") },
			})
		}
	}
	transport.ExchangeOf(ctx).Pass(transport.Passage{Part: transport.PartHandler, Name: "middleware"})
	_ = serve()
	client := transport.Client[*connect.Error]{Name: "client"}
	if inner := client.Context(client.Context(ctx)); !transport.Probed(inner) || inner.Value(key{}) != "value" {
		t.Error("the context of a call has lost the Probe, or what else is in it")
	}
	want := []transport.Passage{
		{Part: transport.PartHandler, Name: "middleware"}, {Part: transport.PartServer, Name: "outer"}, {Part: transport.PartServer, Name: "inner"},
		{Part: transport.PartClient, Name: "client"}, {Part: transport.PartClient, Name: "client", Again: true},
	}
	if diff := cmp.Diff(want, probe.Passed()); diff != "" {
		t.Errorf("passed (-want +got):\n%s", diff)
	}
	if transport.Probed(transport.WithoutExchange(ctx)) {
		t.Error("WithoutExchange keeps the Probe")
	}
}

type key struct{}
