// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// gatewayTo is the page's, before a server at some address.
func gatewayTo(t *testing.T, address string) (url string) {
	t.Helper()
	backend, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = backend.Close() })
	handler, err := restByGateway(t.Context(), backend)
	if err != nil {
		t.Fatal(err)
	}
	return serveHTTP(t, handler)
}

// TestRESTCallersGetTheSame from grpc-gateway before grpc-go, before Connect v2, and from vanguard.
func TestRESTCallersGetTheSame(t *testing.T) {
	moved, err := serverOfGRPCClients("", quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	after, err := restByVanguard(quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	fronts := map[string]string{
		"grpc-gateway before grpc-go":    gatewayTo(t, serveGRPC(t, serverGRPC(quiet(t)))),
		"grpc-gateway before Connect v2": gatewayTo(t, strings.TrimPrefix(serveMoved(t, moved), "http://")),
		"vanguard":                       serveHTTP(t, after),
	}
	for request, want := range map[[2]string]string{
		{"GET", "/v1/trouble/f-17"}:    `404 {"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"name":"f-17"}}}`,
		{"GET", "/nowhere"}:            `404 {"error_code":10,"error_message":"Resource does not exist","details":null}`,
		{"DELETE", "/v1/trouble/f-17"}: `405 {"error_code":1,"error_message":"Method is not allowed","details":null}`,
	} {
		for name, url := range fronts {
			r, err := http.NewRequestWithContext(t.Context(), request[0], url+request[1], nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			got := res.Status[:4] + read(t, res)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, request, diff)
			}
		}
	}
}
