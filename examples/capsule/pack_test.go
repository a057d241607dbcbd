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

func TestPackSaysWhatTheServerSaid(t *testing.T) {
	s := startServing(t)
	for token, want := range map[string]string{
		"":             "capsule: get a session token: Access token is not provided (error 6)\n",
		"nobody's":     "capsule: get a session token: Access token is invalid (error 7)\n",
		"demo-expired": "capsule: get a session token: Access token has expired (error 8)\n",
	} {
		stdout, stderr, exit := runCapsule(t, "pack", "-out", "-", "-server", s.url, "-token", token, photo(t))
		if exit != 1 || stderr != want || stdout != "" {
			t.Errorf("pack with token %q = %d, %q, want %q", token, exit, stderr, want)
		}
	}
	if exit := s.stop(t); exit != 0 {
		t.Fatalf("serve = %d: %s", exit, s.stderr)
	}
	_, stderr, exit := runCapsule(t, "pack", "-out", "-", "-server", s.url, "-token", "demo-admin", photo(t))
	if exit != 1 || !strings.Contains(stderr, "connection refused") {
		t.Errorf("pack without a server = %d, %q, want connection refused", exit, stderr)
	}
}
