// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command command has a handler.
package main

import (
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"google.golang.org/grpc"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	stream = grpc.ServerStreamingServer[shopv1.WatchResponse]
)

type fineSink struct {
	server
	err error
}

// Report may be called through an interface of a library.
func (f *fineSink) Report(err error) { f.err = err }

func (f *fineSink) Watch(*shopv1.WatchRequest, stream) error {
	f.Report(shopv1err.Closed)
	return f.err
}

type sink struct {
	server
	err error
}

// Report is called here alone.
func Report(s *sink, err error) { s.err = err }

func (s *sink) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	Report(s, shopv1err.Closed)
	return s.err
}

func main() {}
