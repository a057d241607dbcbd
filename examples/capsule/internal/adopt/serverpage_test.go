// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package adopt_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/internal/adopt/after"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/errpacttest"
)

func newPolicy(opts ...mapping.Option) (*mapping.Policy, error) { return after.NewPolicy(opts...) }

func newHandler(policy *mapping.Policy) http.Handler {
	return after.NewHandler(new(after.Folders), policy)
}

// TestGetFolder is the test of docs/server.md.
func TestGetFolder(t *testing.T) {
	policy, err := newPolicy(errpacttest.OnlyDeclared(t))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newHandler(policy))
	defer server.Close()
	client := capsulev1connect.NewFolderServiceClient(server.Client(), server.URL,
		connect.WithInterceptors(interceptor.New()))
	_, err = client.GetFolder(t.Context(), connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: "missing"}))
	if !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("GetFolder = %v, want NOT_EXIST", err)
	}
}
