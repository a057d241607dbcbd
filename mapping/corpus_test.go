// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// corpus has a folder for each release, with what that release put on the wire. A new one is written
// once, before the release is tagged, and its line added to releases:
//
//	go test ./mapping -run TestG15 -write-wire v0.1.0
const corpus = "testdata/wire"

var writeWire = flag.String("write-wire", "", "write testdata/wire/`version`, which must not be there yet")

// releases are the folders of the corpus, each with the SHA-256 of its SHA256SUMS: what was sent once
// is not edited.
var releases = map[string]string{}

// next is the folder with what this tree puts on the wire. `make release` holds the folder of its version to it.
const next = "next"

const sums = "SHA256SUMS"

// keepsake is one error as a release put it on the wire, and what its caller is to make of it.
type keepsake struct {
	// Status is google.rpc.Status in base64: gRPC's grpc-status-details-bin.
	Status string `json:"status"`
	// Connect is the body of the Connect protocol's unary answer, Envelope of REST's.
	Connect  string `json:"connect"`
	Envelope string `json:"envelope"`
	// HTTPStatus is REST's.
	HTTPStatus int   `json:"http_status"`
	RPC        sight `json:"rpc"`
	REST       sight `json:"rest"`
}

// sight is what the caller sees.
type sight struct {
	Number      int32               `json:"number"`
	Catalogue   string              `json:"catalogue"`
	Reason      string              `json:"reason"`
	Message     string              `json:"message"`
	ConnectCode mapping.ConnectCode `json:"connect_code"`
	HTTPStatus  int                 `json:"http_status"`
	Inferred    bool                `json:"inferred"`
	Metadata    map[string]string   `json:"metadata,omitempty"`
	Fields      []mapping.Field     `json:"fields,omitempty"`
	Payload     string              `json:"payload,omitempty"`
	RetryDelay  string              `json:"retry_delay,omitempty"`
	RequestID   string              `json:"request_id,omitempty"`
	Details     []string            `json:"details,omitempty"`
}

func see(t *testing.T, err error) sight {
	t.Helper()
	e, ok := mapping.From(err)
	if !ok || !e.Remote() {
		t.Fatalf("got %v", err)
	}
	s := sight{
		Number: e.Code().Number(), Catalogue: e.Code().Catalogue().Name(), Reason: e.Reason(), Message: e.Message(),
		ConnectCode: e.ConnectCode(), HTTPStatus: e.HTTPStatus(), Inferred: e.Inferred(), Metadata: e.Metadata(), Fields: e.Fields(), RequestID: e.RequestID(),
	}
	if payload, ok := mapping.Payload[json.RawMessage](e); ok {
		s.Payload = string(payload)
	}
	if delay, ok := e.RetryDelay(); ok {
		s.RetryDelay = delay.String()
	}
	for _, d := range e.Details() {
		s.Details = append(s.Details, fmt.Sprintf("%s %x", d.ProtoReflect().Descriptor().FullName(), mustMarshal(t, d)))
	}
	return s
}

// seen decodes all three forms. Those of RPC say the same.
func (k *keepsake) seen(t *testing.T) (rpc, byConnect, byREST sight) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(k.Status)
	var status statuspb.Status
	if err := errors.Join(err, proto.Unmarshal(raw, &status)); err != nil {
		t.Fatal(err)
	}
	rpc = see(t, (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(status.GetCode()), Message: status.GetMessage(), Details: statusDetails(status.GetDetails()), Wire: true,
	}))
	byConnect = see(t, callFor(t, answerOf(mapping.ConnectCode(status.GetCode()).HTTPStatus(), k.Connect)))
	return rpc, byConnect, see(t, rest.CheckResponse(answerOf(k.HTTPStatus, k.Envelope)))
}

func answerOf(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// kept is an HTTP client that has one answer.
type kept struct{ res *http.Response }

func (k kept) Do(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	_, err := io.Copy(io.Discard, req.Body)
	k.res.Request = req
	return k.res, err
}

const procedure = "/errpact.test.v1.Test/Unary"

// callFor is what a Connect client with the interceptor makes of an answer.
func callFor(t *testing.T, res *http.Response) error {
	t.Helper()
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](kept{res}, "http://test.example"+procedure, connect.WithInterceptors(interceptor.New()))
	_, err := client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
	return err
}

