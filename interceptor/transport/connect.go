// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"cmp"
	"errors"
	"net/http"
	"sync"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/foreign/httpclient"
	"github.com/errpact/errpact/mapping"
)

// ClassifyConnect classifies an error of Connect v1 or v2: while a service moves from one to the other, its
// handlers meet both. It looks at err itself, and not at what err wraps. It is not ok for any other error, and
// for a nil one.
func ClassifyConnect(err error) (mapping.Classification, bool) {
	switch e := err.(type) {
	case *connect.Error:
		if e != nil {
			return v1(e), true
		}
	case *connectv2.Error:
		if e != nil {
			return v2(e), true
		}
	}
	return mapping.Classification{}, false
}

func v1(e *connect.Error) mapping.Classification {
	code := mapping.ConnectCode(e.Code())
	if connect.IsWireError(e) {
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code}
	}
	if isOfAnswer(e) {
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code, Failure: mapping.CallRejected}
	}
	if failure, ok := ofClient(code, e.Message(), e.Unwrap()); ok {
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code, Failure: failure}
	}
	return mapping.Classification{
		Source:       mapping.SourceLocal,
		ConnectCode:  code,
		Message:      e.Message(),
		Details:      ConnectDetails(e),
		MetadataSize: metadataSize(e),
		Node:         e,
	}
}

// ofClient finds what a client without our interceptor makes of an answer that it cannot read, and of a connection
// that failed. An error of this process's own below, such as the answer of an interceptor inside, may have the same
// words.
func ofClient(code mapping.ConnectCode, message string, cause error) (mapping.CallFailure, bool) {
	failure := failureOfClient(code, message, cause)
	if failure == 0 {
		return 0, false
	}
	known, ok := mapping.From(cause)
	return failure, !ok || known.Remote()
}

// failureOfClient goes by the code and the words alone. It returns 0 if no client writes them.
func failureOfClient(code mapping.ConnectCode, message string, cause error) mapping.CallFailure {
	switch {
	case foreign.ConnectMiscount(code, message), foreign.ConnectUnreadable(code, message):
		return mapping.CallRejected
	case foreign.ConnectBroken(code, message):
		return cmp.Or(foreign.ConnectFailure(code, message), mapping.CallFailure(httpclient.Find(cause)), mapping.CallBroken)
	case foreign.ConnectHTTPStatus(code, message):
		return cmp.Or(foreign.ConnectFailure(code, message), mapping.CallRejected)
	case code == connectcode.Unavailable && cause != nil:
		return mapping.CallFailure(httpclient.Find(cause))
	}
	return 0
}

// ConnectFailure returns how a call failed, as far as the code and the message of the client's own error say; else
// it returns 0.
func ConnectFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	return foreign.ConnectFailure(code, message)
}

// isOfAnswer finds what a gRPC client makes of an answer whose trailers it cannot read: that is no wire
// error, but has the answer's headers. No handler gives an error a Content-Type: Connect would not send
// it.
func isOfAnswer(e *connect.Error) bool {
	metadataLock.Lock()
	defer metadataLock.Unlock()
	return e.Meta().Get("Content-Type") != ""
}

// metadataLock guards the metadata of errors that a handler shares between requests: Meta makes the
// map when it is first asked for it.
var metadataLock sync.Mutex

func metadataSize(e *connect.Error) int {
	metadataLock.Lock()
	defer metadataLock.Unlock()
	return HeaderSize(e.Meta())
}

// CopyMetadata adds an error's own headers to those of an answer, under their canonical names: by
// these alone Connect knows which of them, such as Content-Length, are not the error's to set. It does nothing
// if either is nil.
func CopyMetadata(to http.Header, from *connect.Error) {
	if to == nil || from == nil {
		return
	}
	metadataLock.Lock()
	defer metadataLock.Unlock()
	for key, values := range from.Meta() {
		key = http.CanonicalHeaderKey(key)
		to[key] = append(to[key], values...)
	}
}

// Metadata returns a copy of the headers of the outermost Connect error in err, under their canonical names.
// It is empty, and not nil, for any other error, and for one that panics when it is asked.
func Metadata(err error) (metadata http.Header) {
	metadata = http.Header{}
	defer func() { _ = recover() }() // a nil pointer inside err
	if e, ok := errors.AsType[*connect.Error](err); ok {
		CopyMetadata(metadata, e)
	}
	return metadata
}

// HeaderSize returns the size of a header on the wire, in bytes. A key without values, such as that of an
// announced trailer, counts too.
func HeaderSize(h http.Header) int {
	const separators = len(": \r\n")
	n := 0
	for key, values := range h {
		n += max(1, len(values)) * (len(key) + separators)
		for _, v := range values {
			n += len(v)
		}
	}
	return n
}

// ConnectDetails returns the details of a Connect error, as package mapping reads them. A nil error has none.
func ConnectDetails(e *connect.Error) mapping.DetailList {
	if e == nil {
		return anys(nil)
	}
	return (*wireDetails)(e)
}

// errorDetailName is the type of the detail that has the error's code.
const errorDetailName = "errpact.v1.ErrorDetail"

// SetConnectErrorDetail has a response read the first ErrorDetail of a Connect error. Connect's copy of its
// bytes, if they are few, needs no allocation here. It does nothing if either is nil.
func SetConnectErrorDetail(response *mapping.ErrorResponse, e *connect.Error) {
	if response == nil || e == nil {
		return
	}
	all := e.Details()
	for _, detail := range all[:min(len(all), mapping.MaxDetails)] {
		if detail != nil && detail.Type() == errorDetailName {
			response.SetErrorDetail(detail.Bytes())
			return
		}
	}
	response.SetErrorDetail(nil)
}

// wireDetails are the details of a Connect error. A server can send null for a detail.
type wireDetails connect.Error

func (w *wireDetails) at(i int) *connect.ErrorDetail { return (*connect.Error)(w).Details()[i] }

func (w *wireDetails) Len() int { return len((*connect.Error)(w).Details()) }

func (w *wireDetails) Type(i int) string {
	if d := w.at(i); d != nil {
		return d.Type()
	}
	return ""
}

func (w *wireDetails) Value(i int) []byte {
	if d := w.at(i); d != nil {
		return d.Bytes()
	}
	return nil
}
