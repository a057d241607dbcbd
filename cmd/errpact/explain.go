// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
	"github.com/errpact/errpact/cmd/errpact/internal/source"
)

var explainCommand = command{
	name:    "explain",
	purpose: "say what an error means that was seen on a wire, in a log or in a terminal",
	usage: `usage: errpact explain [flags] [TEXT]

Reads an error from TEXT, or from stdin, and says what it means. It may be

  - what a caller got: an envelope, problem+json, JSON of Connect, google.rpc.Status or Google's
    REST APIs, a base64 grpc-status-details-bin, or a whole HTTP answer as "curl -i" prints it
  - what a tool printed: grpcurl, buf curl
  - the text of an error: of errpact, connect-go, connect-es, grpc-go, grpc-java, grpc-node,
    grpc-python, grpc-dotnet or tonic
  - a line of errpact's log, or a line of any log that holds one of these

If there are several, the first one that names its entry counts, and the text of another library
if none does. Such a text has a code and a message, and so errpact names the likeliest entry.
docs/explain.md has all forms, and the keys of -json.

  curl -si https://api.example.com/folders/1 | errpact explain
  errpact explain '{"error_code":10,"error_message":"…","details":null}'
  errpact explain CAUSF1Jlc291cmNlIGRvZXMgbm90IGV4aXN0
  buf build -o image.binpb && errpact explain -catalogue image.binpb < answer.txt

Exit codes: 0 explained, 1 no error was found in the input, 2 called wrongly. With -exit-code, the
error that was explained decides, as in sysexits.h:

  65  the caller's fault: change the request
  70  the fault of the server, or of another one behind it
  75  try again later; this comes before the other two`,
	run: runExplain,
}

// maxInput bounds what is pasted.
const maxInput = 1 << 20

func runExplain(t terminal, flags *flag.FlagSet, args []string) error {
	asJSON := flags.Bool("json", false, "print JSON, for machines")
	byError := flags.Bool("exit-code", false, "exit with 65, 70 or 75, by what the error says")
	var files names
	flags.Var(&files, "catalogue", "a `FILE` with the error's catalogue, a FileDescriptorSet or buf image; may be repeated")
	if err := parse(t, flags, args); err != nil {
		return err
	}
	explainer, err := newExplainer(files)
	if err != nil {
		return err
	}
	input := []byte(strings.Join(flags.Args(), " "))
	if flags.NArg() == 0 {
		if input, err = io.ReadAll(io.LimitReader(t.in, maxInput+1)); err != nil {
			return fmt.Errorf("read stdin: %w", err)
		}
	}
	if len(input) > maxInput {
		return fmt.Errorf("want at most %d bytes of input", maxInput)
	}
	found, err := explainer.Explain(input)
	if err != nil {
		return err
	}
	if *asJSON {
		err = printJSON(t.out, found)
	} else {
		_, err = io.WriteString(t.out, found.Text(explain.Style{Colour: t.colour}))
	}
	if err == nil && *byError {
		return exitCodeOf(found)
	}
	return err
}

func newExplainer(files []string) (*explain.Explainer, error) {
	var enums []protoreflect.EnumDescriptor
	var all []protoreflect.FileDescriptor
	for _, name := range files {
		if name == "-" {
			return nil, errors.New("want -catalogue to name a file: stdin has the error")
		}
		read, err := source.Read(name, nil)
		if err != nil {
			return nil, err
		}
		found, _, err := read.Catalogues()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		enums, all = append(enums, found...), append(all, read...)
	}
	return explain.New(enums, all)
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// names is a flag that may be repeated.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(name string) error {
	*n = append(*n, name)
	return nil
}
