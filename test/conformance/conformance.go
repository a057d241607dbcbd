// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package conformance is a server and a client for the official Connect conformance suite, with
// errpact's interceptors installed. The suite's runner starts them as programs, tells them on stdin
// what to do, and compares what came of it: https://github.com/connectrpc/conformance
//
// What is Connect v1's own is in service.go, call.go and stream.go, and what is v2's in servicev2.go,
// callv2.go and streamv2.go. The rest holds for both.
package conformance

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// Stack is what a side is built on.
type Stack uint8

const (
	// ConnectV1 is connectrpc.com/connect.
	ConnectV1 Stack = iota
	// ConnectV2 is connectrpc.com/connect/v2.
	ConnectV2
)

// Errors is what the errors are made of that the suite asks a server for.
type Errors uint8

const (
	// Local errors are those that Connect alone knows. They must arrive as the handler made them.
	Local Errors = iota
	// Domain errors are those of a catalogue. A client that knows of them takes the details off again
	// that errpact added, since the suite did not ask for them.
	Domain
)

// catalogue has an entry for every Connect code.
var catalogue = mapping.MustCatalogue(interopv1.ConformanceCode(0).Descriptor())

// entry is the catalogue's entry for a Connect code.
func entry(code conformancev1.Code) mapping.Code { return catalogue.Code(1000 + int32(code)) }

// policy is the one that a side's interceptor has. Of its rules none is loosened but the one that
// replaces a handler's own messages, which the suite compares.
func (e Errors) policy() (*mapping.Policy, error) {
	options := []mapping.Option{mapping.WithCatalogues(errpactv1err.Catalogue, catalogue)}
	if e == Local {
		options = append(options, mapping.WithConnectMessages())
	}
	return mapping.NewPolicy(options...)
}

// maxMessage bounds what the runner sends at once, which is less than this by far.
const maxMessage = 16 << 20

// readMessage reads a message from the runner: four bytes of size, then the message.
func readMessage(r io.Reader, m proto.Message) error {
	var prefix [4]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return err // io.EOF is the end
	}
	size := binary.BigEndian.Uint32(prefix[:])
	if size > maxMessage {
		return fmt.Errorf("conformance: the runner's message has %d bytes, more than %d", size, maxMessage)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return fmt.Errorf("conformance: read the runner's message: %w", err)
	}
	return proto.Unmarshal(data, m)
}

// writeMessage answers the runner, in one write.
func writeMessage(w io.Writer, m proto.Message) error {
	data, err := proto.MarshalOptions{}.MarshalAppend(make([]byte, 4), m)
	if err != nil {
		return err
	}
	binary.BigEndian.PutUint32(data, uint32(len(data)-4))
	_, err = w.Write(data)
	return err
}

// wait is a delay that the suite asks for.
func wait(ctx context.Context, milliseconds uint32) error {
	timer := time.NewTimer(time.Duration(milliseconds) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
