// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func TestZeroCodeIsUnknown(t *testing.T) {
	var zero mapping.Code
	if zero != errpactv1err.Unknown {
		t.Errorf("zero Code != Unknown")
	}
	if got := zero.Error(); got != "ERROR_CODE_UNKNOWN: Unknown server side error occurred" {
		t.Errorf("Error() = %q", got)
	}
	if zero.ConnectCode() != 2 || zero.HTTPStatus() != 500 || zero.Catalogue() != errpactv1err.Catalogue {
		t.Errorf("zero Code = %d, %d, %v", zero.ConnectCode(), zero.HTTPStatus(), zero.Catalogue().Name())
	}
}

func TestCatalogueIsInterned(t *testing.T) {
	again, err := mapping.NewCatalogue(errpactv1.ErrorCode(0).Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	if again != errpactv1err.Catalogue || again.Code(10) != errpactv1err.NotExist {
		t.Errorf("a second catalogue of one enum is another one")
	}
	file := protodesc.ToFileDescriptorProto(errpactv1.File_errpact_v1_error_code_proto)
	read, err := protodesc.NewFile(file, resolver{})
	if err != nil {
		t.Fatal(err)
	}
	third, err := mapping.NewCatalogue(read.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	if third != again {
		t.Errorf("a catalogue of a copy of the descriptor is another one")
	}
}

type resolver struct{}

func (resolver) FindFileByPath(path string) (protoreflect.FileDescriptor, error) {
	if path == "errpact/v1/options.proto" {
		return errpactv1.File_errpact_v1_options_proto, nil
	}
	return nil, fmt.Errorf("no %s", path)
}

func (resolver) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	return errpactv1.File_errpact_v1_options_proto.Messages().ByName(name.Name()), nil
}

func TestReasons(t *testing.T) {
	var names []string
	for _, code := range errpactv1err.ContainerUnpackingFailed.Reasons() {
		names = append(names, code.Reason())
	}
	want := []string{"INVALID_CONTAINER", "INVALID_SIGNATURE", "INVALID_HASH", "INVALID_SESSION_TOKEN"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("Reasons() (-want +got):\n%s", diff)
	}
	hash := errpactv1err.ContainerUnpackingFailed.WithReason("INVALID_HASH")
	if hash != errpactv1err.ContainerUnpackingFailedInvalidHash || hash.Message() != "Invalid hash" || hash.Number() != 14 {
		t.Errorf("WithReason = %v, %q", hash, hash.Message())
	}
	if code := errpactv1err.NotExist.WithReason("not one"); code != errpactv1err.NotExist {
		t.Errorf("WithReason(invalid) = %v", code)
	}
	made := errpactv1err.NotExist.WithReason("OF_MINE")
	if made.Reason() != "OF_MINE" || made.HTTPStatus() != 404 || !errors.Is(made, errpactv1err.NotExist) {
		t.Errorf("WithReason(undeclared) = %v %d", made, made.HTTPStatus())
	}
}

func TestIs(t *testing.T) {
	err := fmt.Errorf("upload: %w", errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", "a"))
	for target, want := range map[error]bool{
		errpactv1err.ContainerUnpackingFailed:                 true,
		errpactv1err.ContainerUnpackingFailedInvalidHash:      true,
		errpactv1err.ContainerUnpackingFailedInvalidSignature: false,
		errpactv1err.NotExist:                                 false,
	} {
		if got := errors.Is(err, target); got != want {
			t.Errorf("errors.Is(%v) = %v, want %v", target, got, want)
		}
	}
	if errors.Is(errpactv1err.ContainerUnpackingFailed.New(""), errpactv1err.ContainerUnpackingFailedInvalidHash) {
		t.Errorf("an error without a reason is one with a reason")
	}
	switch mapping.CodeOf(err) {
	case errpactv1err.ContainerUnpackingFailed:
	default:
		t.Errorf("CodeOf = %v", mapping.CodeOf(err))
	}
}

func TestUnknownNumbersSurvive(t *testing.T) {
	code := errpactv1err.Catalogue.Code(4711)
	if code.Number() != 4711 || code.Name() != "4711" || code.ConnectCode() != 2 || code.HTTPStatus() != 500 {
		t.Errorf("Code(4711) = %d %q %d %d", code.Number(), code.Name(), code.ConnectCode(), code.HTTPStatus())
	}
	if !errors.Is(code.New("x"), errpactv1err.Catalogue.Code(4711)) {
		t.Errorf("two handles of one unknown number do not match")
	}
}

func TestErrorsAreImmutable(t *testing.T) {
	base := errpactv1err.InvalidValue.WithMetadata("key", "1").WithField("a", "b")
	first := base.WithMetadata("other", "2").WithField("c", "d").WithRetryDelay(time.Second).WithPayload(1)
	second := base.WithMetadata("third", "3").WithField("e", "f")
	if diff := cmp.Diff(map[string]string{"key": "1"}, base.Metadata()); diff != "" {
		t.Errorf("base changed:\n%s", diff)
	}
	if diff := cmp.Diff([]mapping.Field{{Path: "a", Description: "b"}, {Path: "c", Description: "d"}}, first.Fields()); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]mapping.Field{{Path: "a", Description: "b"}, {Path: "e", Description: "f"}}, second.Fields()); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	first.Metadata()["key"] = "changed"
	if first.Metadata()["key"] != "1" {
		t.Errorf("Metadata() is not a copy")
	}
}

