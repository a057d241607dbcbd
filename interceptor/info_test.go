// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
)

// answered is what a Connect client gets of an error, and what an interceptor around errpact's sees.
func answered(t *testing.T, err error) (body string, seen *connect.Error) {
	t.Helper()
	outer := connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			res, err := next(ctx, req)
			seen, _ = err.(*connect.Error)
			return res, err
		}
	})
	h := connect.NewUnaryHandler("/a.B/C", func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
		return nil, err
	}, connect.WithInterceptors(outer, interceptor.New()))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/a.B/C", strings.NewReader(""))
	r.Header.Set("Content-Type", "application/proto")
	r.Header.Set("X-Request-Id", "r-1")
	h.ServeHTTP(w, r)
	if seen == nil {
		t.Fatalf("no error of Connect's: %s", w.Body)
	}
	return w.Body.String(), seen
}

// TestG11MetadataIsSentAsAnyDetail: an answer of Connect's own protocol has the bytes, and the JSON beside
// them, that it has of a detail that Connect decodes; and so has whoever asks the detail.
func TestG11MetadataIsSentAsAnyDetail(t *testing.T) {
	e := errpactv1err.NotExist.WithMetadata("folderId", "f-17")
	for name, err := range map[string]error{
		"one":           e,
		"two":           e.WithMetadata("ownerId", "u-4711"),
		"four":          e.WithMetadata("a", "").WithMetadata("z", `"<ä\u2028>`).WithMetadata("b", "\xff"),
		"with a reason": errpactv1err.NotExist.WithReason("GONE").WithMetadata("k", "v"),
		"and more":      e.WithField("name", "is empty").WithPayload([]int{1}),
	} {
		body, seen := answered(t, err)
		if want := plainly(t, err); body != want {
			t.Errorf("%s: sent %s, want %s", name, body, want)
		}
		checkInfo(t, name, seen)
	}
}

// checkInfo asks a detail as anybody does who meets it.
func checkInfo(t *testing.T, name string, err *connect.Error) {
	t.Helper()
	for _, detail := range err.Details() {
		if detail.Type() != "google.rpc.ErrorInfo" {
			continue
		}
		want := new(errdetails.ErrorInfo)
		if err := proto.Unmarshal(detail.Bytes(), want); err != nil || len(want.GetMetadata()) == 0 {
			t.Errorf("%s: it has %v, %v", name, want, err)
		}
		value, wrong := detail.Value()
		got, ok := value.(*errdetails.ErrorInfo)
		if !ok || !proto.Equal(got, want) {
			t.Errorf("%s: its value is %T %v, %v, want %v", name, value, value, wrong, want)
			continue
		}
		got.Metadata["changed"] = "by the one who asked"
		if again, _ := detail.Value(); !proto.Equal(again, want) {
			t.Errorf("%s: who changed the value changed the detail: %v", name, again)
		}
		return
	}
	t.Errorf("%s: no ErrorInfo", name)
}

// TestG8G11InfoOfAnyBytes: a handler's own ErrorInfo goes out as it is, whatever its bytes.
func TestG8G11InfoOfAnyBytes(t *testing.T) {
	info := &errdetails.ErrorInfo{Reason: "R", Domain: "d.example", Metadata: map[string]string{"key": "value"}}
	whole, err := proto.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	key, value := "\x0a\x01k", "\x12\x01v"
	values := [][]byte{nil, {0}, {0x1a, 0}, bytes.Repeat(whole, 3), append([]byte{0x20, 1}, whole...), {0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}}
	for _, entry := range []string{key, value, value + key, key + key, value + value, key + value + "\x07", key + value + "\x18\x01", key + "\x1a\x01v"} {
		values = append(values, append([]byte{0x1a, byte(len(entry))}, entry...))
	}
	for i := range whole {
		values = append(values, whole[:i])
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		changed := bytes.Clone(whole)
		changed[random.IntN(len(changed))] = byte(random.Uint32())
		values = append(values, changed)
	}
	for _, value := range values {
		err := connect.NewError(connect.CodeNotFound, nil)
		detail, wrong := connect.NewErrorDetail(&anypb.Any{TypeUrl: "type.googleapis.com/google.rpc.ErrorInfo", Value: value})
		if wrong != nil {
			t.Fatal(wrong)
		}
		err.AddDetail(detail)
		if body, _ := answered(t, err); body != plainly(t, err) {
			t.Errorf("%x: sent %s, want %s", value, body, plainly(t, err))
		}
	}
}
