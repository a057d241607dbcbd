// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

func readBuiltin(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Read(errpactv1.ErrorCode(0).Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fact is what is on the wire of one entry or reason, and so never changes.
type fact struct {
	Number      int32
	Name        string // of the entry, or the reason
	ConnectCode uint32
	HTTPStatus  int
	Message     string
	RetryDelay  time.Duration
	Role        catalogue.Role
}

func TestBuiltinEntriesAreTheCatalogue(t *testing.T) {
	want := []fact{
		{0, "ERROR_CODE_UNKNOWN", 2, 500, "Unknown server side error occurred", 0, catalogue.RoleUnmapped},
		{1, "ERROR_CODE_NOT_ALLOWED", 12, 405, "Method is not allowed", 0, 0},
		{2, "ERROR_CODE_NOT_REALIZED", 12, 501, "Method is not realized", 0, 0},
		{3, "ERROR_CODE_INVALID_STRUCTURE", 3, 400, "Invalid structure", 0, 0},
		{4, "ERROR_CODE_INVALID_VALUE", 3, 400, "Invalid value", 0, 0},
		{5, "ERROR_CODE_INVALID_TYPE", 3, 400, "Invalid type", 0, 0},
		{6, "ERROR_CODE_AUTH_NOT_PROVIDED", 16, 401, "Access token is not provided", 0, 0},
		{7, "ERROR_CODE_AUTH_INVALID", 16, 401, "Access token is invalid", 0, 0},
		{8, "ERROR_CODE_AUTH_EXPIRED", 16, 401, "Access token has expired", 0, 0},
		{9, "ERROR_CODE_AUTH_FORBIDDEN", 7, 403, "Access is denied", 0, 0},
		{10, "ERROR_CODE_NOT_EXIST", 5, 404, "Resource does not exist", 0, 0},
		{11, "ERROR_CODE_EXTERNAL_SERVICE", 13, 502, "External service failed", 0, 0},
		{12, "ERROR_CODE_DATABASE", 13, 500, "Critical database error", 0, 0},
		{13, "ERROR_CODE_CONTAINER_NOT_PROVIDED", 3, 400, "No data container provided", 0, 0},
		{14, "ERROR_CODE_CONTAINER_UNPACKING_FAILED", 3, 400, "Data container unpacking failed", 0, 0},
	}
	var got []fact
	for _, e := range readBuiltin(t).Entries {
		if e.Name != "ERROR_CODE_"+e.ShortName {
			t.Errorf("ShortName of %s = %q", e.Name, e.ShortName)
		}
		if e.Description == "" || e.Resolution == "" || e.DetailsExample == "" {
			t.Errorf("%s: want description, resolution and details_example for its page", e.Name)
		}
		got = append(got, fact{e.Number, e.Name, e.ConnectCode, e.HTTPStatus, e.Message, delay(e.RetryDelay), e.Role})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestBuiltinReasonsAreTheCatalogue(t *testing.T) {
	want := []fact{
		{3, "MISSING_PAYLOAD", 3, 400, "Invalid structure", 0, 0},
		{4, "NO_MEDIA", 3, 400, "Can't start analysis without media", 0, 0},
		{5, "CONTAINER_DAMAGED", 3, 400, "Invalid Type", 0, 0},
		{11, "UNREACHABLE", 14, 502, "External service is unreachable", time.Second, catalogue.RoleUpstreamUnreachable},
		{11, "BROKEN", 13, 502, "Connection to the external service broke", 0, catalogue.RoleUpstreamBroken},
		{11, "TIMED_OUT", 13, 504, "External service timed out", 0, catalogue.RoleUpstreamTimedOut},
		{11, "REJECTED", 13, 502, "External service failed", 0, catalogue.RoleUpstreamRejected},
		{12, "TEMPORARILY_UNAVAILABLE", 14, 503, "Database is temporarily unavailable", time.Second, 0},
		{14, "INVALID_CONTAINER", 3, 400, "Invalid Data Container", 0, 0},
		{14, "INVALID_SIGNATURE", 3, 400, "Invalid signature", 0, 0},
		{14, "INVALID_HASH", 3, 400, "Invalid hash", 0, 0},
		{14, "INVALID_SESSION_TOKEN", 3, 400, "Invalid or empty Session Token", 0, 0},
	}
	var got []fact
	for _, e := range readBuiltin(t).Entries {
		for _, r := range e.Reasons {
			if r.Description == "" || r.Resolution == "" {
				t.Errorf("%s/%s: want description and resolution for its page", e.Name, r.Name)
			}
			got = append(got, fact{e.Number, r.Name, r.ConnectCode, r.HTTPStatus, r.Message, delay(r.RetryDelay), r.Role})
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func delay(d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return *d
}

func TestBuiltinHasEveryRoleOnce(t *testing.T) {
	c := readBuiltin(t)
	if missing := c.MissingRoles(); len(missing) > 0 {
		t.Errorf("MissingRoles() = %v, want none", missing)
	}
	if c.Name != "errpact.v1.ErrorCode" || c.Domain != "errpact.dev" {
		t.Errorf("Name, Domain = %q, %q", c.Name, c.Domain)
	}
}

func TestBuiltinConnectFallbacks(t *testing.T) {
	// The columns are the conditions, in their order: any, no credential, undecodable, wrong type,
	// out of range, too large.
	want := map[uint32][6]int32{
		1:  {0, 0, 0, 0, 0, 0},
		2:  {0, 0, 0, 0, 0, 0},
		3:  {4, 4, 3, 5, 4, 4},
		4:  {0, 0, 0, 0, 0, 0},
		5:  {10, 10, 10, 10, 10, 10},
		6:  {4, 4, 4, 4, 4, 4},
		7:  {9, 9, 9, 9, 9, 9},
		8:  {0, 0, 0, 0, 0, 3},
		9:  {4, 4, 4, 4, 4, 4},
		10: {4, 4, 4, 4, 4, 4},
		11: {4, 4, 4, 4, 4, 4},
		12: {2, 2, 2, 2, 2, 2},
		13: {0, 0, 0, 0, 0, 0},
		14: {11, 11, 11, 11, 11, 11},
		15: {12, 12, 12, 12, 12, 12},
		16: {7, 6, 7, 7, 7, 7},
	}
	numbers := make(map[catalogue.Fallback]int32)
	for _, e := range readBuiltin(t).Entries {
		for _, f := range e.Fallbacks {
			numbers[f] = e.Number
		}
	}
	for code := uint32(1); code <= 16; code++ {
		for when := catalogue.WhenAny; when <= catalogue.WhenTooLarge; when++ {
			got, ok := firstOf(numbers, catalogue.Fallback{code, when}, catalogue.Fallback{code, catalogue.WhenAny})
			if want := want[code][when-catalogue.WhenAny]; !ok || got != want {
				t.Errorf("fallback for %s, %s = %d, %t, want %d", connectcode.Name(code), when, got, ok, want)
			}
		}
	}
}

func TestBuiltinHTTPFallbacks(t *testing.T) {
	want := map[int]int32{
		400: 3, 411: 3, 413: 3, 414: 3, 417: 3, 431: 3, 401: 7, 402: 9, 403: 9, 451: 9, 404: 10, 410: 10,
		405: 1, 406: 3, 415: 3, 409: 4, 412: 4, 416: 4, 422: 4, 428: 4, 408: 0, 429: 0, 499: 0, 504: 0,
		501: 2, 502: 11, 503: 11,
	}
	numbers := make(map[catalogue.HTTPFallback]int32)
	for _, e := range readBuiltin(t).Entries {
		for _, f := range e.HTTPFallbacks {
			numbers[f] = e.Number
		}
	}
	for status := 400; status <= 599; status++ {
		for when := catalogue.WhenAny; when <= catalogue.WhenTooLarge; when++ {
			want, named := want[status]
			switch {
			case !named && status < 500:
				want = 4
			case status == 401 && when == catalogue.WhenNoCredential:
				want = 6
			}
			got, ok := firstOf(numbers,
				catalogue.HTTPFallback{Status: status, When: when},
				catalogue.HTTPFallback{Status: status, When: catalogue.WhenAny},
				catalogue.HTTPFallback{Class: status / 100, When: catalogue.WhenAny})
			if !ok || got != want {
				t.Errorf("fallback for HTTP %d, %s = %d, %t, want %d", status, when, got, ok, want)
			}
		}
	}
}

func firstOf[K comparable](numbers map[K]int32, keys ...K) (int32, bool) {
	for _, key := range keys {
		if number, ok := numbers[key]; ok {
			return number, true
		}
	}
	return 0, false
}

func TestNamesAreThoseOfTheProtos(t *testing.T) {
	for _, values := range []struct {
		enum protoreflect.EnumDescriptor
		name func(number int32) string
	}{
		{errpactv1.Role(0).Descriptor(), func(n int32) string { return catalogue.Role(n).String() }},
		{errpactv1.When(0).Descriptor(), func(n int32) string { return catalogue.When(n).String() }},
	} {
		n := values.enum.Values().Len()
		for i := range n {
			v := values.enum.Values().Get(i)
			if got := values.name(int32(v.Number())); got != string(v.Name()) {
				t.Errorf("%s %d: String() = %q, want %q", values.enum.Name(), v.Number(), got, v.Name())
			}
		}
		if got := values.name(-1) + values.name(int32(n)); got[:2] != "-1" {
			t.Errorf("%s out of range: String() = %q", values.enum.Name(), got)
		}
	}
}
