// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// Frames of HTTP/2. https://www.rfc-editor.org/rfc/rfc9113#section-6
const (
	frameHeaders      = 1
	frameSettings     = 4
	frameContinuation = 9
	flagEndStream     = 1
	flagEndHeaders    = 4
)

const clientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// http2Frame is one frame.
func http2Frame(kind, flags byte, stream uint32, payload []byte) []byte {
	frame := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return append(binary.BigEndian.AppendUint32(frame, stream), payload...)
}

// trailersOnly is the whole answer to a connection's first call: a block of headers, in frames of the size that
// every peer accepts.
func trailersOnly(block []byte) []byte {
	const size = 16 << 10
	var answer []byte
	for kind, flags := byte(frameHeaders), byte(flagEndStream); len(block) > 0; kind, flags = frameContinuation, 0 {
		n := min(size, len(block))
		if n == len(block) {
			flags |= flagEndHeaders
		}
		answer, block = append(answer, http2Frame(kind, flags, 1, block[:n])...), block[n:]
	}
	return answer
}

// field is a header as HPACK writes one that no table has. https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2
func field(block []byte, name, value string) []byte {
	block = append(hpackLength(append(block, 0), len(name)), name...)
	return append(hpackLength(block, len(value)), value...)
}

// hpackLength writes an integer with a prefix of 7 bits.
func hpackLength(block []byte, n int) []byte {
	if n < 127 {
		return append(block, byte(n))
	}
	return binary.AppendUvarint(append(block, 127), uint64(n-127))
}

// serveRaw answers the first call of each connection with bytes that were made before, so that it allocates
// nothing by then. It ignores the limits that the client announces.
func serveRaw(t *testing.T, answer []byte) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { answerRaw(conn, answer) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		served.Wait()
	})
	return listener.Addr().String()
}

func answerRaw(conn net.Conn, answer []byte) {
	defer func() { _ = conn.Close() }()
	if _, err := io.CopyN(io.Discard, conn, int64(len(clientPreface))); err != nil {
		return
	}
	_, _ = conn.Write(http2Frame(frameSettings, 0, 0, nil))
	for header := make([]byte, 9); ; {
		if _, err := io.ReadFull(conn, header); err != nil {
			return
		}
		size := int64(header[0])<<16 | int64(header[1])<<8 | int64(header[2])
		if _, err := io.CopyN(io.Discard, conn, size); err != nil {
			return
		}
		if header[3] == frameHeaders {
			_, _ = conn.Write(answer)
		}
	}
}
