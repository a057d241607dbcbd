// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import "strings"

// The texts of a body that ends too early, and of one that is not gzip. Transcoders pass them on under
// codes of their own.
const (
	cutShort            = "unexpected EOF"
	gzipInvalidHeader   = "gzip: invalid header"
	gzipInvalidChecksum = "gzip: invalid checksum"
)

// httpTooLarge reads the text of [http.MaxBytesError], as it is and as Connect words it.
func httpTooLarge(text string) bool {
	return strings.Contains(text, "http.MaxBytesReader limit") || strings.Contains(text, "request body too large")
}

// httpParts are parts of net/http's texts for a body whose chunks, or the trailers after them, are
// malformed, and of package gzip's.
var httpParts = [...]string{
	"chunk length", "malformed chunked encoding", "chunked encoding contains too much non-data", "chunked line",
	"header line too long", "malformed MIME header", "suspiciously long trailer after chunked body",
	"request declared a Content-Length of ", "tried to send more than declared Content-Length",
	gzipInvalidHeader, gzipInvalidChecksum, "flate: corrupt input before offset ", "zlib: invalid header", "zlib: invalid checksum",
}

func httpMalformed(text string) bool { return containsAny(text, httpParts[:]) }
