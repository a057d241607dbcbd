// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestSharedTexts: messages, templates and ids of requests.
func TestSharedTexts(t *testing.T) {
	type pair struct {
		Text string `json:"text"`
		Want string `json:"want"`
	}
	type template struct {
		Template string            `json:"template"`
		Metadata map[string]string `json:"metadata"`
		Want     string            `json:"want"`
	}
	var texts struct {
		Messages   []pair     `json:"messages"`
		RequestIDs []pair     `json:"requestIds"`
		Templates  []template `json:"templates"`
	}
	for _, text := range []string{
		"plain", "a\tb\nc\rd\x00e\x7ff", "\u0080\u009f\u00a0", "\u2028\u2029\u2027", "é€😀", strings.Repeat("x", 600), strings.Repeat("é", 300), strings.Repeat("€", 200), strings.Repeat("😀", 200),
		strings.Repeat("x", 511) + "é", strings.Repeat("x", 510) + "é", strings.Repeat("x", 510) + "\u2028y", "\ufeffbom", "\ufffd",
	} {
		texts.Messages = append(texts.Messages, pair{text, errpactv1err.NotExist.New(text).Message()})
	}
	for _, text := range []string{"a", "A-9._:/+=@", "a b", "a\n", "é", "\x00", "", strings.Repeat("a", 128), strings.Repeat("a", 129), "<a>", "a,b"} {
		e := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 2, RequestID: text})
		texts.RequestIDs = append(texts.RequestIDs, pair{text, e.RequestID()})
	}
	catalogue := polyglot(t)
	few := catalogue.Code(6003)
	for _, value := range []string{"3", "", "{left}", "$&$1", "a\nb", strings.Repeat("x", 600)} {
		texts.Templates = append(texts.Templates, template{"Only {left} left", map[string]string{"left": value}, few.WithMetadata("left", value).Message()})
	}
	texts.Templates = append(texts.Templates, template{"Only {left} left", map[string]string{"right": "3"}, few.WithMetadata("right", "3").Message()})
	compareShared(t, "texts.json", texts)
}

// TestSharedDescriptors: those of all details that TypeScript reads without them, for its tests alone.
func TestSharedDescriptors(t *testing.T) {
	set := new(descriptorpb.FileDescriptorSet)
	added := make(map[string]bool)
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if added[file.Path()] {
			return
		}
		added[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	add(errpactv1.File_errpact_v1_error_detail_proto)
	add(errdetails.File_google_rpc_error_details_proto)
	raw, err := (proto.MarshalOptions{Deterministic: true}).Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	compareFile(t, "details.binpb", raw)
}
