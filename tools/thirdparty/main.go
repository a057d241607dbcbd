// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command thirdparty writes the google/api .proto files that the examples import into a folder, as
// they stand in the compiled descriptors of genproto. So no third-party .proto is kept in the
// repository, and generation needs no registry and no network.
package main

import (
	"fmt"
	"os"

	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: thirdparty FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "thirdparty: %v\n", err)
		os.Exit(1)
	}
}

// write prints each file to its import path under folder.
func write(folder string) error {
	printer := &protoprint.Printer{Compact: true}
	return printer.PrintProtosToFileSystem([]protoreflect.FileDescriptor{
		annotations.File_google_api_annotations_proto,
		annotations.File_google_api_http_proto,
		httpbody.File_google_api_httpbody_proto,
	}, folder)
}
