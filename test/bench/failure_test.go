// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// What every row tells: not_found, with this message, reason and domain.
const (
	message = "Resource does not exist"
	reason  = "NOT_EXIST"
	domain  = "errpact.dev"
)

// A failure is the one error of all rows, with or without metadata.
type failure struct {
	name  string
	pairs [][2]string
}

var (
	static    = failure{name: "static"}
	metadata  = failure{"metadata", [][2]string{{"folder_id", "f-17"}, {"owner_id", "u-4711"}}}
	metadata4 = failure{"metadata4", append(metadata.pairs, [2]string{"region", "eu-west"}, [2]string{"tenant", "acme"})}

	failures = []failure{static, metadata}
)

// newMetadata is what a handler makes of its request, for one error.
func (f failure) newMetadata() map[string]string {
	if f.pairs == nil {
		return nil
	}
	m := make(map[string]string, len(f.pairs))
	for _, p := range f.pairs {
		m[p[0]] = p[1]
	}
	return m
}

// errNotExist is made once, in the hand-written rows' favour.
var errNotExist error = sentinel(message)

type sentinel string

func (s sentinel) Error() string { return string(s) }

// byHand is how a handler fails without errpact.
func (f failure) byHand() error {
	err := connect.NewError(connect.CodeNotFound, errNotExist)
	addDetail(err, ownDetail())
	addDetail(err, f.info())
	return err
}

func ownDetail() *errpactv1.ErrorDetail {
	return &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST.Enum()}
}

func (f failure) info() *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Reason: reason, Domain: domain, Metadata: f.newMetadata()}
}

func addDetail(err *connect.Error, message proto.Message) {
	if detail, wrong := connect.NewErrorDetail(message); wrong == nil {
		err.AddDetail(detail)
	}
}

// reused is by hand with details that were made once, as far as that can be written by hand.
func (f failure) reused() func() error {
	var details []*connect.ErrorDetail
	for _, message := range []proto.Message{ownDetail(), f.info()} {
		if detail, err := connect.NewErrorDetail(message); err == nil {
			details = append(details, detail)
		}
	}
	return func() error {
		err := connect.NewError(connect.CodeNotFound, errNotExist)
		for _, detail := range details {
			err.AddDetail(detail)
		}
		return err
	}
}

// errpact is how a handler fails with it.
func (f failure) errpact() error {
	if f.pairs == nil {
		return errpactv1err.NotExist
	}
	var err *mapping.Error
	for i, p := range f.pairs {
		if i == 0 {
			err = errpactv1err.NotExist.WithMetadata(p[0], p[1])
			continue
		}
		err = err.WithMetadata(p[0], p[1])
	}
	return err
}
