// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/errpact/errpact/cmd/errpact/internal/scaffold"
)

var initCommand = command{
	name:    "init",
	purpose: "write what a first catalogue needs: buf.yaml, buf.gen.yaml, tools, an enum",
	usage: `usage: errpact init [flags] [FOLDER]

Writes a first catalogue into FOLDER, or the current folder: an enum, the protos that it imports,
buf.yaml and buf.gen.yaml, go.mod if the folder has none, and tools/go.mod for buf. It needs no network, and
prints the commands to run next. A file that is there stays as it is; what it lacks is printed.

  errpact init
  errpact init -module acme.example/shop -package acme.shop.v1 -domain shop.acme.example shop

Exit codes: 0 all files are there, 1 a file cannot be written, 2 called wrongly.`,
	run: runInit,
}

// bufVersion is the version of buf that is known to work. It is the one that this repository uses.
const bufVersion = "v1.75.0"

func runInit(t terminal, flags *flag.FlagSet, args []string) error {
	module := flags.String("module", "", "the Go `MODULE` of a folder without go.mod (default example.com/FOLDER)")
	protoPackage := flags.String("package", "", "the enum's `PACKAGE` (default the last name of the module, with .v1)")
	domain := flags.String("domain", "", "the catalogue's `DOMAIN`, which callers match (default the last name of the module, with .example.com)")
	if err := parse(t, flags, args); err != nil {
		return err
	}
	if flags.NArg() > 1 {
		return misused(flags, "want at most one FOLDER, have %d", flags.NArg())
	}
	folder := "."
	if flags.NArg() == 1 {
		folder = flags.Arg(0)
	}
	importPath, goMod, err := moduleFor(folder, *module)
	if err != nil {
		return err
	}
	project, err := scaffold.New(importPath, *protoPackage, *domain)
	if err != nil {
		return misused(flags, "%v", err)
	}
	files, err := project.Files(goMod)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := create(t, folder, file); err != nil {
			return err
		}
	}
	printNext(t, folder)
	return nil
}

// moduleFor returns the folder's import path, and whether a go.mod has to be made for it.
func moduleFor(folder, module string) (importPath string, goMod bool, err error) {
	known, root, err := scaffold.Module(folder)
	if err != nil {
		return "", false, err
	}
	absolute, err := filepath.Abs(folder)
	switch {
	case err != nil:
		return "", false, err
	case known != "" && (module == "" || module == known):
		return known, false, nil
	case root == absolute:
		return "", false, fmt.Errorf("want -module %s, as go.mod has it, or none, have %q", known, module)
	case module != "":
		return module, true, nil
	}
	importPath, err = scaffold.DefaultModule(folder)
	return importPath, true, err
}

func create(t terminal, folder string, file scaffold.File) error {
	outcome, err := file.Create(folder)
	switch {
	case err != nil:
		return err
	case outcome == scaffold.Created:
		fmt.Fprintf(t.out, "wrote %s\n", file.Path)
	case outcome == scaffold.Kept && file.Missing == "":
		fmt.Fprintf(t.out, "kept %s, which is there already\n", file.Path)
	case outcome == scaffold.Kept:
		fmt.Fprintf(t.out, "kept %s, which is there already: %s\n", file.Path, strings.ReplaceAll(file.Missing, "\n", "\n  "))
	}
	return nil
}

// printNext prints the commands that need a network, and those that make and check the first code.
func printNext(t terminal, folder string) {
	fmt.Fprint(t.out, "\nRun next:\n\n")
	if folder != "." {
		fmt.Fprintf(t.out, "  cd %q\n", folder)
	}
	for _, command := range nextCommands(toolVersion()) {
		fmt.Fprintf(t.out, "  %s\n", command)
	}
}

// nextCommands are those that [printNext] prints, with errpact in a version.
func nextCommands(version string) []string {
	const (
		commands = "github.com/errpact/errpact/cmd/"
		buf      = "go tool -modfile=tools/go.mod buf"
	)
	return []string{
		fmt.Sprintf("go get -tool %[1]serrpact@%[2]s %[1]sprotoc-gen-errpact-go@%[2]s %[1]sbuf-plugin-errpact@%[2]s google.golang.org/protobuf/cmd/protoc-gen-go", commands, version),
		"go get -C tools -tool github.com/bufbuild/buf/cmd/buf@" + bufVersion,
		buf + " generate",
		"go mod tidy",
		buf + " lint",
		buf + " build -o - | go tool errpact docs - > errors.html",
	}
}

// toolVersion is the version that others can fetch this errpact under.
func toolVersion() string {
	if v := version(); strings.HasPrefix(v, "v") && !strings.Contains(v, "+") {
		return v
	}
	return "latest" // built from a checkout
}
