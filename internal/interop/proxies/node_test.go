// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/mapping"
)

// A nodeCall is one call of the client in node/client.mjs: of RPC, or of REST where it has a URL.
type nodeCall struct {
	Protocol string `json:"protocol,omitempty"`
	Name     string `json:"name"`
	Stream   bool   `json:"stream,omitempty"`
	Messages int    `json:"messages"`
	URL      string `json:"url,omitempty"`
}

// A nodeResult is what came of a call.
type nodeResult struct {
	Received *received         `json:"received"`
	Number   *int32            `json:"number"`
	Reason   string            `json:"reason"`
	Payload  string            `json:"payload"`
	Metadata map[string]string `json:"metadata"`
	Status   int               `json:"status"`
	Body     string            `json:"body"`
}

func TestG4TheLargestErrorArrivesWholeAtANodeClient(t *testing.T) {
	folder := installNode(t)
	problems := largestProblems(t)
	for stack, upstream := range serveProblems(t, problems) {
		for _, p := range proxies {
			t.Run(p.name+"/"+stack, func(t *testing.T) {
				r := p.start(t, upstream.address)
				calls := nodeCalls(upstream, r, problems)
				for i, got := range runNode(t, folder, r, calls) {
					checkNode(t, calls[i], got, problems[calls[i].Name])
				}
			})
		}
	}
}

// nodeCalls are all that the server can be asked.
func nodeCalls(s server, r route, problems map[string]problem) []nodeCall {
	protocols := []string{"grpc"}
	if !s.onlyGRPC {
		protocols = append(protocols, "grpc-web", "connect")
	}
	var calls []nodeCall
	for name := range problems {
		for _, protocol := range protocols {
			for _, m := range methods {
				calls = append(calls, nodeCall{Protocol: protocol, Name: name, Stream: m.stream, Messages: m.messages})
			}
		}
		if !s.onlyGRPC {
			calls = append(calls, nodeCall{Name: name, URL: restURL(r.web, name)})
		}
	}
	return calls
}

func checkNode(t *testing.T, call nodeCall, got nodeResult, p problem) {
	t.Helper()
	if call.URL != "" {
		if got.Status != p.err.HTTPStatus() || strings.TrimSpace(got.Body) != envelope(p) {
			t.Errorf("rest of %s: %d %s, want %s", call.Name, got.Status, got.Body, envelope(p))
		}
		return
	}
	want := p.want(call.Messages)
	number := p.err.Code().Number()
	payload, _ := mapping.Payload[json.RawMessage](p.err)
	if diff := cmp.Diff(nodeResult{
		Received: &want, Number: &number, Reason: p.err.Reason(), Payload: string(payload), Metadata: p.err.Metadata(),
	}, got); diff != "" {
		t.Errorf("%+v (-want +got):\n%s", call, diff)
	}
}

func runNode(t *testing.T, folder string, r route, calls []nodeCall) []nodeResult {
	t.Helper()
	job, err := json.Marshal(map[string]any{
		"descriptors": descriptors(t), "rpc": r.rpc, "web": r.web, "timeoutMs": callTimeout.Milliseconds(), "calls": calls,
	})
	if err != nil {
		t.Fatal(err)
	}
	command := nodeCommand(t, folder, "node", "client.mjs")
	command.Stdin = bytes.NewReader(job)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, output, stderr.Bytes())
	}
	var results []nodeResult
	if err := json.Unmarshal(output, &results); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if len(results) != len(calls) {
		t.Fatalf("%d results of %d calls", len(results), len(calls))
	}
	return results
}

func nodeCommand(t *testing.T, folder, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		absent(t, program)
	}
	command := exec.CommandContext(t.Context(), path, arguments...)
	command.Dir = folder
	return command
}

// installNode gives a copy of the client with its packages, as package-lock.json fixes them.
func installNode(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("node")); err != nil {
		t.Fatal(err)
	}
	command := nodeCommand(t, folder, "npm", "ci", "--prefer-offline", "--ignore-scripts")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v: %s", err, output)
	}
	return folder
}

// descriptors are the types that the client needs, so that none are generated for it.
func descriptors(t *testing.T) []byte {
	t.Helper()
	set := &descriptorpb.FileDescriptorSet{}
	added := map[string]bool{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if added[file.Path()] {
			return
		}
		added[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i))
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	add(interopv1.File_errpact_interop_v1_trouble_service_proto)
	add(errpactv1.File_errpact_v1_error_detail_proto)
	add((*errdetails.ErrorInfo)(nil).ProtoReflect().Descriptor().ParentFile())
	b, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
