// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

const path = "/v1/trouble/x"

// transcode puts vanguard in front of a service that ends with err.
func (s side) transcode(t *testing.T, err error) http.Handler {
	t.Helper()
	service := vanguard.NewService(s.service(func(context.Context) error { return err }))
	transcoder, wrong := vanguard.NewTranscoder([]*vanguard.Service{service})
	if wrong != nil {
		t.Fatal(wrong)
	}
	return transcoder
}

func TestVanguardWritesDetailsOfAnyTypeAsJSON(t *testing.T) {
	info := &errdetails.ResourceInfo{ResourceName: "f-17"}
	detail, err := connect.NewErrorDetail(info)
	if err != nil {
		t.Fatal(err)
	}
	byHand := connect.NewError(connect.CodeNotFound, errors.New("no such folder"))
	byHand.AddDetail(detail)
	_, body := get(t, alone().transcode(t, byHand), path)
	var got status.Status
	if err := protojson.Unmarshal([]byte(body), &got); err != nil || len(got.GetDetails()) != 1 || !strings.Contains(body, "f-17") {
		t.Errorf("vanguard alone: body = %s (%v), want a google.rpc.Status with the detail", body, err)
	}
	_, body = get(t, rest.Handler(withErrpact().transcode(t, errpactv1err.NotExist.WithDetail(info)), rest.WithPolicy(quiet)), path)
	if e, err := mapping.ParseEnvelope([]byte(body)); err != nil || e.Code != errpactv1err.NotExist.Number() || strings.Contains(body, "f-17") {
		t.Errorf("errpact: body = %s (%v), want the envelope without the detail", body, err)
	}
}

func TestVanguardAnswersUnknownPathsInText(t *testing.T) {
	const nowhere = "/v1/nowhere"
	res, body := get(t, alone().transcode(t, nil), nowhere)
	if res.StatusCode != http.StatusNotFound || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("vanguard alone: %s, Content-Type %q, body %q, want 404 as text", res.Status, res.Header.Get("Content-Type"), body)
	}
	res, body = get(t, rest.Handler(withErrpact().transcode(t, nil), rest.WithPolicy(quiet)), nowhere)
	if e, err := mapping.ParseEnvelope([]byte(body)); err != nil || e.Code != errpactv1err.NotExist.Number() || res.StatusCode != http.StatusNotFound {
		t.Errorf("errpact: %s, body %q (%v), want 404 and NOT_EXIST", res.Status, body, err)
	}
}

func TestVanguardTakesTheStatusFromTheCode(t *testing.T) {
	const code = connect.CodeInternal
	res, _ := get(t, alone().transcode(t, connect.NewError(code, errors.New("billing is down"))), path)
	if res.StatusCode != http.StatusInternalServerError {
		t.Errorf("vanguard alone: %s, want 500", res.Status)
	}
	res, _ = get(t, rest.Handler(withErrpact().transcode(t, errpactv1err.ExternalService), rest.WithPolicy(quiet)), path)
	if entry := connect.Code(errpactv1err.ExternalService.ConnectCode()); entry != code || res.StatusCode != http.StatusBadGateway {
		t.Errorf("errpact: %s for %s, want 502 for %s", res.Status, entry, code)
	}
}