func TestErrorfKeepsErrorsPrivate(t *testing.T) {
	secret := errors.New("secret")
	for _, test := range []struct {
		err  *mapping.Error
		want string
	}{
		{errpactv1err.NotExist.Errorf("no folder %q: %w", "f", secret), `no folder "f": `},
		{errpactv1err.NotExist.Errorf("no folder %v %d", secret, 7), "no folder (error not shown) 7"},
		{errpactv1err.NotExist.Errorf("cannot: %v", secret), "cannot: (error not shown)"},
		{errpactv1err.NotExist.Errorf("cannot: %-40q!", secret), "cannot: (error not shown)!"},
		{errpactv1err.NotExist.Errorf("cannot: %d, %#v, %x", secret, secret, secret), "cannot: (error not shown), (error not shown), (error not shown)"},
		{errpactv1err.NotExist.Errorf("cannot: %v: %w", secret, secret), "cannot: (error not shown): "},
		{errpactv1err.NotExist.Errorf("cannot: %w%w", secret, secret), "cannot: "},
		{errpactv1err.NotExist.Errorf("cannot: %[1]v%[1]w", secret), "cannot: "},
		{errpactv1err.NotExist.Errorf("cannot: %v", []error{nil, secret}), "cannot: (error not shown)"},
		{errpactv1err.NotExist.Errorf("%v and %v", nil, secret), " and (error not shown)"},
		{errpactv1err.NotExist.Errorf("%s", fmt.Errorf("x: %w", secret)), "Resource does not exist"},
		{errpactv1err.NotExist.Errorf("%w", secret), "Resource does not exist"},
	} {
		if got := test.err.Message(); got != test.want {
			t.Errorf("Message() = %q, want %q", got, test.want)
		}
		if !errors.Is(test.err, secret) {
			t.Errorf("%v has no cause", test.err)
		}
		if text := fmt.Sprintf("%v %s %q", test.err, test.err, test.err); strings.Contains(text, "secret") {
			t.Errorf("printed %q", text)
		}
	}
}

func TestFormatEscapes(t *testing.T) {
	err := errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", "a\nb").
		Wrap(errors.New("line one\nlevel=ERROR forged\x1b[31m"))
	long := fmt.Sprintf("%+v", err)
	if strings.ContainsAny(long, "\n\x1b") {
		t.Errorf("%%+v = %q", long)
	}
	for _, part := range []string{"ERROR_CODE_CONTAINER_UNPACKING_FAILED: Invalid hash", "reason=INVALID_HASH", `line one\nlevel=ERROR`} {
		if !strings.Contains(long, part) {
			t.Errorf("%%+v = %q, without %q", long, part)
		}
	}
	if got := fmt.Sprintf("%v", err); got != "ERROR_CODE_CONTAINER_UNPACKING_FAILED: Invalid hash" {
		t.Errorf("%%v = %q", got)
	}
	if got := err.LogValue().String(); strings.Contains(got, "\n") || !strings.Contains(got, "INVALID_HASH") {
		t.Errorf("LogValue = %q", got)
	}
}

