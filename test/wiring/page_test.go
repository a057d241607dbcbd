// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/wiringtest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

func newHandler(policy *mapping.Policy) http.Handler {
	return rest.Handler(v1(runs, errpactV1(policy)), rest.WithPolicy(policy))
}

func newInventoryClient(client connect.HTTPClient, base string) interopv1connect.TroubleServiceClient {
	return interopv1connect.NewTroubleServiceClient(client, base, connect.WithInterceptors(interceptor.New()))
}

func TestWiring(t *testing.T) {
	wiringtest.Check(t, newHandler(newPolicy(t)))
	wiringtest.CheckClient(t, func(ctx context.Context, server *url.URL) error {
		client := newInventoryClient(http.DefaultClient, server.String())
		_, err := client.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: "f-17"}))
		return err
	})
}

// TestPageSaysWhatChecksSay: each finding of the page's table is in a row of the tables here.
func TestPageSaysWhatChecksSay(t *testing.T) {
	page, err := os.ReadFile("../../docs/wiring.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, w := range wrong {
		all = append(all, said(t, func(tb testing.TB) { wiringtest.Check(tb, w.handler(t), w.options...) })...)
	}
	for _, w := range wrongClients(t) {
		all = append(all, said(t, func(tb testing.TB) { wiringtest.CheckClient(tb, w.call, w.codes...) })...)
	}
	rows := regexp.MustCompile(`(?m)^\| .* \| (.*) \|$`).FindAllStringSubmatch(string(page), -1)[1:]
	if len(rows) < 9 {
		t.Errorf("the page has %d rows", len(rows))
	}
	ours := strings.NewReplacer("/acme.v1.Shop/Get", service+"Unary", "/acme.v1.Shop/Watch", service+"ServerStream")
	for _, row := range rows {
		finding := ours.Replace(row[1])
		if !matches(all, strings.Split(finding, "…")) {
			t.Errorf("no check says %q", row[1])
		}
	}
}

// matches reports whether a finding has all of the parts.
func matches(findings, parts []string) bool {
	for _, f := range findings {
		rest, ok := f, true
		for _, part := range parts {
			if _, rest, ok = strings.Cut(rest, part); !ok {
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}
