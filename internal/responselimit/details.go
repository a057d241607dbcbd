// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package responselimit

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/textproto"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protowire"
)

// maxDetails bounds how many details an error may have: Connect v2 copies all that it has of them for each
// that it adds. Package mapping reads fewer.
const maxDetails = 256

func tooMany() error { return refused("the error of the answer has more than %d details", maxDetails) }

// elements counts what is in each list of a JSON text, at one depth, as the text passes. Of an object it
// counts nothing: an envelope's details are one. Of what is no JSON it counts anything; that is not decoded.
type elements struct {
	at    int // how many lists and objects are around an element
	count int // so many commas
	list  bool

	depth             int
	quoted, backslash bool
}

// detailsDepth is that of Connect's error, which the end of a stream has in an object around it, beside
// metadata with lists of its own. https://connectrpc.com/docs/protocol#error-end-stream
const (
	detailsDepth       = 2
	detailsDepthAtEnds = 3
)

// Write implements [io.Writer].
func (e *elements) Write(p []byte) (int, error) {
	for i, c := range p {
		switch {
		case e.backslash:
			e.backslash = false
		case c == '\\':
			e.backslash = e.quoted
		case c == '"':
			e.quoted = !e.quoted
		case e.quoted:
		case c == '{' || c == '[':
			if e.depth++; e.depth == e.at {
				e.count, e.list = 0, c == '['
			}
		case c == '}' || c == ']':
			e.depth--
		case c == ',' && e.depth == e.at && e.list:
			if e.count++; e.count >= maxDetails {
				return i, tooMany()
			}
		}
	}
	return len(p), nil
}

const (
	detailsHeader = "Grpc-Status-Details-Bin"
	// leastDetail is what an empty one takes of a google.rpc.Status.
	leastDetail = 2
	// detailsField is its number there.
	detailsField = 3
)

// hasTooManyDetails looks into the header that gRPC has them in.
func hasTooManyDetails(h http.Header) bool {
	for _, value := range h[detailsHeader] {
		if areTooMany(value) {
			return true
		}
	}
	return false
}

// hasTooManyInFrame looks for the same header in the last frame of gRPC-Web, which Connect reads like this: a
// value may go on in the next line.
func hasTooManyInFrame(frame []byte) bool {
	lines := io.MultiReader(bytes.NewReader(frame), strings.NewReader("\n"))
	h, _ := textproto.NewReader(bufio.NewReader(lines)).ReadMIMEHeader() // what is malformed Connect refuses
	return hasTooManyDetails(http.Header(h))
}

// areTooMany counts in what is long enough. What is malformed Connect does not decode.
func areTooMany(value string) bool {
	if len(value)*3/4 <= maxDetails*leastDetail {
		return false
	}
	status, err := connect.DecodeBinaryHeader(value)
	if err != nil {
		return false
	}
	for count := 0; len(status) > 0; {
		number, _, n := protowire.ConsumeField(status)
		if n < 0 {
			return false
		}
		if status = status[n:]; number == detailsField {
			if count++; count > maxDetails {
				return true
			}
		}
	}
	return false
}
