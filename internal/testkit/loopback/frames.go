// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"testing"
)

// Frames starts a server that speaks HTTP/2 without TLS by hand, since net/http's does not break its rules. After the
// end of each request it sends the frames of the answer, until the test is over: those of stream 1 are on the stream of the request. A nil frame ends
// the connection when the client does.
func Frames(tb testing.TB, answer ...[]byte) (address string) {
	tb.Helper()
	return Accept(tb, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		_, _ = io.CopyN(io.Discard, r, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
		_, _ = conn.Write(Frame(4, 0, 0, nil)) // SETTINGS
		for {
			head := make([]byte, 9)
			if _, err := io.ReadFull(r, head); err != nil {
				return
			}
			_, _ = io.CopyN(io.Discard, r, int64(binary.BigEndian.Uint32(head)>>8))
			if head[3] != 0 && head[3] != 1 || head[4]&1 == 0 { // the end of the request
				continue
			}
			for _, f := range answer {
				if f == nil { // read to the end: a close with unread bytes is a reset
					if c, ok := conn.(*net.TCPConn); ok {
						_ = c.CloseWrite()
					}
					_, _ = io.Copy(io.Discard, r)
					return
				}
				if f = slices.Clone(f); binary.BigEndian.Uint32(f[5:9]) == 1 {
					copy(f[5:9], head[5:9])
				}
				_, _ = conn.Write(f)
			}
		}
	})
}

// Frame returns a frame of HTTP/2. https://www.rfc-editor.org/rfc/rfc9113#name-frame-definitions
func Frame(kind, flags byte, stream uint32, payload []byte) []byte {
	head := binary.BigEndian.AppendUint32([]byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}, stream)
	return append(head, payload...)
}

// Reset returns a RST_STREAM frame for a request's stream.
func Reset(code uint32) []byte { return Frame(3, 0, 1, binary.BigEndian.AppendUint32(nil, code)) }

// GoAway returns a GOAWAY frame.
func GoAway(last, code uint32) []byte {
	return Frame(7, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}
