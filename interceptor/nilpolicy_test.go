// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// TestANilPolicyIsSaidInTheLog: it is what an ignored error of NewPolicy leaves.
func TestANilPolicyIsSaidInTheLog(t *testing.T) {
	policy, err := mapping.NewPolicy()
	if err != nil {
		t.Fatal(err)
	}
	for name, build := range map[string]func(*mapping.Policy){
		"interceptor.WithPolicy": func(p *mapping.Policy) { interceptor.New(interceptor.WithPolicy(p)) },
		"rest.WithPolicy":        func(p *mapping.Policy) { rest.Handler(http.NotFoundHandler(), rest.WithPolicy(p)) },
		"connectv2.WithPolicy":   func(p *mapping.Policy) { connectv2.NewServerInterceptor(connectv2.WithPolicy(p)) },
	} {
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		build(policy)
		if log.Len() > 0 {
			t.Errorf("%s of a policy: %s", name, &log)
		}
		build(nil)
		slog.SetDefault(before)
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `level=WARN msg="errpact: `+name+` was given a nil policy, so that the default one serves, `+
			`without your catalogues and rules" fix="end the program with the error of mapping.NewPolicy, or leave the option out"`) {
			t.Errorf("%s of nil: %s", name, got)
		}
	}
}
