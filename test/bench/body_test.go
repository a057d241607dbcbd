// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// lookBody finds out what a REST answer tells: an envelope, a google.rpc.Status or kratos' own.
func lookBody(body []byte) (*seen, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, fmt.Errorf("read %q: %w", body, err)
	}
	switch {
	case keys["error_code"] != nil:
		return lookEnvelope(body)
	case keys["reason"] != nil:
		return lookKratos(body)
	case keys["code"] != nil:
		s := new(spb.Status)
		if err := protojson.Unmarshal(body, s); err != nil {
			return nil, err
		}
		return lookStatus(status.FromProto(s)), nil
	}
	return nil, errors.New("none of the bodies that are known: " + string(body))
}

// lookEnvelope needs the catalogue for the Connect code and the name: a caller goes by the number.
func lookEnvelope(body []byte) (*seen, error) {
	details := new(envelopeDetails)
	e := envelope{Details: &details}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	code := errpactv1err.Catalogue.Code(e.Code)
	out := &seen{Code: uint32(code.ConnectCode()), Message: e.Message, Reason: shortName(code), Number: e.Code}
	if details != nil {
		out.Metadata = details.Metadata
	}
	return out, nil
}

func lookKratos(body []byte) (*seen, error) {
	var e struct {
		Code            int
		Message, Reason string
		Metadata        map[string]string
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	if e.Code != http.StatusNotFound {
		return nil, fmt.Errorf("code %d", e.Code)
	}
	return &seen{Code: uint32(connect.CodeNotFound), Message: e.Message, Reason: e.Reason, Metadata: e.Metadata}, nil
}
