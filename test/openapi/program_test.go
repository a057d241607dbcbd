// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/internal/testkit/observed"
)

// programs is the folder of capsule, errpact, the generators and the plugins, which are built once.
var programs string

func program(name string) string { return filepath.Join(programs, name) }

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if programs, err = os.MkdirTemp("", "openapi"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(programs)) }()
	for folder, packages := range map[string][]string{
		"../../examples/capsule": {"."},
		"../..":                  {"./cmd/errpact"},
		".": {
			"github.com/ogen-go/ogen/cmd/ogen", "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen",
			"github.com/google/gnostic/cmd/protoc-gen-openapi", "github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-openapiv3",
		},
	} {
		build := exec.Command("go", append([]string{"build", "-C", folder, "-o", programs + string(filepath.Separator)}, packages...)...)
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%v: %w\n%s", build, err, out)
		}
	}
	return observed.Run(m, "../../examples/capsule/returns.txt"), nil
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// run returns what a program writes to stdout.
func run(t *testing.T, stdin io.Reader, name string, args ...string) []byte {
	t.Helper()
	return runIn(t, "", stdin, name, args...)
}

func runIn(t *testing.T, dir string, stdin io.Reader, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var stderr bytes.Buffer
	command.Dir, command.Stdin, command.Stderr = dir, stdin, &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, stderr.Bytes())
	}
	return out
}

// startServing starts the example, which is asked for faults, and returns its URL.
func startServing(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), program("capsule"), "serve", "-chaos", "-addr", "127.0.0.1:0", "-db", filepath.Join(dir, "capsule.db"))
	command.Dir, command.Stderr = dir, t.Output()
	stdout, err := command.StdoutPipe()
	must(t, err, command.Start())
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() }) // it has been killed
	line, err := bufio.NewReader(stdout).ReadString('\n')
	must(t, err)
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if url == "" {
		t.Fatalf("serve printed no address: %s", line)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return url
}

// files are those of the example's service, each after what it imports.
func files() []*descriptorpb.FileDescriptorProto {
	var all []*descriptorpb.FileDescriptorProto
	seen := make(map[string]bool)
	var add func(protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		all = append(all, protodesc.ToFileDescriptorProto(file))
	}
	add(capsulev1.File_capsule_v1_folder_service_proto)
	return all
}

// image is what buf and protoc write of the example's protos.
func image(t *testing.T) []byte {
	t.Helper()
	raw, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: files()})
	must(t, err)
	return raw
}

// generate returns the file that a plugin makes of the example's service.
func generate(t *testing.T, plugin string) []byte {
	t.Helper()
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{capsulev1.File_capsule_v1_folder_service_proto.Path()}, ProtoFile: files(),
	})
	must(t, err)
	response := new(pluginpb.CodeGeneratorResponse)
	must(t, proto.Unmarshal(run(t, bytes.NewReader(request), program(plugin)), response))
	if response.Error != nil || len(response.GetFile()) != 1 {
		t.Fatalf("%s answers %v", plugin, response)
	}
	return []byte(response.GetFile()[0].GetContent())
}

// newClient builds the program of testdata with the client that a generator makes of a document. Its module has the
// requirements of this one.
func newClient(t *testing.T, generator, operation, document string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "api"), 0o700), os.CopyFS(filepath.Join(dir, "provoked"), os.DirFS("provoked")))
	root, err := filepath.Abs("../..")
	must(t, err)
	copyFile(t, "go.mod", filepath.Join(dir, "go.mod"), "module github.com/errpact/errpact/test/openapi", "module client", "=> ../..", "=> "+root)
	copyFile(t, "go.sum", filepath.Join(dir, "go.sum"))
	copyFile(t, filepath.Join("testdata", generator, "main.go"), filepath.Join(dir, "main.go"), "CapsuleV1FolderService", operation)
	switch generator {
	case "ogen":
		run(t, nil, program("ogen"), "--config", "testdata/ogen.yml", "--target", filepath.Join(dir, "api"), "--package", "api", document)
	case "oapi-codegen":
		run(t, nil, program("oapi-codegen"), "-generate", "types,client", "-package", "api", "-o", filepath.Join(dir, "api", "api.gen.go"), document)
	}
	runIn(t, dir, nil, "go", "build", "-o", "client.exe", ".")
	return filepath.Join(dir, "client.exe")
}

// copyFile copies a file, with words replaced.
func copyFile(t *testing.T, from, to string, oldnew ...string) {
	t.Helper()
	content, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, []byte(strings.NewReplacer(oldnew...).Replace(string(content))), 0o600))
}
