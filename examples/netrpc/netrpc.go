// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package netrpc is an example of an adapter that errpact does not have: it brings errors over net/rpc, on
// the packages that any module may import. net/rpc sends nothing of an error but its text, so that is where
// the answer goes: the public message for people, then a google.rpc.Status for clients of this package.
package netrpc

import (
	"context"
	"encoding/base64"
	"net/rpc"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// mark stands before the encoded status. No message has a line break.
const mark = "\nerrpact:"

// Serve runs a method's body, and returns what the method should return. A nil policy is the default policy.
//
//	func (s *Shop) Buy(order *Order, receipt *Receipt) error {
//		return netrpc.Serve(s.policy, "Shop.Buy", func() error { … })
//	}
func Serve(policy *mapping.Policy, method string, body func() error) error {
	ctx := context.Background() // net/rpc has none
	server := transport.Server{Policy: policy, NeverAbort: true}
	return server.Serve(ctx, transport.Call{
		Handle:   body,
		Describe: func(error) mapping.Call { return mapping.Call{Context: ctx, Procedure: method} },
		Encode:   func(answer mapping.Answer) error { return encode(&answer) },
	})
}

// sentError is an answer: net/rpc sends its text.
type sentError struct {
	text   string
	public error
}

func (e *sentError) Error() string { return e.text }

func (e *sentError) Unwrap() error { return e.public }

func encode(answer *mapping.Answer) error {
	encoded, err := proto.Marshal(&status.Status{
		Code: int32(answer.Error().ConnectCode()), Message: answer.Message(), Details: answer.Details(),
	})
	if err != nil {
		return answer.Public() // the message alone
	}
	return &sentError{answer.Message() + mark + base64.RawStdEncoding.EncodeToString(encoded), answer.Public()}
}

// A Client is an [rpc.Client] whose Call returns errors of a catalogue. A nil Policy is the default policy.
type Client struct {
	*rpc.Client
	Policy *mapping.Policy
}

// Call calls a method, and waits for its end.
func (c *Client) Call(method string, args, reply any) error {
	decoder := transport.Client[rpc.ServerError]{Policy: c.Policy}
	return decoder.Decode(c.Client.Call(method, args, reply), decode)
}

// decode reads the text that a server sent, which may be one without errpact.
func decode(sent rpc.ServerError) mapping.ErrorResponse {
	message, encoded, _ := strings.Cut(string(sent), mark)
	raw, err := base64.RawStdEncoding.DecodeString(encoded)
	if st := new(status.Status); err == nil && proto.Unmarshal(raw, st) == nil && st.GetCode() != 0 {
		return mapping.ErrorResponse{
			ConnectCode: mapping.ConnectCode(st.GetCode()), Message: st.GetMessage(), Details: transport.AnyDetails(st.GetDetails()), Wire: true,
		}
	}
	return mapping.ErrorResponse{Message: message, Wire: true}
}