func TestDetailAndPayload(t *testing.T) {
	type payload struct{ Left int }
	quota := &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}}
	err := fmt.Errorf("wrapped: %w", errpactv1err.DatabaseTemporarilyUnavailable.
		WithMetadata("key", "v").WithPayload(payload{3}).WithDetail(quota, nil, (*errdetails.Help)(nil)))
	quota.Violations[0].Subject = "changed"
	if got, ok := mapping.Payload[payload](err); !ok || got.Left != 3 {
		t.Errorf("Payload = %v, %v", got, ok)
	}
	if got, ok := mapping.Detail[*errdetails.QuotaFailure](err); !ok || got.GetViolations()[0].GetSubject() != "s" {
		t.Errorf("Detail[QuotaFailure] = %v, %v", got, ok)
	}
	if got, ok := mapping.Detail[*errdetails.RetryInfo](err); !ok || got.GetRetryDelay().AsDuration() != time.Second {
		t.Errorf("Detail[RetryInfo] = %v, %v", got, ok)
	}
	info, ok := mapping.Detail[*errdetails.ErrorInfo](err)
	if !ok || info.GetReason() != "TEMPORARILY_UNAVAILABLE" || info.GetDomain() != "errpact.dev" || info.GetMetadata()["key"] != "v" {
		t.Errorf("Detail[ErrorInfo] = %v, %v", info, ok)
	}
	detail, ok := mapping.Detail[*errpactv1.ErrorDetail](err)
	if !ok || detail.GetCode() != errpactv1.ErrorCode_ERROR_CODE_DATABASE || detail.Number != nil || detail.GetDetailsJson() != `{"Left":3}` {
		t.Errorf("Detail[ErrorDetail] = %v, %v", detail, ok)
	}
	if _, ok := mapping.Detail[*errdetails.Help](err); ok {
		t.Errorf("a nil Help was sent")
	}
	if found, _ := mapping.From(err); len(found.Details()) != 1 {
		t.Errorf("Details() = %v", found.Details())
	}
}

func TestEnvelope(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`},
		{errors.New("secret"), `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`},
		{errpactv1err.NotExist, `{"error_code":10,"error_message":"Resource does not exist","details":null}`},
		{errpactv1err.NotExist.New(`<b> "x" \`), `{"error_code":10,"error_message":"\u003cb\u003e \"x\" \\","details":null}`},
		{errpactv1err.NotExist.WithPayload([]int{1, 2}), `{"error_code":10,"error_message":"Resource does not exist","details":[1,2]}`},
		{
			errpactv1err.DatabaseTemporarilyUnavailable.WithMetadata("b", "2").WithMetadata("a", "1").WithField("x", "y"),
			`{"error_code":12,"error_message":"Database is temporarily unavailable","details":{"reason":"TEMPORARILY_UNAVAILABLE",` +
				`"metadata":{"a":"1","b":"2"},"field_violations":[{"field":"x","description":"y"}],"retry_delay":"1s"}}`,
		},
	} {
		if got := string(mapping.EnvelopeOf(test.err).AppendJSON(nil)); got != test.want {
			t.Errorf("envelope of %v = %s, want %s", test.err, got, test.want)
		}
	}
}

func TestNothingNilPanics(t *testing.T) {
	var e *mapping.Error
	e = e.WithMetadata("k", "v").WithField("", "").WithPayload(nil).WithDetail(nil).WithRetryDelay(-1).WithLog().Wrap(nil)
	if e.Code() != errpactv1err.Unknown {
		t.Errorf("nil error = %v", e)
	}
	e = nil
	_ = fmt.Sprintf("%v %+v %q %d", e, e, e, e)
	_, _, _, _, _ = e.Metadata(), e.Fields(), e.Details(), e.RequestID(), e.LogValue()
	_, _, _ = e.Relay(), e.Unwrap(), e.LogValue()
	if e.Remote() || e.Inferred() || !errors.Is(e, errpactv1err.Unknown) {
		t.Errorf("nil error is odd")
	}
	var c *mapping.Catalogue
	if c.Code(10) != errpactv1err.NotExist || len(c.Codes()) != 15 || c.Domain() != "errpact.dev" {
		t.Errorf("nil catalogue is not the built-in one")
	}
	if new(mapping.Catalogue).Name() != "errpact.v1.ErrorCode" || mapping.LazyCatalogue(nil).Code(3) != errpactv1err.InvalidStructure {
		t.Errorf("zero catalogue is not the built-in one")
	}
	for _, p := range []*mapping.Policy{nil, {}} {
		answer := p.Translate(&mapping.Call{}, nil)
		if answer.Error().Code() != errpactv1err.Unknown {
			t.Errorf("Translate(nil) = %v", answer.Error())
		}
	}
	if code := mapping.CodeOf((*mapping.Error)(nil)); code != errpactv1err.Unknown {
		t.Errorf("CodeOf(typed nil) = %v", code)
	}
}
