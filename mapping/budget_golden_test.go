// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

var update = flag.Bool("update", false, "write testdata/budget anew")

// smallError has a little of everything, so that it is seen what goes when one part grows.
func smallError() *mapping.Error {
	return errpactv1err.ContainerUnpackingFailedInvalidHash.New("the hash is wrong").
		WithMetadata("folder_id", "f").WithField("hash", "is wrong").WithPayload(map[string]int{"left": 3}).
		WithRetryDelay(time.Second).WithDetail(
		&errdetails.Help{Links: []*errdetails.Help_Link{{Url: "https://errpact.dev/14"}}},
		&errdetails.LocalizedMessage{Locale: "de", Message: "falsch"},
		&errdetails.ResourceInfo{ResourceName: "r"},
		wrapperspb.Bool(true))
}

// growing are the kinds of detail, each with an error of which that detail has n bytes.
var growing = map[string]func(n int) error{
	"message":        func(n int) error { return messageOf(strings.Repeat("m", n)) },
	"message_accent": func(n int) error { return messageOf(strings.Repeat("é", n/2)) },
	"metadata_value": func(n int) error { return smallError().WithMetadata("key", strings.Repeat("v", n)) },
	"metadata_keys": func(n int) error {
		e := smallError()
		for i := range min(n, 8) {
			e = e.WithMetadata(fmt.Sprint("key", i), strings.Repeat("v", n/8))
		}
		return e
	},
	"violation": func(n int) error { return smallError().WithField("field", strings.Repeat("d", n)) },
	"violations": func(n int) error {
		e := smallError()
		for i := range min(n, 256) {
			e = e.WithField(fmt.Sprint("field", i), strings.Repeat("d", n/256))
		}
		return e
	},
	"payload": func(n int) error { return smallError().WithPayload(strings.Repeat("p", n)) },
	"own":     func(n int) error { return smallError().WithDetail(wrapperspb.String(strings.Repeat("o", n))) },
	"help": func(n int) error {
		return smallError().WithDetail(&errdetails.Help{Links: []*errdetails.Help_Link{{Url: strings.Repeat("h", n)}}})
	},
	"localized": func(n int) error {
		return smallError().WithDetail(&errdetails.LocalizedMessage{Locale: "de", Message: strings.Repeat("l", n)})
	},
	"request": func(n int) error {
		return smallError().WithDetail(&errdetails.RequestInfo{RequestId: "id", ServingData: strings.Repeat("s", n)})
	},
	"resource": func(n int) error {
		return smallError().WithDetail(&errdetails.ResourceInfo{ResourceName: strings.Repeat("r", n)})
	},
	"headers": func(n int) error {
		e := connect.NewError(connect.CodeNotFound, errors.New("not found"))
		e.Meta().Set("X-Large", strings.Repeat("h", n))
		if d, err := connect.NewErrorDetail(wrapperspb.String("detail")); err == nil {
			e.AddDetail(d)
		}
		return e
	},
}

func messageOf(text string) *mapping.Error {
	e := smallError()
	made := e.Code().WithReason(e.Reason()).New(text).WithMetadata("folder_id", "f").WithField("hash", "is wrong").
		WithPayload(map[string]int{"left": 3}).WithRetryDelay(time.Second)
	return made.WithDetail(e.Details()...)
}

// TestG4GoldenTable grows each kind of detail from 0 to 1 MB, by doubling, and compares what it weighs
// as it travels, and what was dropped, with testdata/budget.
func TestG4GoldenTable(t *testing.T) {
	for name, grow := range growing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var table bytes.Buffer
			w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "bytes\tsent\tdropped")
			growRow(t, w, grow, 0)
			for n := 1; n <= 1<<20; n *= 2 {
				growRow(t, w, grow, n)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			compareGolden(t, filepath.Join("testdata", "budget", name+".golden"), table.Bytes())
		})
	}
}

func growRow(t *testing.T, w *tabwriter.Writer, grow func(int) error, n int) {
	t.Helper()
	var report mapping.Report
	err := grow(n)
	answer := newPolicy(t, withLast(&report)).Translate(&mapping.Call{RequestID: "the-id", Classify: transport.ClassifyConnect}, err)
	message, details, keep := answer.Message(), answer.Details(), answer.Local() != nil
	answer.Report(nil)
	sent := weight(t, &statuspb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: details})
	if local, ok := errors.AsType[*connect.Error](err); ok && keep {
		for key, values := range local.Meta() {
			sent += len(key + ": " + values[0] + "\r\n")
		}
	}
	if sent > 3584 {
		t.Errorf("%d bytes grown: %d are sent", n, sent)
	}
	dropped := strings.Join(report.Dropped, ", ")
	if dropped == "" {
		dropped = "-"
	}
	fmt.Fprintf(w, "%d\t%d\t%s\n", n, sent, dropped)
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), or run with -update:\n%s", path, diff)
	}
}
