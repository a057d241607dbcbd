// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/errpact/errpact/cmd/protoc-gen-errpact-go/internal/generate"
	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

var update = flag.Bool("update", false, "write the golden files anew")

var testdata = os.DirFS("testdata")

// request has the options' file and its imports, and generates the given files.
func request(files ...*descriptorpb.FileDescriptorProto) *pluginpb.CodeGeneratorRequest {
	r := &pluginpb.CodeGeneratorRequest{Parameter: proto.String("paths=source_relative")}
	options := errpactv1.File_errpact_v1_options_proto
	for i := range options.Imports().Len() {
		r.ProtoFile = append(r.ProtoFile, protodesc.ToFileDescriptorProto(options.Imports().Get(i).FileDescriptor))
	}
	r.ProtoFile = append(r.ProtoFile, protodesc.ToFileDescriptorProto(options))
	r.ProtoFile = append(r.ProtoFile, files...)
	for _, f := range files {
		r.FileToGenerate = append(r.FileToGenerate, f.GetName())
	}
	return r
}

// TestPackageSuffix is the plugin's own option.
func TestPackageSuffix(t *testing.T) {
	for given, want := range map[string]string{
		"":      "acme/shop/v1/shopv1err/errors.errpact.go",
		"codes": "acme/shop/v1/shopv1codes/errors.errpact.go",
		"Err":   "", "e-r": "", "/../x": "",
	} {
		plugin, err := protogen.Options{}.New(request(readFile(t, "shop.txtpb")))
		if err != nil {
			t.Fatal(err)
		}
		err = generate.Options{PackageSuffix: given}.Generate(plugin)
		files := plugin.Response().GetFile()
		if want == "" {
			if err == nil || len(files) > 0 {
				t.Errorf("%q: wrote %v, %v, want an error", given, files, err)
			}
			continue
		}
		if err != nil || len(files) != 1 || files[0].GetName() != want {
			t.Errorf("%q: wrote %v, %v, want %q", given, files, err, want)
		}
	}
}

// run hands the request over on the wire, as protoc does, and gives the files by name.
func run(t *testing.T, r *pluginpb.CodeGeneratorRequest) (map[string]string, *pluginpb.CodeGeneratorResponse) {
	t.Helper()
	raw, err := proto.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	// An empty resolver leaves options as a plugin finds them that has no generated code.
	received := new(pluginpb.CodeGeneratorRequest)
	if err := (proto.UnmarshalOptions{Resolver: new(protoregistry.Types)}).Unmarshal(raw, received); err != nil {
		t.Fatal(err)
	}
	plugin, err := protogen.Options{}.New(received)
	if err != nil {
		t.Fatal(err)
	}
	if err := (generate.Options{}).Generate(plugin); err != nil {
		plugin.Error(err)
	}
	response := plugin.Response()
	files := make(map[string]string)
	for _, f := range response.GetFile() {
		files[f.GetName()] = f.GetContent()
	}
	return files, response
}

func readFile(t *testing.T, name string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	text, err := fs.ReadFile(testdata, name)
	if err != nil {
		t.Fatal(err)
	}
	return parseFile(t, string(text))
}

func parseFile(t *testing.T, text string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestGolden(t *testing.T) {
	for _, test := range []struct {
		golden string
		file   *descriptorpb.FileDescriptorProto
		want   string
	}{
		{"error_code.golden", protodesc.ToFileDescriptorProto(errpactv1.File_errpact_v1_error_code_proto),
			"errpact/v1/errpactv1err/error_code.errpact.go"},
		{"shop.golden", readFile(t, "shop.txtpb"), "acme/shop/v1/shopv1err/errors.errpact.go"},
		{"params.golden", readFile(t, "params.txtpb"), "acme/params/v1/paramsv1err/params.errpact.go"},
	} {
		t.Run(test.golden, func(t *testing.T) {
			files, response := run(t, request(test.file))
			if response.Error != nil {
				t.Fatal(response.GetError())
			}
			got, ok := files[test.want]
			if !ok || len(files) != 1 {
				t.Fatalf("Generate() wrote %v, want %q", response.GetFile(), test.want)
			}
			if *update {
				if err := os.WriteFile(filepath.Join("testdata", test.golden), []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := fs.ReadFile(testdata, test.golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.want, diff)
			}
		})
	}
}

// TestPathsAndModule proves that files go where protoc-gen-go puts its own with the same options.
func TestPathsAndModule(t *testing.T) {
	for parameter, want := range map[string]string{
		"":                        "example.com/acme/gen/acme/shop/v1/shopv1err/errors.errpact.go",
		"paths=import":            "example.com/acme/gen/acme/shop/v1/shopv1err/errors.errpact.go",
		"module=example.com/acme": "gen/acme/shop/v1/shopv1err/errors.errpact.go",
		"paths=source_relative,Macme/shop/v1/errors.proto=other.example/a/b;c": "acme/shop/v1/cerr/errors.errpact.go",
	} {
		r := request(readFile(t, "shop.txtpb"))
		r.Parameter = &parameter
		files, response := run(t, r)
		if _, ok := files[want]; !ok {
			t.Errorf("%q: wrote %v, want %q", parameter, response, want)
		}
	}
}

func TestFeatures(t *testing.T) {
	file := parseFile(t, `name: "a.proto" package: "a" options { go_package: "example.com/a" }`)
	files, response := run(t, request(file))
	if len(files) > 0 {
		t.Errorf("wrote %v for a file without catalogues", files)
	}
	want := &pluginpb.CodeGeneratorResponse{
		SupportedFeatures: proto.Uint64(uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL | pluginpb.CodeGeneratorResponse_FEATURE_SUPPORTS_EDITIONS)),
		MinimumEdition:    proto.Int32(int32(descriptorpb.Edition_EDITION_PROTO2)),
		MaximumEdition:    proto.Int32(int32(descriptorpb.Edition_EDITION_2024)),
	}
	if !proto.Equal(want, response) {
		t.Errorf("Generate() answers %v, want %v", response, want)
	}
}

// TestEditions proves that files of editions read alike, edition 2024's `import option` included.
func TestEditions(t *testing.T) {
	want, _ := run(t, request(readFile(t, "shop.txtpb")))
	for _, edition := range []descriptorpb.Edition{descriptorpb.Edition_EDITION_2023, descriptorpb.Edition_EDITION_2024} {
		file := readFile(t, "shop.txtpb")
		file.Syntax, file.Edition = proto.String("editions"), edition.Enum()
		if edition == descriptorpb.Edition_EDITION_2024 {
			file.Dependency, file.OptionDependency = nil, file.GetDependency()
		}
		got, response := run(t, request(file))
		if response.Error != nil {
			t.Errorf("%s: %s", edition, response.GetError())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-proto3 +got):\n%s", edition, diff)
		}
	}
}