func TestG15OldBytesStillDecode(t *testing.T) {
	if *writeWire != "" {
		writeCorpus(t, filepath.Join(corpus, *writeWire))
	}
	folders, err := os.ReadDir(corpus)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if folder.Name() != next && releases[folder.Name()] == "" {
			t.Errorf("%s is not among the releases that this test knows", folder.Name())
		}
	}
	for release, sum := range releases {
		t.Run(release, func(t *testing.T) { checkDecoding(t, checkSums(t, filepath.Join(corpus, release), sum)) })
	}
}

// TestG15NextReleaseSendsWhatIsRecorded shows a changed wire as a changed file: the test fails until -update writes it.
func TestG15NextReleaseSendsWhatIsRecorded(t *testing.T) {
	files, folder := wire(t), filepath.Join(corpus, next)
	if *update {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		writeFolder(t, folder, files)
	}
	if diff := cmp.Diff(readFolder(t, folder), files); diff != "" {
		t.Errorf("%s is not what this tree sends (-recorded +sent):\n%s", folder, diff)
	}
	delete(files, sums)
	checkDecoding(t, files)
}

// checkDecoding decodes every file of a release, in all forms.
func checkDecoding(t *testing.T, files map[string]string) {
	t.Helper()
	if len(files) == 0 {
		t.Fatal("the release is empty")
	}
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			var k keepsake
			if err := json.Unmarshal([]byte(content), &k); err != nil {
				t.Fatal(err)
			}
			byStatus, byConnect, byREST := k.seen(t)
			for way, got := range map[string]struct{ got, want sight }{
				"status": {byStatus, k.RPC}, "connect": {byConnect, k.RPC}, "envelope": {byREST, k.REST},
			} {
				if diff := cmp.Diff(got.want, got.got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", way, diff)
				}
			}
		})
	}
}

// checkSums reads a release's files, which are those that were written, to the byte.
func checkSums(t *testing.T, folder, sum string) map[string]string {
	t.Helper()
	list, err := os.ReadFile(filepath.Join(folder, sums))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(list)); got != sum {
		t.Errorf("%s of %s has SHA-256 %s, want %s", sums, folder, got, sum)
	}
	files := readFolder(t, folder)
	delete(files, sums)
	if diff := cmp.Diff(string(list), sumsOf(files)); diff != "" {
		t.Errorf("%s is not as it was released (-released +is):\n%s", folder, diff)
	}
	return files
}

func readFolder(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(content)
	}
	return files
}

// sumsOf is what sha256sum prints.
func sumsOf(files map[string]string) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256([]byte(files[name])), name)
	}
	return out.String()
}

// writeCorpus writes what this tree puts on the wire. A folder that is there already it leaves alone.
func writeCorpus(t *testing.T, folder string) {
	t.Helper()
	files := wire(t)
	writeFolder(t, folder, files)
	t.Logf("%q: \"%x\",", filepath.Base(folder), sha256.Sum256([]byte(files[sums])))
}

// wire returns the files of a release that is made of this tree.
func wire(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for name, err := range specimens(t) {
		k := newKeepsake(t, err)
		k.RPC, _, k.REST = k.seen(t)
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(k); err != nil {
			t.Fatal(err)
		}
		files[name+".json"] = b.String()
	}
	files[sums] = sumsOf(files)
	return files
}

func writeFolder(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatalf("a release is written once: %v", err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// newKeepsake sends an error in all three forms, the latter two by the real handlers.
func newKeepsake(t *testing.T, err error) *keepsake {
	t.Helper()
	policy := newPolicy(t, mapping.WithCatalogues(nil, shop(t)))
	status, _ := encode(policy, err)
	byConnect := record(connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
		return nil, err
	}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))), procedure, "Connect-Protocol-Version", "1")
	byREST := record(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) }), rest.WithPolicy(policy)), "/folders/1")
	return &keepsake{
		Status:  base64.StdEncoding.EncodeToString(mustMarshal(t, status)),
		Connect: byConnect.Body.String(), Envelope: byREST.Body.String(), HTTPStatus: byREST.Code,
	}
}

func record(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}"))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(mapping.HeaderRequestID, "the-id")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	recorded := httptest.NewRecorder()
	h.ServeHTTP(recorded, req)
	return recorded
}
