// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bank has errors of each kind of retry, and methods of each kind, which declare all of them.
const bank = `
name: "acme/bank.proto" package: "acme.bank.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
message_type { name: "Transfer" }
enum_type {
  name: "BankError" options { [errpact.v1.catalogue] { domain: "bank.acme.example" } }
  value { name: "BANK_ERROR_UNSPECIFIED" number: 0 }
  value { name: "BANK_ERROR_CLOSED" number: 1001 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "Closed" description: "No." retry: RETRY_NEVER } } }
  value { name: "BANK_ERROR_LOCKED" number: 1002 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_ABORTED http_status: 409 message: "Locked" description: "Not begun." retry: RETRY_ALWAYS } } }
  value { name: "BANK_ERROR_BUSY" number: 1003 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_RESOURCE_EXHAUSTED http_status: 429 message: "Busy" description: "Not begun." retry: RETRY_ALWAYS } } }
  value { name: "BANK_ERROR_SLOW" number: 1004 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_DEADLINE_EXCEEDED http_status: 504 message: "Slow" description: "Maybe." retry: RETRY_IDEMPOTENT
    reasons { name: "HALF_DONE" message: "Half done" description: "Begun." connect_code: CONNECT_CODE_ABORTED http_status: 409 } } } }
}
service { name: "Bank"
  %s
}
`

// method declares some errors; a level of idempotency may be empty.
func method(name, level, streams string, errors ...string) string {
	if level != "" {
		level = "idempotency_level: " + level
	}
	rest := ""
	for _, e := range errors {
		rest += fmt.Sprintf(" errors: %q", e)
	}
	return fmt.Sprintf(`method { name: %q input_type: ".acme.bank.v1.Transfer" output_type: ".acme.bank.v1.Transfer" %s options { %s [errpact.v1.rest] { %s } } }`,
		name, streams, level, rest)
}

// TestDocsServiceConfig: a method that must not be repeated has only codes that promise that no work was begun. A code
// promises nothing if another declared error, or gRPC itself, has it too.
func TestDocsServiceConfig(t *testing.T) {
	all := []string{"BANK_ERROR_CLOSED", "BANK_ERROR_LOCKED", "BANK_ERROR_BUSY", "BANK_ERROR_SLOW"}
	image := descriptorSet(t, fmt.Sprintf(bank, strings.Join([]string{
		method("Read", "NO_SIDE_EFFECTS", "", all...),
		method("Set", "IDEMPOTENT", "", all...),
		method("Nothing", "IDEMPOTENT", ""),
		method("Transfer", "", "", all...),
		method("Lock", "", "", "BANK_ERROR_LOCKED", "BANK_ERROR_BUSY"),
		method("Close", "", "", "BANK_ERROR_CLOSED", "BANK_ERROR_BUSY", "BANK_ERROR_SLOW"),
		method("Half", "", "", "BANK_ERROR_SLOW/HALF_DONE", "BANK_ERROR_LOCKED"),
		method("Watch", "NO_SIDE_EFFECTS", "server_streaming: true", all...),
	}, "\n")))
	got := call(t, "", "docs", "-format", "service-config", image)
	var config struct {
		MethodConfig []struct {
			Name        []struct{ Service, Method string }
			RetryPolicy struct{ RetryableStatusCodes []string }
		}
	}
	if err := json.Unmarshal([]byte(got.out), &config); err != nil || got.exit != exitOK {
		t.Fatalf("docs = %+v, %v", got, err)
	}
	codes := make(map[string]string)
	for _, c := range config.MethodConfig {
		for _, n := range c.Name {
			codes[n.Service+"/"+n.Method] = strings.Join(c.RetryPolicy.RetryableStatusCodes, " ")
		}
	}
	want := map[string]string{
		"acme.bank.v1.Bank/Read":    "DEADLINE_EXCEEDED RESOURCE_EXHAUSTED ABORTED UNAVAILABLE",
		"acme.bank.v1.Bank/Set":     "DEADLINE_EXCEEDED RESOURCE_EXHAUSTED ABORTED UNAVAILABLE",
		"acme.bank.v1.Bank/Nothing": "UNAVAILABLE",
		"acme.bank.v1.Bank/Lock":    "ABORTED",
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

// TestDocsServiceConfigOfNothing says why it is empty.
func TestDocsServiceConfigOfNothing(t *testing.T) {
	got := call(t, "", "docs", "-format", "service-config", descriptorSet(t, shop))
	if got.exit != exitOK || !strings.Contains(got.out, `"methodConfig": []`) || !strings.Contains(got.err, "no unary method may be repeated") {
		t.Errorf("docs = %+v", got)
	}
}
