// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"path"
	"path/filepath"

	"github.com/errpact/errpact/cmd/errpact/internal/scaffold"
)

var protosCommand = command{
	name:    "protos",
	purpose: "write the protos that catalogues import, so that no registry is needed",
	usage: `usage: errpact protos [flags]

Writes errpact's own protos, of this version of errpact, over those that a folder has of another one.
Run it after an upgrade, and commit what it writes, so that buf breaking finds it in older commits.

  go get github.com/errpact/errpact@latest && go tool errpact protos

Exit codes: 0 written, 1 a file cannot be written, 2 called wrongly.`,
	run: runProtos,
}

func runProtos(t terminal, flags *flag.FlagSet, args []string) error {
	folder := flags.String("o", scaffold.ThirdParty, "the `FOLDER` to write into, which is a module in buf.yaml, or an include path of protoc")
	if err := parse(t, flags, args); err != nil {
		return err
	}
	if flags.NArg() != 0 {
		return misused(flags, "want no argument, have %d", flags.NArg())
	}
	protos, err := scaffold.Protos()
	if err != nil {
		return err
	}
	for _, file := range protos {
		if err := file.Write(*folder); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "wrote %s\n", path.Join(filepath.ToSlash(*folder), file.Path))
	}
	return nil
}
