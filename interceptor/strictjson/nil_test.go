// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/internal/testkit/exported"
)

type (
	codec   = strictjson.Codec[proto.Message]
	encoder = func(codec, proto.Message) ([]byte, error)
	decoder = func(codec, []byte, proto.Message) error
)

// TestG7NothingNilPanics has a row for every exported function.
func TestG7NothingNilPanics(t *testing.T) {
	rows := map[string]func(*testing.T){
		"Codec.IsBinary": func(t *testing.T) {
			if (strictjson.Codec[any]{}).IsBinary() {
				t.Error("JSON is binary")
			}
		},
		"Codec.Marshal":             checkNilJSON(codec.Marshal),
		"Codec.MarshalAppend":       checkNilJSON(appending(codec.MarshalAppend)),
		"Codec.MarshalAppendField":  checkNilJSON(appendingField),
		"Codec.MarshalAppendStable": checkNilJSON(appending(codec.MarshalAppendStable)),
		"Codec.MarshalStable":       checkNilJSON(codec.MarshalStable),
		"Codec.MarshalWrite":        checkNilJSON(writing),
		"Codec.Name": func(t *testing.T) {
			if name := (strictjson.Codec[any]{}).Name(); name != "json" {
				t.Errorf("name = %q", name)
			}
		},
		"Codec.Unmarshal":      checkNilDecoding(codec.Unmarshal),
		"Codec.UnmarshalField": checkNilDecoding(decodeField),
		"Codec.UnmarshalRead":  checkNilDecoding(decodeRead),
		"Option":               checkNilBody,
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, row)
	}
}

// appending gives a method nothing to append to.
func appending(f func(codec, []byte, proto.Message) ([]byte, error)) encoder {
	return func(c codec, m proto.Message) ([]byte, error) { return f(c, nil, m) }
}

// nilFields are no field at all, and fields of each form.
func nilFields() []protoreflect.FieldDescriptor {
	fields := []protoreflect.FieldDescriptor{nil}
	all := (*errpactv1.Entry)(nil).ProtoReflect().Descriptor().Fields()
	for i := range all.Len() {
		fields = append(fields, all.Get(i))
	}
	return fields
}

func appendingField(c codec, m proto.Message) (b []byte, err error) {
	for _, field := range nilFields() {
		if b, err = c.MarshalAppendField(nil, m, field); (m == nil || field == nil) && err == nil {
			return b, nil
		}
	}
	return b, err
}

func decodeField(c codec, data []byte, m proto.Message) (err error) {
	for _, field := range nilFields() {
		if err = c.UnmarshalField(data, m, field); err == nil {
			return nil
		}
	}
	return err
}

func writing(c codec, m proto.Message) ([]byte, error) {
	var b bytes.Buffer
	err := c.MarshalWrite(context.Background(), &b, m)
	return b.Bytes(), err
}

func decodeRead(c codec, data []byte, m proto.Message) error {
	return c.UnmarshalRead(context.Background(), bytes.NewReader(data), m)
}

// checkNilJSON: no message is an error; a nil one may be an empty object.
func checkNilJSON(encode encoder) func(*testing.T) {
	return func(t *testing.T) {
		if b, err := encode(codec{}, nil); err == nil {
			t.Errorf("no message is %s", b)
		}
		for _, m := range []proto.Message{(*errpactv1.Entry)(nil), &errpactv1.Entry{}, &errpactv1.Entry{Reasons: []*errpactv1.Reason{nil}}} {
			_, _ = encode(codec{}, m)
		}
	}
}

// checkNilDecoding: there is nothing to decode into.
func checkNilDecoding(decode decoder) func(*testing.T) {
	return func(t *testing.T) {
		for _, data := range [][]byte{nil, {}, []byte("{}"), []byte("null"), []byte(`{"nope":1}`)} {
			for _, m := range []proto.Message{nil, (*errpactv1.Entry)(nil), (*structpb.Struct)(nil)} {
				if err := decode(codec{}, data, m); err == nil {
					t.Errorf("%q is decoded into %T", data, m)
				}
			}
		}
	}
}

// checkNilBody: a request of nothing is refused, and the handler does not run.
func checkNilBody(t *testing.T) {
	h := connect.NewUnaryHandlerSimple("/a.v1.A/B", func(context.Context, *errpactv1.Entry) (*errpactv1.Entry, error) {
		t.Error("the handler ran")
		return nil, nil
	}, strictjson.Option())
	for _, body := range []io.Reader{nil, http.NoBody, strings.NewReader("null")} {
		r := httptest.NewRequest(http.MethodPost, "/a.v1.A/B", body)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
			t.Errorf("answer = %d %s", w.Code, w.Body)
		}
	}
}
