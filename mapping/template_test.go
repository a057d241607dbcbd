// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestPlaceholdersAreMetadata: the message takes its values from there, in every language; where one is
// missing it is the fallback.
func TestPlaceholdersAreMetadata(t *testing.T) {
	few := polyglot(t).Code(6003)
	long := strings.Repeat("x", 600)
	for _, test := range []struct {
		e                 *mapping.Error
		accept            string
		message, message2 string // the default, and the one in the accepted language
	}{
		{few.WithMetadata("left", "3"), "de", "Only 3 left", "Nur noch 3 da"},
		{few.WithMetadata("left", "3"), "fr", "Only 3 left", "Presque rien"},
		{few.WithMetadata("right", "3"), "de", "Few left", "Few left"},
		{few.Wrap(nil), "de", "Few left", "Few left"},
		{few.WithMetadata("left", ""), "de", "Only  left", "Nur noch  da"},
		{few.WithMetadata("left", "{left}\n\x00"), "de", "Only {left}   left", "Nur noch {left}   da"},
		{few.WithMetadata("left", long), "de", ("Only " + long)[:512], ("Nur noch " + long)[:512]},
		{few.New("own {left}").WithMetadata("left", "3"), "de", "own {left}", "own {left}"},
	} {
		if got := test.e.Message(); got != test.message {
			t.Errorf("Message() = %q, want %q", got, test.message)
		}
		if got, _ := test.e.MessageIn([]string{test.accept}); got != test.message2 {
			t.Errorf("MessageIn(%s) = %q, want %q", test.accept, got, test.message2)
		}
	}
	if got := few.Message(); got != "Few left" {
		t.Errorf("the code's own message is %q, want the fallback", got)
	}
}

// TestPlaceholdersOnTheWire: the message and the values travel, and the envelope has them.
func TestPlaceholdersOnTheWire(t *testing.T) {
	catalogue := polyglot(t)
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(errpactv1err.Catalogue, catalogue), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	e := catalogue.Code(6003).WithMetadata("left", "3")
	call := &mapping.Call{Header: http.Header{"Accept-Language": {"de"}}}
	answer := policy.Translate(call, e)
	message, details := answer.Message(), answer.Details()
	if message != "Only 3 left" {
		t.Errorf("message = %q", message)
	}
	var localized errdetails.LocalizedMessage
	var info errdetails.ErrorInfo
	for _, d := range details {
		_ = d.UnmarshalTo(&localized)
		_ = d.UnmarshalTo(&info)
	}
	if localized.GetMessage() != "Nur noch 3 da" || info.GetMetadata()["left"] != "3" {
		t.Errorf("details = %v", details)
	}
	if got := mapping.EnvelopeOf(e); got.Message != "Only 3 left" || string(got.Details) != `{"metadata":{"left":"3"}}` {
		t.Errorf("envelope = %+v", got)
	}
}

// TestWithHelp links what has no link of its own.
func TestWithHelp(t *testing.T) {
	link := func(c mapping.Code) string {
		switch c {
		case errpactv1err.Database:
			return ""
		case errpactv1err.InvalidValue:
			panic("no link")
		}
		return "https://errors.example/#" + c.Name() + "." + c.Reason()
	}
	policy, err := mapping.NewPolicy(mapping.WithHelp(link), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	own := &errdetails.Help{Links: []*errdetails.Help_Link{{Url: "https://own.example/"}}}
	for _, test := range []struct {
		err  error
		want string
	}{
		{errpactv1err.NotExist, "https://errors.example/#ERROR_CODE_NOT_EXIST."},
		{errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("a", "b"), "https://errors.example/#ERROR_CODE_CONTAINER_UNPACKING_FAILED.INVALID_HASH"},
		{http.ErrBodyNotAllowed, "https://errors.example/#ERROR_CODE_UNKNOWN."},
		{errpactv1err.NotExist.WithDetail(own), "https://own.example/"},
		{errpactv1err.Database, ""},
		{errpactv1err.InvalidValue, ""},
	} {
		answer := policy.Translate(&mapping.Call{}, test.err)
		details := answer.Details()
		var help errdetails.Help
		for _, d := range details {
			_ = d.UnmarshalTo(&help)
		}
		got := ""
		if len(help.GetLinks()) > 0 {
			got = help.GetLinks()[0].GetUrl()
		}
		if got != test.want {
			t.Errorf("%v: link = %q, want %q", test.err, got, test.want)
		}
	}
	if detail, ok := mapping.Detail[*errdetails.Help](errpactv1err.NotExist.WithMetadata("a", "b")); ok {
		t.Errorf("the shared error has a link: %v", detail)
	}
}

// TestWithHelpAsksOnceForEachCode, whatever the function does, and each policy for itself.
func TestWithHelpAsksOnceForEachCode(t *testing.T) {
	var mu sync.Mutex
	calls := make(map[string]int)
	help := mapping.WithHelp(func(c mapping.Code) string {
		mu.Lock()
		defer mu.Unlock()
		calls[c.Name()+"/"+c.Reason()]++
		switch c {
		case errpactv1err.Database:
			return ""
		case errpactv1err.InvalidValue:
			panic("no link")
		}
		return "https://errors.example/" + c.Name()
	})
	first, second := newPolicy(t, mapping.WithReport(nil), help), newPolicy(t, mapping.WithReport(nil), help)
	foreign := errpactv1err.Catalogue.Code(4711)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			for _, p := range []*mapping.Policy{first, second} {
				for _, code := range []mapping.Code{{}, errpactv1err.NotExist, errpactv1err.ContainerUnpackingFailedInvalidHash, errpactv1err.Database, errpactv1err.InvalidValue, foreign} {
					answer := p.Translate(nil, code.WithMetadata("a", "b"))
					_ = answer.Details()
				}
			}
		})
	}
	group.Wait()
	want := map[string]int{
		"ERROR_CODE_UNKNOWN/": 2, "ERROR_CODE_NOT_EXIST/": 2, "ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH": 2,
		"ERROR_CODE_DATABASE/": 2, "ERROR_CODE_INVALID_VALUE/": 2,
		"4711/": 40, // a number of nobody's is not kept
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
