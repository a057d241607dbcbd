// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// serveRefusing starts a server of gRPC that refuses the stream of each call's first try, and has done nothing then.
func (s *service) serveRefusing(t *testing.T) string {
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
			served.Go(func() { s.refuse(t, conn) })
			t.Cleanup(func() { _ = conn.Close() })
		}
	})
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// refuse serves one connection to its end.
func (s *service) refuse(t *testing.T, conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	a := &answering{Framer: framer, open: make(map[uint32]bool)}
	a.encoder = hpack.NewEncoder(&a.block)
	err := framer.WriteSettings()
	for err == nil {
		var frame http2.Frame
		if frame, err = framer.ReadFrame(); err == nil {
			err = s.take(a, frame)
		}
	}
	if _, ok := errors.AsType[http2.ConnectionError](err); ok {
		t.Error(err)
	}
}

func (s *service) take(a *answering, frame http2.Frame) error {
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return a.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return a.WritePing(true, f.Data)
		}
	case *http2.MetaHeadersFrame:
		id := header(f, headerID)
		if s.begin(id) == 1 {
			return a.WriteRSTStream(f.StreamID, http2.ErrCodeRefusedStream)
		}
		s.worked(id)
		a.open[f.StreamID] = true
	case *http2.DataFrame:
		if a.open[f.StreamID] && f.StreamEnded() {
			return a.succeed(f.StreamID)
		}
	}
	return nil
}

func header(f *http2.MetaHeadersFrame, name string) string {
	for _, field := range f.RegularFields() {
		if strings.EqualFold(field.Name, name) {
			return field.Value
		}
	}
	return ""
}

// answering writes answers to one connection.
type answering struct {
	*http2.Framer
	encoder *hpack.Encoder
	block   bytes.Buffer
	open    map[uint32]bool
}

// succeed answers with an empty message.
func (a *answering) succeed(stream uint32) error {
	return errors.Join(
		a.headers(stream, false, hpack.HeaderField{Name: ":status", Value: "200"}, hpack.HeaderField{Name: "content-type", Value: "application/grpc"}),
		a.WriteData(stream, false, make([]byte, 5)),
		a.headers(stream, true, hpack.HeaderField{Name: "grpc-status", Value: "0"}),
	)
}

func (a *answering) headers(stream uint32, end bool, fields ...hpack.HeaderField) error {
	a.block.Reset()
	for _, field := range fields {
		if err := a.encoder.WriteField(field); err != nil {
			return err
		}
	}
	return a.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: a.block.Bytes(), EndHeaders: true, EndStream: end})
}

// TestWorkOfARefusedStreamIsDoneOnce has net/http and grpc-go repeat the call by themselves, since a refused stream was
// never begun.
func TestWorkOfARefusedStreamIsDoneOnce(t *testing.T) {
	s := new(service)
	for stack, call := range callers(t, s.serveRefusing(t)) {
		if stack == "connect v1" || stack == "connect v2" {
			continue // the server speaks gRPC
		}
		t.Run(stack, func(t *testing.T) {
			if successes := s.check(t, all(t.Context(), call, procedureWork, stack, 0, calls, 20)); successes == 0 {
				t.Error("no call succeeded")
			}
		})
	}
}
