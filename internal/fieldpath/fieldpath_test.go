// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fieldpath_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/internal/fieldpath"
)

func TestJSON(t *testing.T) {
	for path, want := range map[string]string{
		"":                              "",
		"name":                          "name",
		"display_name":                  "displayName",
		"displayName":                   "displayName",
		"owner.display_name":            "owner.displayName",
		"my_items[2].net_price":         "myItems[2].netPrice",
		`my_labels["a_b.c_d"].net_size`: `myLabels["a_b.c_d"].netSize`,
		`my_labels["a]\"_b"].x_y`:       `myLabels["a]\"_b"].xY`,
		"my_items[2][3].a_b":            "myItems[2][3].aB",
		"[acme.v1.my_ext].a_b":          "[acme.v1.my_ext].aB",
		"a_.b__c.d_1":                   "a.bC.d1",
		"_hidden":                       "Hidden",
		// Not paths: they stay.
		"X-Folder_Id":      "X-Folder_Id",
		"the total_price":  "the total_price",
		"a_b[":             "a_b[",
		`a_b["x]`:          `a_b["x]`,
		"a_b..c_d":         "a_b..c_d",
		"a_b.":             "a_b.",
		"1_a":              "1_a",
		"a_b[1]c_d":        "a_b[1]c_d",
		"größe_cm":         "größe_cm",
		"filter[max_size]": "filter[max_size]",
	} {
		if got := fieldpath.JSON(path); got != want {
			t.Errorf("JSON(%q) = %q, want %q", path, got, want)
		}
	}
}

// TestNamesOfAMessage are those that its descriptor gives, both ways.
func TestNamesOfAMessage(t *testing.T) {
	order := messageOf(t)
	for path, json := range map[string]string{
		"quota_id":               "quota", // by json_name
		"lines[0].unit_price":    "lines[0].unitPrice",
		`by_name["a_b"].quota`:   `byName["a_b"].quota`,
		"parent.parent.quota_id": "parent.parent.quota",
		"parent.nope.quota_id":   "parent.nope.quotaId",
	} {
		if got := fieldpath.JSONIn(order, path); got != json {
			t.Errorf("JSONIn(%q) = %q, want %q", path, got, json)
		}
		back := strings.ReplaceAll(path, "nope.quota_id", "nope.quotaId")
		if got := fieldpath.Proto(order, json); got != strings.ReplaceAll(back, `"].quota`, `"].quota_id`) {
			t.Errorf("Proto(%q) = %q", json, got)
		}
	}
	if got := fieldpath.Proto(nil, "quotaId"); got != "quotaId" {
		t.Errorf("Proto of no message = %q", got)
	}
}

// messageOf is a message whose field quota_id has the JSON name "quota".
func messageOf(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	field := func(number int32, name, of string, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Label: &label, Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()}
		if of != "" {
			f.Type, f.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), &of
		}
		return f
	}
	const one, many = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	quota := field(1, "quota_id", "", one)
	quota.JsonName = proto.String("quota")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("order.proto"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			{
				Name: proto.String("Order"), Field: []*descriptorpb.FieldDescriptorProto{
					quota, field(2, "lines", ".Line", many), field(3, "by_name", ".Order.ByNameEntry", many), field(4, "parent", ".Order", one),
				},
				NestedType: []*descriptorpb.DescriptorProto{{
					Name: proto.String("ByNameEntry"), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)},
					Field: []*descriptorpb.FieldDescriptorProto{field(1, "key", "", one), field(2, "value", ".Order", one)},
				}},
			},
			{Name: proto.String("Line"), Field: []*descriptorpb.FieldDescriptorProto{field(1, "unit_price", "", one)}},
		},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().ByName("Order")
}

// TestG5NamesOfCallersAreBounded, whatever they are made of.
func TestG5NamesOfCallersAreBounded(t *testing.T) {
	for name, want := range map[string]string{
		"name":                             "name",
		"a\nb\x00c\u202ed":                 "a\ufffdb\ufffdc\ufffdd",
		"\xff":                             "\ufffd",
		strings.Repeat("n", 100):           strings.Repeat("n", 64),
		strings.Repeat("n", 63) + "\u00e9": strings.Repeat("n", 63),
		strings.Repeat("n", 62) + "\u00e9": strings.Repeat("n", 62) + "\u00e9",
		strings.Repeat("\U0001F600", 20):   strings.Repeat("\U0001F600", 16),
		strings.Repeat("\x01", 100):        strings.Repeat("\ufffd", 21),
	} {
		got := fieldpath.Clean(name)
		if got != want || len(got) > fieldpath.MaxName || !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q, want %q", name, got, want)
		}
	}
	path := ""
	for range 100 {
		path = fieldpath.Join(path, strings.Repeat("n", 60))
	}
	if len(path) > fieldpath.MaxPath+1 || len(path) < 200 {
		t.Errorf("a path of %d bytes", len(path))
	}
}

// FuzzJSON: a path of JSON names is that of itself.
func FuzzJSON(f *testing.F) {
	for _, path := range []string{"a_b.c_d", `m["a_b"].c`, "[x.y_z].a", "a_b[", "X-Y_z"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		once := fieldpath.JSON(path)
		if again := fieldpath.JSON(once); again != once && strings.Trim(once, "_") == once {
			t.Errorf("JSON(%q) = %q, then %q", path, once, again)
		}
	})
}

func TestMissing(t *testing.T) {
	order := messageOf(t)
	for path, want := range map[string]string{
		"quota_id": "", "quota": "", "lines[0].unitPrice": "", `by_name["a_b"].quota`: "", "parent.parent.quota_id": "",
		"qouta_id": "qouta_id", "lines[0].prize": "prize", "parent.nope.quota_id": "nope",
		"Idempotency-Key": "", "Authorization": "", "x-folder": "", "[acme.v1.my_ext].a_b": "", "": "",
	} {
		if got, in := fieldpath.Missing(order, path); got != want || (in == nil) != (want == "") {
			t.Errorf("Missing(%q) = %q, want %q", path, got, want)
		}
		if got, in := fieldpath.Missing(nil, path); got != "" || in != nil {
			t.Errorf("Missing(nil, %q) = %q", path, got)
		}
	}
}
