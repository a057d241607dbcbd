// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package node runs clients that are not Go: connect-node as npm has it, with generated types and nothing of
// errpact's; the same with @errpact/errors; and connect-web with @errpact/errors, in Chromium.
package node

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A Call is one call of TroubleService: of RPC, or of REST where it has a URL.
type Call struct {
	Base string `json:"base,omitempty"`
	// Protocol is connect, grpc or grpc-web; JSON, Get and HTTP1 are how it is spoken, in place of
	// protobuf, POST and HTTP/2.
	Protocol string `json:"protocol,omitempty"`
	JSON     bool   `json:"json,omitempty"`
	Get      bool   `json:"get,omitempty"`
	HTTP1    bool   `json:"http1,omitempty"`
	// Method is unary, clientStream, serverStream or bidiStream. A stream asks for so many messages
	// before the error.
	Method    string `json:"method,omitempty"`
	Messages  int    `json:"messages"`
	Name      string `json:"name"`
	RequestID string `json:"requestId,omitempty"`
	URL       string `json:"url,omitempty"`
	TimeoutMs int64  `json:"timeoutMs"`
}

// A Detail is one of an error's, as it came.
type Detail struct {
	Type  string `json:"type"`
	Value []byte `json:"value"`
}

// A Field is a violation of google.rpc.BadRequest.
type Field struct {
	Field       string `json:"field"`
	Description string `json:"description"`
	Reason      string `json:"reason"`
}

// A Result is what came of a call: Code is 0 for a success. What is below Details was read from them
// by the generated types.
type Result struct {
	Code     uint32   `json:"code"`
	Message  string   `json:"message"`
	Details  []Detail `json:"details"`
	Messages int      `json:"messages"`

	// Builtin is the number in the built-in catalogue, Number that in another.
	Builtin    *int32            `json:"builtin"`
	Number     *int32            `json:"number"`
	Catalogue  string            `json:"catalogue"`
	Reason     string            `json:"reason"`
	Payload    string            `json:"payload"`
	Metadata   map[string]string `json:"metadata"`
	Fields     []Field           `json:"fields"`
	RetryDelay time.Duration     `json:"retryDelay"`

	// Errpact is what @errpact/errors reads, where it is asked for. Nil is an error that names no entry.
	Errpact *Typed `json:"errpact"`

	// Status and Body are those of REST.
	Status int    `json:"status"`
	Body   string `json:"body"`
}

// Typed is an ErrpactError.
type Typed struct {
	ConnectCode uint32            `json:"connectCode"`
	Number      int32             `json:"number"`
	Reason      string            `json:"reason"`
	Catalogue   string            `json:"catalogue"`
	Message     string            `json:"message"`
	Metadata    map[string]string `json:"metadata"`
	Payload     string            `json:"payload"`
	Fields      []Field           `json:"fields"`
	RetryDelay  time.Duration     `json:"retryDelay"`
	RequestID   string            `json:"requestId"`
}

//go:embed package.json package-lock.json .npmrc *.mjs
var files embed.FS

// Found says whether Node is there. CI has it: there the test fails without.
func Found(t *testing.T) bool {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			return false
		}
	}
	return true
}

// Install gives a folder with the client, its packages as package-lock.json fixes them, and its types.
// Without Node the test is skipped, where [Found] does not fail it.
func Install(t *testing.T) string {
	t.Helper()
	if !Found(t) {
		t.Skip("Node is not installed")
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	run(t, folder, nil, exec.CommandContext(t.Context(), "npm", "ci", "--prefer-offline", "--ignore-scripts"))
	generate(t, folder)
	return folder
}

// Run makes calls by connect-node, many at once, and gives what came of each.
func Run(t *testing.T, folder string, calls []Call) []Result {
	t.Helper()
	return makeCalls(t, folder, calls, exec.CommandContext(t.Context(), "node", "client.mjs"))
}

func makeCalls(t *testing.T, folder string, calls []Call, program *exec.Cmd) []Result {
	t.Helper()
	var input bytes.Buffer
	encoder := json.NewEncoder(&input)
	for _, c := range calls {
		if err := encoder.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	output := run(t, folder, input.Bytes(), program)
	decoder := json.NewDecoder(bytes.NewReader(output))
	results := make([]Result, 0, len(calls))
	for {
		var result Result
		if err := decoder.Decode(&result); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		results = append(results, result)
	}
	if len(results) != len(calls) {
		t.Fatalf("%d results of %d calls", len(results), len(calls))
	}
	return results
}

func run(t *testing.T, folder string, input []byte, command *exec.Cmd) []byte {
	t.Helper()
	command.Dir = folder
	command.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s%s", command.Args, err, output, stderr.Bytes())
	}
	return output
}
