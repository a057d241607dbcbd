// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package readme

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

var update = flag.Bool("update", false, "write what the commands print into the example's README")

const capsuleREADME = "../../README.md"

// TestCommandsOfTheExampleAnswerSo runs all commands of the example's README in their order, with the
// programs themselves.
func TestCommandsOfTheExampleAnswerSo(t *testing.T) {
	t.Parallel() // it waits for a locked database
	want := exampleREADME(t)
	s := &shell{t: t, dir: t.TempDir(), at: map[string]string{"http://127.0.0.1:8081": "http://" + freeAddress(t)}}
	s.capsule = filepath.Join(s.dir, "capsule")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", s.capsule, "../..").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	s.must(os.WriteFile(filepath.Join(s.dir, "photo.jpg"), []byte("a photo"), 0o600))
	got := s.runAll(want)
	for from, to := range s.at {
		got = strings.ReplaceAll(got, to, from)
	}
	if *update {
		s.must(os.WriteFile(capsuleREADME, []byte(got), 0o600))
	}
	if diff := cmp.Diff(timeless(want), timeless(got)); diff != "" {
		t.Errorf("what the README says (-) and what its commands print (+); -update writes it:\n%s", diff)
	}
}

// TestEveryErrorIsInTheExample: the README has an answer for each code, and each reason.
func TestEveryErrorIsInTheExample(t *testing.T) {
	text := exampleREADME(t)
	for _, code := range errpactv1err.Catalogue.Codes() {
		if !strings.Contains(text, fmt.Sprintf(`{"error_code":%d,`, code.Number())) {
			t.Errorf("the README has no answer of %v", code)
		}
		for _, reason := range code.Reasons() {
			answer := fmt.Sprintf(`{"error_code":%d,"error_message":"%s","details":{"reason":"%s"`, code.Number(), reason.Message(), reason.Reason())
			if !strings.Contains(text, answer) {
				t.Errorf("the README has no answer of %v/%s", code, reason.Reason())
			}
		}
	}
}

func exampleREADME(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(capsuleREADME)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// freeAddress is one where nothing listens, until something is started there.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// timeless is a text without what is another each time.
func timeless(text string) string {
	for _, each := range []struct{ pattern, name string }{
		{`\d{4}-\d\d-\d\dT[0-9:.]+Z`, "TIME"},
		{`\b[A-Z2-7]{26}\b`, "ID"},
		{`\b[0-9a-f]{32}\b`, "REQUEST-ID"},
		{`\b\d+ bytes\b`, "N bytes"},
		{`"google.rpc.Help","value":"[^"]+"`, `"google.rpc.Help","value":"LINK"`}, // the address is in it
		{`([,:]) (["{\[])`, "$1$2"},                                               // protojson puts spaces in, so that nobody relies on there being none
	} {
		text = regexp.MustCompile(each.pattern).ReplaceAllString(text, each.name)
	}
	return text
}
