// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/errpact/errpact/internal/testkit/loopback"
)

// Types of HTTP/2's frames. https://www.rfc-editor.org/rfc/rfc9113#name-frame-definitions
const (
	frameData     = 0
	frameHeaders  = 1
	frameReset    = 3
	frameSettings = 4
	frameGoAway   = 7

	flagAck        = 1
	flagEndStream  = 1
	flagEndHeaders = 4
)

// peer starts a server that speaks HTTP/2 by hand, since net/http's does not break its rules. It answers
// every request with the frames that answer returns for its stream, and closes the connection after an
// answer that ends with nil.
func peer(t *testing.T, answer func(stream uint32) [][]byte) string {
	t.Helper()
	return loopback.Accept(t, func(conn net.Conn) { converse(conn, answer) })
}

func converse(conn net.Conn, answer func(stream uint32) [][]byte) {
	r := bufio.NewReader(conn)
	if _, err := io.CopyN(io.Discard, r, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	_, _ = conn.Write(frame(frameSettings, 0, 0, nil))
	for {
		var head [9]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return
		}
		size := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, r, size); err != nil {
			return
		}
		switch {
		case head[3] == frameSettings && head[4]&flagAck == 0:
			_, _ = conn.Write(frame(frameSettings, flagAck, 0, nil))
		case head[3] == frameHeaders:
			for _, f := range answer(binary.BigEndian.Uint32(head[5:])) {
				if f == nil {
					return
				}
				_, _ = conn.Write(f)
			}
		}
	}
}

// frame returns a frame of HTTP/2.
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	f := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return append(binary.BigEndian.AppendUint32(f, stream), payload...)
}

// headers returns a HEADERS frame, whose fields are given as pairs.
func headers(flags byte, stream uint32, fields ...string) []byte {
	var block []byte
	for i := 0; i < len(fields); i += 2 {
		// Literal fields that are not indexed. https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2
		block = append(append(block, 0, byte(len(fields[i]))), fields[i]...)
		block = append(append(block, byte(len(fields[i+1]))), fields[i+1]...)
	}
	return frame(frameHeaders, flags|flagEndHeaders, stream, block)
}

// reset returns a RST_STREAM frame.
func reset(stream, code uint32) []byte {
	return frame(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

// goAway returns a GOAWAY frame.
func goAway(last uint32, debug string) []byte {
	payload := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), 0)
	return frame(frameGoAway, 0, 0, append(payload, debug...))
}
