// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command protoc-gen-errpact-go is a protoc plugin that makes typed Go errors from enums annotated
// with errpact/v1/options.proto. For acme/shop/v1 it writes package shopv1err, in a folder of that
// name beside the code of protoc-gen-go, with a variable for every entry and every reason:
//
//	return shopv1err.OutOfStock.WithMetadata("sku", sku)
//
// buf and protoc run it; in buf.gen.yaml it is one more plugin:
//
//	plugins:
//	  - local: [go, tool, protoc-gen-errpact-go]
//	    out: gen
//	    opt: paths=source_relative
//
// It takes the options that every Go plugin has, paths, module and M<file>=<import path>, and one of
// its own: package_suffix, "err" if it is not given.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/errpact/errpact/cmd/protoc-gen-errpact-go/internal/generate"
)

const usage = `protoc-gen-errpact-go makes typed Go errors from annotated enums. protoc and buf run it.

  -version  print the version
  -h        print this text
`

func main() {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "-version", "--version":
			fmt.Println(version())
			return
		case "-h", "-help", "--help":
			fmt.Print(usage)
			return
		}
	}
	// The set refuses what it does not know, where protogen by itself would pass a misspelt option over.
	var flags flag.FlagSet
	var options generate.Options
	flags.StringVar(&options.PackageSuffix, "package_suffix", "", "")
	protogen.Options{ParamFunc: flags.Set}.Run(func(plugin *protogen.Plugin) error { return options.Generate(plugin) })
}

// version is the module's; "(devel)" when built from a checkout without version control.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
