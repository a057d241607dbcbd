// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package responselimit

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
)

// Frames begin with flags and a length, of gRPC-Web as of Connect's streams. All flags but the one for
// compression mark a frame that is no message: the end of the stream, with its error.
// https://connectrpc.com/docs/protocol#streaming-response
const (
	framePrefix    = 5
	flagCompressed = 1
)

// frameBody reads the prefixes of a stream's frames as they pass. Messages are read straight into the
// reader's memory; a frame that is something else is held, and measured, before it is passed on.
type frameBody struct {
	io.ReadCloser
	encoding string
	web      bool // the frames are gRPC-Web's

	message uint32 // what is left of the current message
	held    []byte // what was read here, and is to be passed on
	prefix  [framePrefix]byte
	err     error // what comes after held
}

func (b *frameBody) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.message == 0 && len(b.held) == 0 && b.err == nil {
		b.err = b.next()
	}
	switch {
	case len(b.held) > 0:
		n := copy(p, b.held)
		b.held = b.held[n:]
		return n, nil
	case b.err != nil:
		return 0, b.err
	}
	n, err := b.ReadCloser.Read(p[:min(uint64(len(p)), uint64(b.message))])
	b.message -= uint32(n)
	return n, err
}

// next reads a prefix and, unless a message follows, its frame. What was read before an error is passed
// on before it: to tell what a cut stream means is Connect's.
func (b *frameBody) next() error {
	n, err := io.ReadFull(b.ReadCloser, b.prefix[:])
	b.held = b.prefix[:n]
	if err != nil {
		return cutShort(err)
	}
	flags, size := b.prefix[0], binary.BigEndian.Uint32(b.prefix[1:])
	if flags&^flagCompressed == 0 {
		b.message = size
		return nil
	}
	b.held = nil
	if size > maxErrorBytes {
		return tooLarge("the errors in the last frame")
	}
	frame := make([]byte, framePrefix+size)
	copy(frame, b.prefix[:])
	n, err = io.ReadFull(b.ReadCloser, frame[framePrefix:])
	if err := b.measure(flags, frame[framePrefix:framePrefix+n]); err != nil {
		return err
	}
	b.held = frame[:framePrefix+n]
	return cutShort(err)
}

// cutShort is the end as the reader would have met it.
func cutShort(err error) error {
	if err == io.ErrUnexpectedEOF {
		return io.EOF
	}
	return err
}

// measure refuses a frame that is too large when it is inflated, or may be, and one of too many details.
func (b *frameBody) measure(flags byte, content []byte) error {
	if flags&flagCompressed != 0 {
		inflated, err := b.inflate(content)
		if err != nil {
			return err
		}
		content = inflated
	}
	if !b.web {
		_, err := (&elements{at: detailsDepthAtEnds}).Write(content)
		return err
	}
	if hasTooManyInFrame(content) {
		return tooMany()
	}
	return nil
}

// inflate gives nothing of what does not inflate: that is harmless, and Connect's to refuse.
func (b *frameBody) inflate(content []byte) ([]byte, error) {
	switch b.encoding {
	case "", "identity":
		return nil, nil // Connect does not inflate it either
	case "gzip":
	default:
		return nil, refused("the last frame has encoding %q, in which its size cannot be known", b.encoding)
	}
	var plain bytes.Buffer
	if zr, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
		if n, _ := io.CopyN(&plain, zr, maxErrorBytes+1); n > maxErrorBytes {
			return nil, tooLarge("the errors in the last frame")
		}
	}
	return plain.Bytes(), nil
}
