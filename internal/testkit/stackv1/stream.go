// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package stackv1

import (
	"errors"
	"io"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// The handlers' ends of streams.
type (
	clientStreamOf struct{ *connect.ClientStream[text] }
	bidiStreamOf   struct {
		*connect.BidiStream[text, text]
	}
	serverStreamOf struct {
		*connect.ServerStream[text]
		request *text
	}
)

func (clientStreamOf) Send(string) error { return errors.New("a client stream has one response") }

func (s clientStreamOf) Receive() (string, error) {
	if !s.ClientStream.Receive() {
		if err := s.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}
	return s.Msg().Value, nil
}

func (s bidiStreamOf) Send(value string) error {
	return s.BidiStream.Send(wrapperspb.String(value))
}

func (s bidiStreamOf) Receive() (string, error) {
	message, err := s.BidiStream.Receive()
	return message.GetValue(), err
}

func (s *serverStreamOf) Send(value string) error {
	return s.ServerStream.Send(wrapperspb.String(value))
}

func (s *serverStreamOf) Receive() (string, error) {
	if s.request == nil {
		return "", io.EOF
	}
	value := s.request.Value
	s.request = nil
	return value, nil
}

// The client's ends of streams.
type (
	sending struct {
		*connect.ClientStreamForClient[text, text]
		received bool
	}
	receiving struct {
		*connect.ServerStreamForClient[text]
	}
	exchanging struct {
		*connect.BidiStreamForClient[text, text]
	}
)

func (s *sending) Send(value string) error {
	return s.ClientStreamForClient.Send(wrapperspb.String(value))
}
func (*sending) CloseSend() error { return nil }
func (*sending) Close() error     { return nil }

func (s *sending) Receive() error {
	if s.received {
		return io.EOF
	}
	s.received = true
	_, err := s.CloseAndReceive()
	return err
}

func (receiving) Send(string) error { return nil }
func (receiving) CloseSend() error  { return nil }

func (s receiving) Receive() error {
	switch {
	case s.ServerStreamForClient.Receive():
		return nil
	case s.Err() != nil:
		return s.Err()
	}
	return io.EOF
}

func (s exchanging) Send(value string) error {
	return s.BidiStreamForClient.Send(wrapperspb.String(value))
}
func (s exchanging) CloseSend() error { return s.CloseRequest() }
func (s exchanging) Receive() error   { _, err := s.BidiStreamForClient.Receive(); return err }
func (s exchanging) Close() error {
	return errors.Join(s.CloseRequest(), s.CloseResponse())
}
