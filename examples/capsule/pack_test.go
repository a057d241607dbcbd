// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// upload sends a container, and returns the error of the answer.
func upload(t *testing.T, url string, packed []byte) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/folders", bytes.NewReader(packed))
	must(t, err)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Authorization", "Bearer demo-admin")
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	err = rest.CheckResponse(resp)
	if err == nil && resp.StatusCode != http.StatusCreated {
		t.Errorf("status = %d, want 201", resp.StatusCode)
	}
	must(t, resp.Body.Close())
	return err
}

func photo(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "photo.jpg")
	must(t, os.WriteFile(file, []byte("a photo"), 0o600))
	return file
}

func TestPackMakesAGoodContainer(t *testing.T) {
	s := startServing(t)
	out := filepath.Join(t.TempDir(), "good.zip")
	_, stderr, exit := runCapsule(t, "pack", "-out", out, "-server", s.url, "-token", "demo-admin", photo(t))
	if exit != 0 || !strings.Contains(stderr, "wrote "+out) {
		t.Fatalf("pack = %d: %s", exit, stderr)
	}
	packed, err := os.ReadFile(out)
	must(t, err, upload(t, s.url, packed))
	if err := upload(t, s.url, packed); !errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidSessionToken) {
		t.Errorf("the second upload = %v, want INVALID_SESSION_TOKEN", err)
	}
}

func TestPackBreaks(t *testing.T) {
	s := startServing(t, "-container-key", "a-key")
	for fault, want := range map[string]mapping.Code{
		"payload":   errpactv1err.InvalidStructureMissingPayload,
		"media":     errpactv1err.InvalidValueNoMedia,
		"damage":    errpactv1err.InvalidTypeContainerDamaged,
		"signature": errpactv1err.ContainerUnpackingFailedInvalidSignature,
		"hash":      errpactv1err.ContainerUnpackingFailedInvalidHash,
		"session":   errpactv1err.ContainerUnpackingFailedInvalidSessionToken,
	} {
		packed, stderr, exit := runCapsule(t, "pack", "-out", "-", "-container-key", "a-key", "-break", fault, photo(t))
		if exit != 0 {
			t.Fatalf("pack -break %s = %d: %s", fault, exit, stderr)
		}
		err := upload(t, s.url, []byte(packed))
		if e, _ := mapping.From(err); !errors.Is(err, want) || e.Reason() != want.Reason() {
			t.Errorf("the upload of pack -break %s = %v, want %v", fault, err, want)
		}
	}
	// Signed with the default key, it is somebody else's.
	packed, _, _ := runCapsule(t, "pack", "-out", "-", "-session", "s", photo(t))
	if err := upload(t, s.url, []byte(packed)); !errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidSignature) {
		t.Errorf("the upload signed with another key = %v, want INVALID_SIGNATURE", err)
	}
}

// TestPackSaysWhatTheServerSaid, and what to do, to a person and by the exit code.
func TestPackSaysWhatTheServerSaid(t *testing.T) {
	s := startServing(t)
	never := "  retry        Never try again automatically\n  more         " + s.url + "/errors#"
	for token, want := range map[string]string{
		"": "capsule: get a session token: Access token is not provided\n  what to do   Send an access token with the request.\n" +
			never + "ERROR_CODE_AUTH_NOT_PROVIDED\n  error        6 ERROR_CODE_AUTH_NOT_PROVIDED\n",
		"nobody's": "capsule: get a session token: Access token is invalid\n  what to do   Get a new access token.\n" +
			never + "ERROR_CODE_AUTH_INVALID\n  error        7 ERROR_CODE_AUTH_INVALID\n",
		"demo-expired": "capsule: get a session token: Access token has expired\n  what to do   Get a new access token.\n" +
			never + "ERROR_CODE_AUTH_EXPIRED\n  error        8 ERROR_CODE_AUTH_EXPIRED\n",
	} {
		stdout, stderr, exit := runCapsule(t, "pack", "-out", "-", "-server", s.url, "-token", token, photo(t))
		if exit != exitCaller || stderr != want || stdout != "" {
			t.Errorf("pack with token %q = %d, %q, want %d, %q", token, exit, stderr, exitCaller, want)
		}
	}
	if exit := s.stop(t); exit != 0 {
		t.Fatalf("serve = %d: %s", exit, s.stderr)
	}
	_, stderr, exit := runCapsule(t, "pack", "-out", "-", "-server", s.url, "-token", "demo-admin", photo(t))
	if exit != exitTryAgain || !strings.Contains(stderr, "connection refused") || !strings.Contains(stderr, "\n  retry        Try again after 1 s if the call may be repeated\n") {
		t.Errorf("pack without a server = %d, %q, want %d, connection refused", exit, stderr, exitTryAgain)
	}
}

// TestAFailureSaysAllThatTheServerSaid, and nothing that a terminal takes for its own.
func TestAFailureSaysAllThatTheServerSaid(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		exit int
		want string
	}{
		"the caller's": {errpactv1err.InvalidValueNoMedia.WithField("media", "is \x1b[2Jempty").WithMetadata("folderId", "f\u202e17").
			WithDetail(&errdetails.Help{Links: []*errdetails.Help_Link{{Url: "https://errors.example/#4"}}}), exitCaller,
			`  folderId     "f\u202e17"
  field        "media" "is \x1b[2Jempty"
  what to do   Add at least one file under media/.
  retry        Never try again automatically
  more         https://errors.example/#4
  error        4 ERROR_CODE_INVALID_VALUE NO_MEDIA
`},
		"the server's": {errpactv1err.Unknown, exitServer,
			"  what to do   Report the request id to the operators of the service.\n  retry        Never try again automatically\n  error        0 ERROR_CODE_UNKNOWN\n"},
		"later": {errpactv1err.DatabaseTemporarilyUnavailable, exitTryAgain,
			"  what to do   Try again after the delay.\n  retry        Try again after 1 s if the call may be repeated\n  error        12 ERROR_CODE_DATABASE TEMPORARILY_UNAVAILABLE\n"},
	} {
		f, ok := errors.AsType[failure](failed(test.err))
		if !ok || f.advice() != test.want || f.exitCode() != test.exit {
			t.Errorf("%s: %d,\n%s\nwant %d,\n%s", name, f.exitCode(), f.advice(), test.exit, test.want)
		}
	}
	if err := errors.New("no errpact"); !errors.Is(failed(err), err) {
		t.Errorf("failed(%v) = %v", err, failed(err))
	}
}
