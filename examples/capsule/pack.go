// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/errpact/errpact/examples/capsule/container"
)

const packUsage = `Usage: capsule pack -out FILE [flags] MEDIA...

Makes a container of the media. A good one needs a session token: from a
running server, or given with -session.

Examples:
  capsule pack -out good.zip -server http://127.0.0.1:8080 -token demo-admin photo.jpg
  capsule pack -out bad.zip -break hash photo.jpg
  curl -i -H 'X-Forensic-Access-Token: demo-admin' -H 'Content-Type: application/octet-stream' \
    --data-binary @good.zip http://127.0.0.1:8080/api/folders

` + exitCodes + `
Flags:
`

// packing is the command line of pack.
type packing struct {
	out, server, token, session, key, payload string
	fault                                     container.Fault
	media                                     []string
}

func pack(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	p, err := parsePacking(args, stdout)
	if err != nil {
		return err
	}
	c, err := p.collect()
	if err != nil {
		return err
	}
	if p.server != "" {
		if c.SessionToken, err = sessionToken(ctx, p.server, p.token); err != nil {
			return fmt.Errorf("get a session token: %w", err)
		}
	}
	var packed bytes.Buffer
	if err := container.Pack(&packed, c, []byte(p.key), p.fault); err != nil {
		return err
	}
	if p.out == "-" {
		_, err := packed.WriteTo(stdout)
		return err
	}
	if err := os.WriteFile(p.out, packed.Bytes(), 0o600); err != nil { // it holds a token
		return err
	}
	_, err = fmt.Fprintf(stderr, "wrote %s, %d bytes\n", p.out, packed.Len())
	return err
}

func parsePacking(args []string, stdout io.Writer) (*packing, error) {
	p := &packing{}
	flags := flag.NewFlagSet("pack", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = io.WriteString(flags.Output(), packUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&p.out, "out", "", "`file` to write, - for standard output")
	flags.StringVar(&p.server, "server", "", "`URL` of the server to get a session token from")
	flags.StringVar(&p.token, "token", "", "access `token` for the server")
	flags.StringVar(&p.session, "session", "", "session `token` to put in, in place of -server")
	flags.StringVar(&p.key, "container-key", container.DemoKey, "`key` to sign with; the default is for trying out")
	flags.StringVar(&p.payload, "payload", "", "`file` to put in as payload.json, in place of a small example")
	flags.StringVar((*string)(&p.fault), "break", "", "what to get wrong: payload, media, damage, signature, hash or session")
	if err := parse(flags, args, stdout); err != nil {
		return nil, err
	}
	p.media = flags.Args()
	return p, p.check()
}

func (p *packing) check() error {
	switch {
	case p.out == "":
		return usageErrorf("-out is required; see capsule pack -h")
	case p.fault != container.NoFault && !slices.Contains(container.Faults, p.fault):
		return usageErrorf("-break must be one of %q, and not %q", container.Faults, p.fault)
	case len(p.media) == 0 && p.fault != container.WithoutMedia:
		return usageErrorf("name a file of media after the flags; see capsule pack -h")
	case p.server != "" && p.session != "":
		return usageErrorf("-server and -session exclude each other")
	case p.server == "" && p.session == "" && p.fault == container.NoFault:
		return usageErrorf("a good container needs a session token: give -server and -token, or -session")
	}
	return nil
}

// collect reads what goes into the container.
func (p *packing) collect() (container.Container, error) {
	c := container.Container{SessionToken: p.session, Payload: []byte(`{"case": "demo", "taken_at": "Lake Balaton"}`)}
	var problems []error
	if p.payload != "" {
		var err error
		c.Payload, err = os.ReadFile(p.payload)
		problems = append(problems, err)
	}
	for _, file := range p.media {
		data, err := os.ReadFile(file)
		problems = append(problems, err)
		c.Media = append(c.Media, container.File{Name: "media/" + filepath.Base(file), Data: data})
	}
	return c, errors.Join(problems...)
}
