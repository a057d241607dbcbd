// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
)

// series returns the series of an error, as /metrics has it.
func series(code, reason, fault, origin, method string) string {
	if reason != "" {
		reason = fmt.Sprintf(",errpact_reason=%q", reason)
	}
	return fmt.Sprintf("errpact_errors_total{errpact_catalogue=%q,errpact_code=%q,errpact_fault=%q,errpact_origin=%q%s,rpc_method=%q}",
		"errpact.v1.ErrorCode", code, fault, origin, reason, "capsule.v1.FolderService/"+method)
}

// scrape returns the counters of errors, and the number of calls.
func (w workshop) scrape(metrics string) (errors map[string]float64, calls float64) {
	w.Helper()
	errors = make(map[string]float64)
	for line := range strings.Lines(w.get("http://" + metrics + "/metrics")) {
		at := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		value, err := strconv.ParseFloat(strings.TrimSpace(line[at:]), 64)
		w.must(err)
		switch name := line[:at]; {
		case strings.HasPrefix(name, "errpact_errors_total"):
			errors[name] = value
		case strings.HasPrefix(name, "rpc_server_call_duration_seconds_count"):
			calls += value
		}
	}
	return errors, calls
}

func (w workshop) get(url string) string {
	w.Helper()
	return w.call(http.MethodGet, url, "", "")
}

func (w workshop) call(method, url, chaos, body string) string {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, url, strings.NewReader(body))
	w.must(err)
	r.Header.Set("Authorization", "Bearer demo-admin")
	r.Header.Set("Content-Type", "application/json")
	if chaos != "" {
		r.Header.Set("X-Chaos", chaos)
	}
	res, err := http.DefaultClient.Do(r)
	w.must(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	w.must(err)
	return string(text)
}

// folder makes a folder with a file to analyse.
func (w workshop) folder(url string) (id string) {
	w.Helper()
	client := capsulev1connect.NewFolderServiceClient(http.DefaultClient, url)
	ctx, info := connect.NewClientContext(w.Context())
	info.RequestHeader().Set("Authorization", "Bearer demo-admin")
	token, err := client.IssueSessionToken(ctx, connect.NewRequest(&capsulev1.IssueSessionTokenRequest{}))
	w.must(err)
	var packed bytes.Buffer
	w.must(container.Pack(&packed, container.Container{
		Payload: []byte(`{}`), Media: []container.File{{Name: "media/front.jpg", Data: []byte("front")}}, SessionToken: token.Msg.GetSessionToken(),
	}, []byte(container.DemoKey), container.NoFault))
	created, err := client.CreateFolder(ctx, connect.NewRequest(&capsulev1.CreateFolderRequest{Container: &httpbody.HttpBody{Data: packed.Bytes()}}))
	w.must(err)
	return created.Msg.GetFolder().GetFolderId()
}

// patience is how long a test waits for what Prometheus does in a second.
const patience = 30 * time.Second

// firing waits until alerts fire, and returns all that do: the severity, the name, and the method of each.
func (w workshop) firing(prometheus string, until ...string) []string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		var answer struct {
			Data struct {
				Result []struct{ Metric map[string]string }
			}
		}
		query := url.Values{"query": {`ALERTS{alertstate="firing"}`}}
		w.must(json.Unmarshal([]byte(w.get(prometheus+"/api/v1/query?"+query.Encode())), &answer))
		found := make(map[string]bool)
		for _, r := range answer.Data.Result {
			found[r.Metric["severity"]+" "+r.Metric["alertname"]+" "+r.Metric["rpc_method"]] = true
		}
		all := slices.Sorted(maps.Keys(found))
		if !slices.ContainsFunc(until, func(alert string) bool { return !slices.Contains(all, alert) }) {
			return all
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.Fatalf("alerts %q fire, want %q among them", all, until)
		}
	}
}

// TestEachFailureOfTheDemoFiresItsAlert: it moves one series, which was there at 0, and one call. A caller's mistake
// fires nothing.
func TestEachFailureOfTheDemoFiresItsAlert(t *testing.T) {
	w := newWorkshop(t)
	analyzer := w.start("./capsule analyzer -addr 127.0.0.1:0 -fault error", `on (http://[0-9.:]+)`)[0]
	api, metrics := w.serve("./capsule serve -chaos -metrics 127.0.0.1:0 -analyzer " + analyzer)
	w.run("./errpact docs -format prometheus -http-requests '' -page-url " + api + "/errors > rules.yaml")
	prometheus := w.watch("prometheus --config.file=prometheus.yml",
		"rule_files: [rules.yaml]\nscrape_configs: [{job_name: capsule, static_configs: [{targets: ['"+metrics+"']}]}]\n")
	w.eventually(prometheus, "count(errpact_errors_total)") // an error before the first scrape is no increase
	folder := w.folder(api)
	const list, start = "capsule.v1.FolderService/ListFolders", "capsule.v1.FolderService/StartAnalysis"
	var want []string
	for _, test := range []struct {
		name, method, path, chaos, body string
		series                          string
		alerts                          []string
	}{
		{
			"a caller's mistake", http.MethodGet, "/api/folders?limit=0", "", "",
			series("ERROR_CODE_INVALID_VALUE", "", "caller", "entry", "ListFolders"), nil,
		},
		{
			"another service's failure", http.MethodPost, "/api/folders/" + folder + "/analyses", "", `{"type":"QUALITY"}`,
			series("ERROR_CODE_EXTERNAL_SERVICE", "REJECTED", "upstream", "upstream", "StartAnalysis"),
			[]string{"ticket ERROR_CODE_EXTERNAL_SERVICE.REJECTED " + start},
		},
		{
			"an error that nobody mapped", http.MethodGet, "/api/folders", "leak", "",
			series("ERROR_CODE_UNKNOWN", "", "server", "unmapped", "ListFolders"),
			[]string{"ticket ErrpactUnmapped " + list, "page ErrpactErrorBudgetBurn ", "ticket ErrpactErrorBudgetBurn "},
		},
		{
			"a panic", http.MethodGet, "/api/folders", "panic", "",
			series("ERROR_CODE_UNKNOWN", "", "server", "panic", "ListFolders"),
			[]string{"page ErrpactPanic " + list},
		},
	} {
		before, callsBefore := w.scrape(metrics)
		answer := w.call(test.method, api+test.path, test.chaos, test.body)
		if !strings.Contains(answer, `"error_code"`) {
			t.Fatalf("%s is answered with %s", test.name, answer)
		}
		after, calls := w.scrape(metrics)
		if _, ok := before[test.series]; !ok {
			t.Errorf("%s: the series does not start at 0: %s", test.name, test.series)
		}
		before[test.series]++
		if diff := cmp.Diff(before, after); diff != "" || calls != callsBefore+1 {
			t.Errorf("%s: %g calls, and series (-want +got):\n%s", test.name, calls-callsBefore, diff)
		}
		want = slices.Sorted(slices.Values(append(want, test.alerts...)))
		if diff := cmp.Diff(want, w.firing(prometheus, test.alerts...)); diff != "" {
			t.Errorf("%s: alerts (-want +got):\n%s", test.name, diff)
		}
	}
}
