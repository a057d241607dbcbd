// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestErrorsThatMethodsAnswerAreRecorded, each once, and none that no method chose.
func TestErrorsThatMethodsAnswerAreRecorded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "errors")
	t.Setenv("CAPSULE_ERRORS", file)
	c := start(t, server.Config{Chaos: true})
	for range 2 {
		_, err := c.client(wires[0], "demo-admin").GetFolder(t.Context(), connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: "none"}))
		if connect.CodeOf(err) != connect.CodeNotFound {
			t.Fatal(err)
		}
	}
	if _, body := c.rest(c.request("DELETE", "/api/folders/none", "demo-admin", "")); len(body) == 0 {
		t.Fatal("a folder that is not there was deleted")
	}
	for _, fault := range []string{"panic", "leak", "conflict"} {
		req := c.request("GET", "/api/folders", "demo-admin", "")
		req.Header.Set("X-Chaos", fault)
		c.rest(req)
	}
	checkRecords(t, file, "/capsule.v1.FolderService/GetFolder ERROR_CODE_NOT_EXIST\n/capsule.v1.FolderService/DeleteFolder ERROR_CODE_NOT_EXIST\n")
}

func TestUndeclaredErrorsAreRecordedAsSuch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "errors")
	t.Setenv("CAPSULE_ERRORS", file)
	policy, err := mapping.NewPolicy(
		mapping.WithDeclared(mapping.Observe),
		mapping.WithReport(server.RecordErrors(func(context.Context, mapping.Report) {})),
	)
	must(t, err)
	call := &mapping.Call{Context: t.Context(), Procedure: "/capsule.v1.FolderService/GetFolder"}
	for _, err := range []error{
		errpactv1err.NotRealized.New("not today"), errpactv1err.ExternalServiceTimedOut.New("later"), errors.New("no entry"), context.Canceled,
	} {
		answer := policy.Translate(call, err)
		answer.Report(call)
	}
	checkRecords(t, file, "/capsule.v1.FolderService/GetFolder ERROR_CODE_NOT_REALIZED undeclared\n"+
		"/capsule.v1.FolderService/GetFolder ERROR_CODE_EXTERNAL_SERVICE/TIMED_OUT\n")
}

func checkRecords(t *testing.T, file, want string) {
	t.Helper()
	got, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}
