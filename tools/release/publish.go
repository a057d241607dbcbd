// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// internalUse is the extension number of the options until protobuf's global registry has given them another. Nobody
// else is kept from using it, and two libraries with one number panic when a program that links both starts.
const internalUse = "58535"

// open returns what has to be done before the version can be published.
func open(checkout, version string) ([]string, error) {
	var steps []string
	options, err := os.ReadFile(filepath.Join(checkout, "proto/errpact/v1/options.proto"))
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(options), internalUse) {
		steps = append(steps, "register an extension number: the options still have "+internalUse)
	}
	changes, err := os.ReadFile(filepath.Join(checkout, "CHANGELOG.md"))
	if err != nil {
		return nil, err
	}
	if heading := "## [" + strings.TrimPrefix(version, "v") + "]"; !strings.Contains(string(changes), heading) {
		steps = append(steps, fmt.Sprintf("give CHANGELOG.md the heading %q", heading))
	}
	step, err := keepWire(checkout, version)
	if err != nil {
		return nil, err
	}
	steps = append(steps, step...)
	changed, err := output(checkout, nil, "git", "status", "--porcelain")
	if err != nil {
		return nil, err
	}
	if changed != "" {
		steps = append(steps, "commit what is changed in the checkout")
	}
	tags, err := output(checkout, nil, "git", "tag", "--list", version)
	if err != nil {
		return nil, err
	}
	if tags != "" {
		steps = append(steps, "choose another version: "+version+" is tagged")
	}
	return steps, nil
}

// keepWire returns what has to be done to keep the bytes that the version sends. TestG15 holds the folder next to what
// the checkout sends, and the sums of a folder to its files.
func keepWire(checkout, version string) ([]string, error) {
	const corpus = "mapping/testdata/wire"
	sent, err := os.ReadFile(filepath.Join(checkout, corpus, "next/SHA256SUMS"))
	if err != nil {
		return nil, err
	}
	kept, err := os.ReadFile(filepath.Join(checkout, corpus, version, "SHA256SUMS"))
	switch {
	case os.IsNotExist(err):
		return []string{"keep the wire: go test ./mapping -run TestG15 -write-wire " + version}, nil
	case err != nil:
		return nil, err
	case !bytes.Equal(kept, sent):
		return []string{fmt.Sprintf("write the wire anew, which has changed: remove %s/%s first", corpus, version)}, nil
	}
	return nil, nil
}

// publishing returns the commands that tag, push and ask for the version, to be run in the checkout. The commit that is tagged
// has the nested modules without replace directives, and the npm packages with their version. main keeps them as they were, and has that commit in its history, where the
// next release looks for it.
func publishing(tree, version string, modules []*module, packages []npmPackage) (string, error) {
	var copies, tags, pushes, fetches strings.Builder
	for _, m := range modules {
		folder, err := filepath.Rel(tree, m.folder)
		if err != nil {
			return "", err
		}
		tag := version
		if folder != "." {
			tag = filepath.ToSlash(folder) + "/" + version
			fmt.Fprintf(&copies, "cp '%s/go.mod' '%s/go.sum' '%s/'\n", m.folder, m.folder, folder)
		}
		fmt.Fprintf(&tags, "git tag --message 'errpact %s' %s\n", version, tag)
		fmt.Fprintf(&pushes, "git push origin %s\n", tag)
		fmt.Fprintf(&fetches, "go list -m %s@%s\n", m.path, version)
	}
	for _, p := range packages {
		folder, err := filepath.Rel(tree, p.folder)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&copies, "cp '%s/package.json' '%s/'\n", p.folder, folder)
	}
	return "git switch --detach\n" + copies.String() + "git commit --all --message 'errpact " + version + "'\n" + tags.String() +
		"git switch -\ngit merge --strategy ours --no-edit " + version + "\n" + pushes.String() + "git push origin main\n" + fetches.String(), nil
}

// left says what remains to be done by hand.
func left(checkout, tree, version string, modules []*module, packages []npmPackage) (string, error) {
	steps, err := open(checkout, version)
	if err != nil {
		return "", err
	}
	commands, err := publishing(tree, version, modules, packages)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("\nWhat is left to do by hand is in RELEASE.md.")
	if len(steps) > 0 {
		b.WriteString(" Before the tags:\n\n")
	}
	for _, step := range steps {
		b.WriteString("- " + step + "\n")
	}
	if len(steps) == 0 {
		b.WriteString("\n")
	}
	b.WriteString("\nThen tag, push the root module first, and ask Go's proxy for each module. The tag of the root has the workflow\n" +
		"npm publish the npm packages:\n\n" + commands)
	return b.String(), nil
}
