// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/mapping/catalogue"
)

// named is an enum with entries of the given values, "NAME" or "NAME=reason by hand".
func named(enum string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `name: %q options { [errpact.v1.catalogue] { domain: "acme.example" } } value { name: "%[1]s_0_UNSPECIFIED" number: 0 }`, enum)
	for i, value := range values {
		name, reason, byHand := strings.Cut(value, "=")
		option := fmt.Sprintf(`connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Message %d" description: "D" `, i)
		if byHand {
			option += fmt.Sprintf("reason: %q ", reason)
		}
		fmt.Fprintf(&b, ` value { name: %q number: %d options { [errpact.v1.entry] { %s } } }`, name, i+1, option)
	}
	return b.String()
}

// shortNames reads the entries' names, by value.
func shortNames(t *testing.T, enum string) map[string]string {
	t.Helper()
	file := shopFile(t, enum)
	file.Syntax = proto.String("proto2") // proto3 refuses SHOP_ERROR_LOST beside LOST by itself
	c, err := catalogue.Read(link(t, file, protoregistry.GlobalFiles))
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]string)
	for _, e := range c.Entries {
		names[e.Name] = e.ShortName
	}
	return names
}

var long = strings.Repeat("X", 63)

var shortNameCases = []struct{ enum, value, want string }{
	{"ErrorCode", "ERROR_CODE_NOT_EXIST", "NOT_EXIST"},
	{"ErrorCode", "ERROR_CODE_LOCKED_2", "LOCKED_2"},
	{"ErrorCode", "NOT_EXIST", "NOT_EXIST"},
	{"LoginError", "LOGIN_ERROR_2FA_REQUIRED", "LOGIN_ERROR_2FA_REQUIRED"},
	{"LoginError", "TOKEN_LOST", "TOKEN_LOST"},
	{"ErrorCode", "ERROR_CODE_404", "ERROR_CODE_404"},
	{"ErrorCode", "ERROR_CODE_H2", "ERROR_CODE_H2"},
	{"ErrorCode", "ERROR_CODE_H2C", "H2C"},
	{"ErrorCode", "ERROR_CODE_A", "ERROR_CODE_A"},
	{"ErrorCode", "ERROR_CODE_", "ERROR_CODE_"},
	{"ErrorCode", "ERROR_CODE", "ERROR_CODE"},
	{"ErrorCode", "ERROR_CODES", "ERROR_CODES"},
	{"ErrorCode", "ERROR_CODES_LOST", "ERROR_CODES_LOST"},
	{"ErrorCode", "ERROR_CODE_LOST_", "ERROR_CODE_LOST_"},
	{"ErrorCode", "ERROR_CODE__LOST", "ERROR_CODE__LOST"},
	{"ErrorCode", "ERROR__CODE_LOST", "ERROR__CODE_LOST"},
	{"ErrorCode", "_ERROR_CODE_LOST", "_ERROR_CODE_LOST"},
	{"ErrorCode", "error_code_lost", "error_code_lost"},
	{"ErrorCode", "error_code_LOST", "error_code_LOST"},
	{"ErrorCode", "ERROR_CODE_Lost", "ERROR_CODE_Lost"},
	{"ErrorCode", "ERRORCODE_LOST", "LOST"},
	{"ErrorCode", "ERROR_CODE_" + long, long},
	{"ErrorCode", "ERROR_CODE_" + long + "X", "ERROR_CODE_" + long + "X"},
	{"Error", "ERR", "ERR"},
	{"Error", "ERROR_CODE_LOST", "CODE_LOST"},
	{"HTTPError", "HTTP_ERROR_LOST", "LOST"},
	{"HTTPError", "H_T_T_P_ERROR_LOST", "LOST"},
	{"OAuth2Error", "O_AUTH2_ERROR_LOST", "LOST"},
	{"OAuth2Error", "OAUTH_2_ERROR_LOST", "LOST"},
	{"Error2", "ERROR_2_LOST", "LOST"},
	{"Error", "ERROR_2LOST", "ERROR_2LOST"},
	{"V2Error", "V2_ERROR_LOST", "LOST"},
	{"Shop_Error", "SHOP_ERROR_LOST", "LOST"},
	{"_", "_LOST", "_LOST"},
	{"ErrorCode", "ERROR_CODE_2FA=SECOND_FACTOR", "SECOND_FACTOR"},
	{"ErrorCode", "ERROR_CODE_LOST=ERROR_CODE_LOST", "ERROR_CODE_LOST"},
}

// TestShortName: a name is made of the value, its enum and its annotation.
func TestShortName(t *testing.T) {
	for _, test := range shortNameCases {
		value, _, _ := strings.Cut(test.value, "=")
		if got := shortNames(t, named(test.enum, test.value))[value]; got != test.want {
			t.Errorf("%s in %s: ShortName = %q, want %q", test.value, test.enum, got, test.want)
		}
	}
}

// TestShortNameIsTheEntrysAlone: whatever stands beside an entry, its name stays.
func TestShortNameIsTheEntrysAlone(t *testing.T) {
	neighbours := []string{
		"LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "LOGIN_ERROR_A", "LOGIN_ERROR_", "LOGIN_ERROR", "login_error_lost", "_9", "LOCKED",
		"LOGIN_ERROR_LOCKED_", "LOGINERROR_LOCKED", "LOGIN_ERROR_" + long + "X", "LOGIN_ERROR_OTHER=LOCKED", "X=LOGIN_ERROR_LOCKED",
	}
	want := map[string]string{"LOGIN_ERROR_LOCKED": "LOCKED", "LOGIN_ERROR_404": "LOGIN_ERROR_404"}
	for _, neighbour := range neighbours {
		for _, values := range [][]string{
			{neighbour, "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404"}, {"LOGIN_ERROR_LOCKED", "LOGIN_ERROR_404", neighbour},
		} {
			names := shortNames(t, named("LoginError", values...))
			delete(names, strings.Split(neighbour, "=")[0])
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("beside %s (-want +got):\n%s", neighbour, diff)
			}
		}
	}
}
