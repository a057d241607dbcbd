// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// nastyTexts break what prints them, frames them or encodes them.
func nastyTexts() (all []string) {
	var controls strings.Builder
	for r := range rune(0xa0) {
		if unicode.IsControl(r) {
			controls.WriteString("a" + string(r))
		}
	}
	all = append(all, controls.String(),
		"a\r\nX-Forged: 1\r\n\r\nbody", "a\nlevel=ERROR msg=forged", "\x00", "a\x00b", "\x1b[31mred\x1b]0;title\a", "a\u2028b\u2029c\u0085d",
		"%", "%0d%0aX-Forged: 1", "a,b;c=d", `"quoted" \ {"json":1}`, "<script>", "\ufeffa", "\ufffda", "日本語 é 🦤",
		"a\xffb", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80", strings.Repeat("\xff", 1000),
	)
	// One that ends on each place within a rune, of all lengths of runes.
	for _, r := range []string{"a", "é", "€", "🦤", "\xff", "\n"} {
		for shift := range 3 {
			all = append(all, strings.Repeat("a", 508+shift)+strings.Repeat(r, 20))
		}
	}
	return append(all, strings.Repeat("é", 100_000), strings.Repeat("\r\n", 100_000))
}

// fitting is what should come of a text: its runes one by one, as far as they fit.
func fitting(text string) string {
	var fits []rune
	size := 0
	for _, r := range strings.ToValidUTF8(perByte(text), "\ufffd") {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			r = ' '
		}
		if size += utf8.RuneLen(r); size > 512 {
			break
		}
		fits = append(fits, r)
	}
	return string(fits)
}

// perByte gives every invalid byte a replacement of its own, as Go's range does.
func perByte(text string) string { return string([]rune(text)) }

// TestG5TextIsCleanOnEveryWire: whatever it is, the code, the number and the details arrive.
func TestG5TextIsCleanOnEveryWire(t *testing.T) {
	t.Parallel()
	var failures []failure
	texts := nastyTexts()
	for _, text := range texts {
		failures = append(failures, failure{fail: give(errpactv1err.NotExist.New(text).WithMetadata("kept", "yes").WithField("f", text[:min(len(text), 600)]))})
	}
	for _, local := range []func(text string) error{
		func(text string) error { return connect.NewError(connect.CodeNotFound, errors.New(text)) },
		func(text string) error { return connectv2.NewError(connectv2.CodeNotFound, text) },
		func(text string) error { return status.Error(codes.NotFound, text) },
	} {
		for _, text := range texts {
			failures = append(failures, failure{fail: give(local(text))})
		}
	}
	// A wire with a text of its own says nothing of the error.
	wires := slices.DeleteFunc(plainWires(), func(w wire) bool { return w.ownText })
	everyStack(t, answering(failing(failures)), wires, func(t *testing.T, c *caller) {
		for i := range failures {
			text, own := texts[i%len(texts)], i < len(texts)
			if i >= 3*len(texts) && c.stack != onGRPC {
				break // to Connect a status is nobody's
			}
			a := c.call(t.Context(), "case-"+strconv.Itoa(i))
			message := fitting(text)
			if !own {
				// gRPC has it in a header, which has no blanks at its ends.
				message, a.message = strings.TrimSpace(message), strings.TrimSpace(a.message)
			}
			if a.rest && !own && message == "" {
				message = errpactv1err.NotExist.Message() // in place of nothing but blanks
			}
			name := strconv.QuoteToASCII(text[:min(len(text), 40)])
			if own || a.rest || strings.TrimSpace(fitting(text)) != "" {
				want{Code: errpactv1err.NotExist, message: message}.check(t, name, a)
			}
			a.checkClean(t, name, own)
		}
	})
}

func (a answer) checkClean(t *testing.T, name string, own bool) {
	t.Helper()
	if !isClean(a.message) || len(a.message) > 512 {
		t.Errorf("%s: message %q", name, a.message)
	}
	if a.header.Get("X-Forged") != "" {
		t.Errorf("%s: a header was forged", name)
	}
	found, ok := mapping.From(a.got)
	if !ok {
		return
	}
	if e, _ := errors.AsType[*connect.Error](a.got); e.Meta().Get("X-Forged") != "" {
		t.Errorf("%s: a header was forged", name)
	}
	if !own {
		return
	}
	if found.Inferred() || found.Metadata()["kept"] != "yes" || len(found.Fields()) != 1 {
		t.Errorf("%s: details were lost: %+v", name, found)
	}
	for _, f := range found.Fields() {
		if !utf8.ValidString(f.Description) {
			t.Errorf("%s: a description is %q", name, f.Description)
		}
	}
}

func isClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// TestG5ConnectMessagesAreAsWrittenAndValid: the option that passes messages on makes them valid UTF-8.
func TestG5ConnectMessagesAreAsWrittenAndValid(t *testing.T) {
	t.Parallel()
	texts := nastyTexts()[:20]
	var failures []failure
	for _, text := range texts {
		failures = append(failures, failure{fail: give(connect.NewError(connect.CodeInternal, errors.New(text)))})
	}
	everyStack(t, answering(failing(failures), mapping.WithConnectMessages()), fewWires(), func(t *testing.T, c *caller) {
		for i, text := range texts {
			a := c.call(t.Context(), "case-"+strconv.Itoa(i))
			if a.rest {
				continue
			}
			e, ok := errors.AsType[*connect.Error](a.got)
			if !ok || e.Code() != connect.CodeInternal || e.Message() != strings.ToValidUTF8(text, "\ufffd") {
				t.Errorf("%q: the caller got %v", text, a.got)
			}
		}
	})
}
