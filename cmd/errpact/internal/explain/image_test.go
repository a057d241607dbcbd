// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// enum is a catalogue in its proto's text form: shop.v1.Error has entries ERROR_NO_STOCK and so on, with the numbers
// from first on.
func enum(service, domain string, first int, entries ...string) string {
	text := fmt.Sprintf(`name: "%s.proto" package: "%s.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
		enum_type { name: "Error" options { [errpact.v1.catalogue] { domain: %q } } value { name: "ERROR_UNSPECIFIED" number: 0 }`, service, service, domain)
	for i, entry := range entries {
		text += fmt.Sprintf(` value { name: "ERROR_%s" number: %d options { [errpact.v1.entry] { connect_code: CONNECT_CODE_FAILED_PRECONDITION
			http_status: 409 message: "%s: %s" description: "Of %s." reasons { name: "%s_LATE" message: "Late" http_status: 410 } } } }`,
			entry, first+i, service, strings.ToLower(entry), service, entry)
	}
	return text + " }"
}

// image returns an Explainer for the catalogues of such files.
func image(t *testing.T, files ...string) *explain.Explainer {
	t.Helper()
	var enums []protoreflect.EnumDescriptor
	var all []protoreflect.FileDescriptor
	for _, text := range files {
		file := new(descriptorpb.FileDescriptorProto)
		if err := prototext.Unmarshal([]byte(text), file); err != nil {
			t.Fatal(err)
		}
		described, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
		if err != nil {
			t.Fatal(err)
		}
		enums, all = append(enums, described.Enums().Get(0)), append(all, described)
	}
	x, err := explain.New(enums, all)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// connectJSON is an answer with a detail.
func connectJSON(t *testing.T, detail proto.Message) string {
	t.Helper()
	raw, err := proto.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"code":"failed_precondition","message":"no","details":[{"type":%q,"value":%q}]}`,
		detail.ProtoReflect().Descriptor().FullName(), base64.RawStdEncoding.EncodeToString(raw))
}

func named(catalogue string, number int32, reason string) *errpactv1.ErrorDetail {
	return &errpactv1.ErrorDetail{Catalogue: catalogue, Number: &number, Reason: reason}
}

func info(domain, reason string) *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Domain: domain, Reason: reason, Metadata: map[string]string{"sku": "s-1"}}
}

// TestExplainsByAnImageOfManyServices: each counts from where it likes, and services of one product share a domain. An
// error that names its catalogue is explained by that one. One that does not may be of any of them.
func TestExplainsByAnImageOfManyServices(t *testing.T) {
	x := image(t,
		enum("shop", "acme.example", 1, "NO_STOCK", "NO_CARD"), // 1 and 2 are the built-in catalogue's, too
		enum("bank", "acme.example", 1, "NO_CASH", "NO_CARD"),
		enum("post", "post.example", 3001, "NO_STOCK"),
		enum("mail", "mail.example", 3001, "NO_PAPER"),
	)
	for name, test := range map[string]struct {
		input, want string // the catalogue, the entry, the reason, and the status
		also        []string
		inferred    bool
	}{
		"the first of a number":  {input: connectJSON(t, named("shop.v1.Error", 1, "")), want: "shop.v1.Error ERROR_NO_STOCK  409"},
		"the second of a number": {input: connectJSON(t, named("bank.v1.Error", 1, "")), want: "bank.v1.Error ERROR_NO_CASH  409"},
		"the built-in one of a number": {
			input: connectJSON(t, &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode_ERROR_CODE_NOT_REALIZED.Enum()}),
			want:  "errpact.v1.ErrorCode ERROR_CODE_NOT_REALIZED  400",
		},
		"a reason of the second":         {input: connectJSON(t, named("bank.v1.Error", 1, "NO_CASH_LATE")), want: "bank.v1.Error ERROR_NO_CASH NO_CASH_LATE 410"},
		"a number that neither has":      {input: connectJSON(t, named("bank.v1.Error", 7, "")), want: "bank.v1.Error 7  400"},
		"a catalogue that is not there":  {input: connectJSON(t, named("else.v1.Error", 1, "")), want: "else.v1.Error 1  400"},
		"a reason of the shared domain":  {input: connectJSON(t, info("acme.example", "NO_CASH")), want: "bank.v1.Error ERROR_NO_CASH  409"},
		"a finer one of it":              {input: connectJSON(t, info("acme.example", "NO_CASH_LATE")), want: "bank.v1.Error ERROR_NO_CASH NO_CASH_LATE 410"},
		"the full name in it":            {input: connectJSON(t, info("acme.example", "ERROR_NO_STOCK")), want: "shop.v1.Error ERROR_NO_STOCK  409"},
		"a reason that both of it have":  {input: connectJSON(t, info("acme.example", "NO_CARD")), want: "shop.v1.Error ERROR_NO_CARD  409", also: []string{"bank.v1.Error ERROR_NO_CARD"}},
		"the same reason elsewhere":      {input: connectJSON(t, info("post.example", "NO_STOCK")), want: "post.v1.Error ERROR_NO_STOCK  409"},
		"a reason of no service":         {input: connectJSON(t, info("acme.example", "NO_SUCH")), want: "errpact.v1.ErrorCode ERROR_CODE_INVALID_VALUE  400", inferred: true},
		"a reason of an unknown domain":  {input: connectJSON(t, info("else.example", "NO_CASH")), want: "errpact.v1.ErrorCode ERROR_CODE_INVALID_VALUE  400", inferred: true},
		"an envelope of the built-in":    {input: `{"error_code":10,"error_message":"no","details":null}`, want: "errpact.v1.ErrorCode ERROR_CODE_NOT_EXIST  404"},
		"an envelope of three":           {input: `{"error_code":1,"error_message":"no","details":null}`, want: "errpact.v1.ErrorCode ERROR_CODE_NOT_ALLOWED  405", also: []string{"shop.v1.Error ERROR_NO_STOCK", "bank.v1.Error ERROR_NO_CASH"}},
		"an envelope of two":             {input: `{"error_code":3001,"error_message":"no","details":{"reason":"NO_STOCK_LATE"}}`, want: "post.v1.Error ERROR_NO_STOCK NO_STOCK_LATE 410", also: []string{"mail.v1.Error ERROR_NO_PAPER"}},
		"an envelope with a status":      {input: "HTTP/2 422\n\n" + `{"error_code":3001,"error_message":"no","details":null}`, want: "post.v1.Error ERROR_NO_STOCK  422", also: []string{"mail.v1.Error ERROR_NO_PAPER"}},
		"an envelope of none":            {input: `{"error_code":4711,"error_message":"no","details":null}`, want: "errpact.v1.ErrorCode 4711  500"},
		"a name that one has":            {input: "buy: ERROR_NO_CASH: no", want: "bank.v1.Error ERROR_NO_CASH  409"},
		"a name that two have":           {input: "buy: ERROR_NO_STOCK: no", want: "shop.v1.Error ERROR_NO_STOCK  409", also: []string{"post.v1.Error ERROR_NO_STOCK"}},
		"a name and its catalogue":       {input: "buy: ERROR_NO_STOCK: no catalogue=post.v1.Error", want: "post.v1.Error ERROR_NO_STOCK  409"},
		"a line of the log":              {input: `level=ERROR msg="errpact: error answered" code=ERROR_NO_CARD number=2 catalogue=bank.v1.Error connect_code=failed_precondition http_status=409 message=no`, want: "bank.v1.Error ERROR_NO_CARD  409"},
		"a line of an unknown catalogue": {input: `level=ERROR msg="errpact: error answered" code=ELSE_CLOSED reason=LATE number=5 catalogue=else.v1.Error connect_code=not_found http_status=404 message=no`, want: "else.v1.Error ELSE_CLOSED LATE 404"},
		"the same as JSON":               {input: `{"msg":"errpact: error answered","code":"ELSE_CLOSED","number":5,"catalogue":"else.v1.Error","connect_code":"not_found","http_status":404,"message":"no"}`, want: "else.v1.Error ELSE_CLOSED  404"},
		"a library's text":               {input: "buy: failed_precondition: no", want: "errpact.v1.ErrorCode ERROR_CODE_INVALID_VALUE  400", inferred: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := x.Explain([]byte(test.input))
			if err != nil {
				t.Fatal(err)
			}
			if found := fmt.Sprintf("%s %s %s %d", got.Catalogue, got.Name, got.Reason, got.HTTPStatus); found != test.want || got.Inferred != test.inferred {
				t.Errorf("explained as %q, inferred %v, want %q, %v", found, got.Inferred, test.want, test.inferred)
			}
			if diff := cmp.Diff(test.also, got.Also); diff != "" {
				t.Errorf("it may be as well (-want +got):\n%s", diff)
			}
			if known := !strings.Contains(test.want, "else.v1") && !strings.Contains(test.want, "4711") && !strings.Contains(test.want, " 7 "); got.Known != known ||
				known != (got.Description != "") || strings.Contains(test.input, "ErrorInfo") && got.Metadata["sku"] != "s-1" {
				t.Errorf("known %v, want %v: %+v", got.Known, known, got)
			}
			if got.Message != "no" {
				t.Errorf("message = %q", got.Message)
			}
		})
	}
}

// TestExplainersDoNotMeet: two images with the same names have what each of them says.
func TestExplainersDoNotMeet(t *testing.T) {
	before := image(t, enum("shop", "acme.example", 1, "NO_STOCK"), enum("bank", "acme.example", 1, "NO_CASH"))
	after := image(t, enum("shop", "acme.example", 1, "NO_STOCK"), enum("bank", "acme.example", 1, "NO_GOLD"))
	for want, x := range map[string]*explain.Explainer{"ERROR_NO_CASH": before, "ERROR_NO_GOLD": after} {
		got, err := x.Explain([]byte(connectJSON(t, named("bank.v1.Error", 1, ""))))
		if err != nil || got.Name != want {
			t.Errorf("explained as %+v, %v, want %s", got, err, want)
		}
	}
}
