// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// grpcurl finds out about a server by reflection alone, and calls it. It is one of the tools of the
// repository, so that it is no module of this one.
func grpcurl(t *testing.T) func(args ...string) string {
	t.Helper()
	path, err := exec.CommandContext(t.Context(), "go", "-C", "../../../../tools", "tool", "-n", "grpcurl").Output()
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("grpcurl cannot be built: %v", err) // for want of a network, mostly
		}
		t.Fatal(err)
	}
	return func(args ...string) string {
		// Its exit code is not 0 when the call fails, which here it should.
		out, _ := exec.CommandContext(t.Context(), strings.TrimSpace(string(path)), args...).CombinedOutput()
		return string(out)
	}
}

func TestReflectionAndHealth(t *testing.T) {
	run := grpcurl(t)
	s := startServing(t)
	addr := strings.TrimPrefix(s.url, "http://")
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{[]string{addr, "list"}, []string{"capsule.v1.FolderService", "grpc.health.v1.Health"}},
		{[]string{addr, "describe", "capsule.v1.FolderService"}, []string{"rpc CompareMedia ( stream .capsule.v1.CompareMediaRequest )"}},
		{[]string{addr, "grpc.health.v1.Health/Check"}, []string{`"status": "SERVING"`}},
		{[]string{"-d", `{"service": "capsule.v1.FolderService"}`, addr, "grpc.health.v1.Health/Check"}, []string{`"status": "SERVING"`}},
		{[]string{"-d", `{"service": "nobody"}`, addr, "grpc.health.v1.Health/Check"}, []string{
			"Code: NotFound", `"code": "ERROR_CODE_NOT_EXIST"`, `"service": "nobody"`,
		}},
		{[]string{"-H", "Authorization: Bearer demo-admin", "-d", `{"folder_id": "f-17"}`, addr, "capsule.v1.FolderService/GetFolder"}, []string{
			"Code: NotFound", "Message: Resource does not exist",
			`"@type": "type.googleapis.com/errpact.v1.ErrorDetail"`, `"code": "ERROR_CODE_NOT_EXIST"`,
			`"@type": "type.googleapis.com/google.rpc.ErrorInfo"`, `"folderId": "f-17"`,
		}},
		{[]string{"-H", "Authorization: Bearer demo-admin", "-d", `{"folder_id": "f-17"}`, addr, "capsule.v1.FolderService/WatchAnalyses"}, []string{
			"Code: NotFound", `"code": "ERROR_CODE_NOT_EXIST"`,
		}},
	} {
		out := run(append([]string{"-plaintext"}, tc.args...)...)
		for _, want := range tc.want {
			if !strings.Contains(out, want) {
				t.Errorf("grpcurl %q answers\n%s\nwithout %s", tc.args, out, want)
			}
		}
	}
}

// TestFAQShowsWhatGrpcurlPrints: the example sends a link to its page after the details that docs/faq.md shows.
func TestFAQShowsWhatGrpcurlPrints(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/faq.md")
	must(t, err)
	_, rest, _ := strings.Cut(string(page), "```text\n")
	shown, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the page does not show what grpcurl prints")
	}
	run := grpcurl(t)
	addr := strings.TrimPrefix(startServing(t).url, "http://")
	out := run("-plaintext", "-H", "Authorization: Bearer demo-admin", "-d", `{"folder_id": "f-17"}`, addr, "capsule.v1.FolderService/GetFolder")
	if !strings.HasPrefix(out, shown) {
		t.Errorf("the page shows\n%s\nand grpcurl prints\n%s", shown, out)
	}
}

// TestHealthIsTheDatabases: a server without its database is there, and not well.
func TestHealthIsTheDatabases(t *testing.T) {
	run := grpcurl(t)
	s := startServing(t)
	must(t, os.Remove(s.db))
	out := run("-plaintext", strings.TrimPrefix(s.url, "http://"), "grpc.health.v1.Health/Check")
	if !strings.Contains(out, `"status": "NOT_SERVING"`) {
		t.Errorf("grpcurl answers %s, want NOT_SERVING", out)
	}
}
