// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"regexp"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
)

var (
	// printedHead is what stands before the message of an Error: the entry's name, and the code that it was inferred
	// from.
	printedHead = regexp.MustCompile(`\b([A-Z][A-Z0-9_]*)(?: \(([a-z_]+)\))?: `)
	// printedTail is where %+v goes on behind the message.
	printedTail = regexp.MustCompile(` (?:reason|catalogue|request_id|payload|cause|(?:metadata|field|log)\.[^\s="]+)=`)
	// printedCode is a Code that was logged, without a message: its name and its reason.
	printedCode = regexp.MustCompile(`(?m)(?:^|=)([A-Z][A-Z0-9_]*(?:/[A-Z][A-Z0-9_]*)?)$|=([A-Z][A-Z0-9_]*(?:/[A-Z][A-Z0-9_]*)?)\s`)
)

// readPrinted finds the text of an errpact error, as Error and %+v print it.
func (x *Explainer) readPrinted(p piece) (found, int, bool) {
	for _, match := range printedHead.FindAllStringSubmatchIndex(p.text, maxCandidates) {
		name := p.text[match[2]:match[3]]
		if len(x.named("", name)) == 0 {
			continue
		}
		if match[4] < 0 {
			printed := printedWith(name, p.message(match[1]))
			f, ok := x.own(formPrinted, printed)
			f.text = len(printed) == 2 // the code and the message
			return f, match[0], ok
		}
		if code, ok := connectcode.Named(p.text[match[4]:match[5]]); ok {
			return textOf(formPrinted, code, printedWith(name, p.message(match[1]))["message"]), match[0], true
		}
	}
	return found{}, 0, false
}

// printedWith takes apart what stands behind the name of an entry.
func printedWith(name, message string) attributes {
	printed := make(attributes)
	if tail := printedTail.FindStringIndex(message); tail != nil {
		printed, _ = attributesIn(message[tail[0]:])
		message = message[:tail[0]]
	}
	printed["code"], printed["message"] = name, message
	return printed
}

// readCode finds a Code of errpact that was logged by itself.
func (x *Explainer) readCode(p piece) (found, int, bool) {
	for _, match := range printedCode.FindAllStringSubmatchIndex(p.text, maxCandidates) {
		start, end := match[2], match[3]
		if start < 0 {
			start, end = match[4], match[5]
		}
		if f, ok := x.own(formPrinted, attributes{"code": p.text[start:end]}); ok {
			f.text = true
			return f, start, true
		}
	}
	return found{}, 0, false
}

// readOldLine reads a line of the log as it was before it had attributes: the text of what was sent, and that of the
// error with its causes.
func (x *Explainer) readOldLine(line attributes) (found, bool) {
	match := printedHead.FindStringSubmatchIndex(line["sent"])
	if match == nil || match[0] != 0 || match[4] >= 0 {
		return found{}, false
	}
	sent := printedWith(line["sent"][match[2]:match[3]], line["sent"][match[1]:])
	if whole, ok := strings.CutPrefix(line["error"], line["sent"]+" "); ok {
		sent = printedWith(sent["code"], sent["message"]+" "+whole)
	}
	sent["request_id"] = line["request_id"]
	return x.own(formLog, sent)
}
