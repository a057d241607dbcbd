// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// A piece is a text in which an error may stand: all that was pasted, or what stands between quotes in it.
type piece struct {
	text string
	// quoted is true for what stands between quotes. It has an end of its own, so that an error's message may have
	// several lines in it.
	quoted bool
}

// A reader finds an error in a piece, and where in it the error starts. It does not look into quotes.
type reader func(piece) (f found, at int, ok bool)

// earliest returns a reader of what one of the readers finds first.
func earliest(readers ...reader) reader {
	return func(p piece) (best found, at int, ok bool) {
		for _, read := range readers {
			if f, i, found := read(p); found && (!ok || i < at) {
				best, at, ok = f, i, true
			}
		}
		return best, at, ok
	}
}

// How far into a text is looked: a log's line is not nested deeper, and whole logs are not meant.
const (
	maxDepth      = 6
	maxCandidates = 1000
	// maxObject bounds an object that stands within a text, in bytes: each candidate is read up to here.
	maxObject = 64 << 10
)

// search finds an error within a text, such as a line of a log. What names its entry comes before a library's text,
// which has a code and a message alone. Otherwise it is the first error of several, which is the outermost of those
// that wrap each other.
func (x *Explainer) search(text string) (found, error) {
	names := earliest(x.readOwnText, x.readObjectIn, readBase64In, readTrailers, readGRPCurl, x.readPrinted, x.readCode)
	for _, read := range []reader{names, readText} {
		if f, ok := first(piece{text: text}, read, maxDepth); ok {
			return f, nil
		}
	}
	return found{}, errUnknown
}

// first returns the error that starts first. What stands between quotes is read by itself, with its escapes undone,
// as often as quotes are nested: logs quote an error's text, and wrap the line in JSON, and that again.
func first(p piece, read reader, depth int) (found, bool) {
	p.text = plain(p.text)
	best, at, ok := read(p)
	if depth == 0 {
		return best, ok
	}
	for _, match := range quotedText.FindAllStringSubmatchIndex(p.text, maxCandidates) {
		if ok && match[0] >= at {
			break
		}
		inner := piece{text: unquoted(p.text[match[2]:match[3]]), quoted: true}
		if f, ok := first(inner, read, depth-1); ok {
			return f, true
		}
	}
	return best, ok
}

// quoted is a string in double quotes, on one line: every printer escapes the ends of lines in it.
const quoted = `"((?:[^"\\\n]|\\.)*)"`

var quotedText = regexp.MustCompile(quoted)

// unquoted returns the text between quotes without its escapes, which are those of JSON, Go or Rust. A text with
// other ones stays as it is.
func unquoted(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	inQuotes := `"` + text + `"`
	var decoded string
	if json.Unmarshal([]byte(inQuotes), &decoded) == nil {
		return decoded
	}
	for _, candidate := range []string{inQuotes, rustEscapes.ReplaceAllStringFunc(inQuotes, fromRust)} {
		if decoded, err := strconv.Unquote(candidate); err == nil {
			return decoded
		}
	}
	return text
}

// rustEscapes are those that Go writes otherwise. https://doc.rust-lang.org/reference/tokens.html#character-escapes
var rustEscapes = regexp.MustCompile(`\\u\{[0-9a-fA-F]{1,6}\}|\\[0'\\]`)

// fromRust returns Go's form of an escape. It gets escaped backslashes too, so that none of these is taken for the
// start of another escape.
func fromRust(escape string) string {
	switch escape {
	case `\\`:
		return escape
	case `\0`:
		return `\x00`
	case `\'`:
		return `'`
	}
	return `\U` + strings.Repeat("0", 12-len(escape)) + escape[3:len(escape)-1]
}

// escapeSequence matches the sequences that colour a terminal or name its window.
// https://ecma-international.org/publications-and-standards/standards/ecma-48/
var escapeSequence = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\))")

// plain returns a text without colours, and with the line ends of Unix.
func plain(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !strings.Contains(text, "\x1b") {
		return text
	}
	return escapeSequence.ReplaceAllString(text, "")
}

// readObjectIn finds the first JSON object in a text that is an error, also within another object.
func (x *Explainer) readObjectIn(p piece) (found, int, bool) {
	at := 0
	for range maxCandidates {
		start := strings.IndexByte(p.text[at:], '{')
		if start < 0 {
			break
		}
		at += start
		var object json.RawMessage
		end := min(at+maxObject, len(p.text))
		if json.NewDecoder(strings.NewReader(p.text[at:end])).Decode(&object) == nil {
			if f, ok := x.readObject(object); ok {
				return f, at, true
			}
		}
		at++
	}
	return found{}, 0, false
}

// readTrailers finds gRPC's trailers among other lines.
func readTrailers(p piece) (found, int, bool) {
	f, ok := (answer{grpc: grpcHeaders([]byte(p.text))}).readGRPC()
	if !ok {
		return found{}, 0, false
	}
	return f, grpcLine.FindStringIndex(p.text)[0], true
}

// encoded matches text that may be a grpc-status-details-bin.
var encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}={0,2}`)

// readBase64In finds one with details: any word may happen to be base64 of something, but hardly of that.
func readBase64In(p piece) (found, int, bool) {
	for _, match := range encoded.FindAllStringIndex(p.text, maxCandidates) {
		if f, ok := readBase64(p.text[match[0]:match[1]]); ok && f.details != nil {
			return f, match[0], true
		}
	}
	return found{}, 0, false
}
