// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"errors"
	"log"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ServeSwitch answers a REST caller with the status's code.
func ServeSwitch(w http.ResponseWriter, r *http.Request) {
	if err := validate(r); err != nil {
		w.WriteHeader(httpStatus(err))
	}
}

func validate(*http.Request) error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func httpStatus(err error) int {
	switch status.Code(err) {
	case codes.NotFound:
		return http.StatusNotFound
	case codes.InvalidArgument:
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// ServeChain answers a REST caller with the status's code, which it asks for each time.
func ServeChain(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(httpStatusOf(forChain()))
	w.WriteHeader(httpStatusOfConverted(forConverted()))
}

func forChain() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func httpStatusOf(err error) int {
	if status.Code(err) == codes.NotFound {
		return http.StatusNotFound
	}
	if status.Code(err) == codes.InvalidArgument {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func forConverted() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func httpStatusOfConverted(err error) (code int) {
	func() {
		switch {
		case status.Convert(err).Code() == codes.NotFound:
			code = http.StatusNotFound
		case status.Convert(err).Code() == codes.InvalidArgument:
			code = http.StatusBadRequest
		}
	}()
	return code
}

func fineTwo() bool {
	one, two := fineOnce(), fineOnce()
	return status.Code(one) == codes.NotFound && status.Code(two) == codes.Unavailable && connect.CodeOf(one) != connect.CodeUnknown
}

// ServeOne tests for one code.
func ServeOne(w http.ResponseWriter, r *http.Request) {
	if err := connectError(); connect.CodeOf(err) == connect.CodeNotFound {
		http.NotFound(w, r)
	}
}

func connectError() error { return connect.NewError(connect.CodeNotFound, nil) } // want `connect.NewError makes`

// ServeNumber writes the code's number.
func ServeNumber(numbers map[codes.Code]int, set func(int)) {
	set(numbers[status.Convert(forNumber()).Code()])
	set(int(status.Code(forInt())))
}

func forNumber() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

// ServeUnsigned writes the code's number, whose type the code's is made of.
func ServeUnsigned(set func(uint32)) {
	set(uint32(status.Code(forUnsigned())))
	log.Print(uint32(status.Code(fineLogsNumber())), int(status.Code(fineLogsNumber())))
}

func forUnsigned() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func fineLogsNumber() error { return status.Error(codes.NotFound, "x") }

func forInt() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

// ServeName writes the code's name.
func ServeName(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(connect.CodeOf(forName()).String()))
}

func forName() error { return connect.NewError(connect.CodeNotFound, nil) } // want `connect.NewError makes`

type fineRetrying struct{}

func (fineRetrying) run() {
	for {
		if status.Code(fineOnce()) != codes.Unavailable {
			return
		}
	}
}

func fineOnce() error { return status.Error(codes.Unavailable, "x") }

func fineServeText(w http.ResponseWriter, r *http.Request) {
	if err := fineInternal(); err != nil {
		http.Error(w, errors.Unwrap(err).Error(), http.StatusInternalServerError)
	}
}

func fineInternal() error { return connect.NewError(connect.CodeInternal, nil) }
