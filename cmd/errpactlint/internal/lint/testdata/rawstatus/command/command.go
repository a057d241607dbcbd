// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command command is a server: what fails before it serves, no caller sees.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func init() {
	if err := FineSetUp(); err != nil {
		panic(err)
	}
}

func main() {
	flag.Func("name", "the shop's name", fineFlag)
	flag.Func("owner", "the owner's name", func(name string) error { return fineNamed(name) })
	flag.Parse()
	if err := fineRun(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
	later(refuse)
}

// FineSetUp cannot be imported.
func FineSetUp() error { return status.Error(codes.FailedPrecondition, "x") }

func fineRun(args []string) error {
	if len(args) > 0 {
		return status.Error(codes.InvalidArgument, "no arguments")
	}
	s, err := newServer(args)
	if err != nil {
		return errors.Join(errors.New("set up"), err)
	}
	return s.check("x")
}

func newServer(args []string) (*server, error) {
	if args == nil {
		return nil, status.Error(codes.InvalidArgument, "x")
	}
	return &server{refusal: status.Error(codes.Unavailable, "closed")}, nil // want `status.Error makes`
}

func fineFlag(value string) error { return fineNamed(value) }

func fineNamed(value string) error {
	if value == "" {
		return status.Error(codes.InvalidArgument, "no name")
	}
	return nil
}

func later(func() error) {}

func refuse() error { return status.Error(codes.Unavailable, "x") } // want `status.Error makes`

type server struct {
	shopv1.UnimplementedShopServiceServer
	refusal error
}

func (s *server) check(item string) error {
	if item == "" {
		return status.Error(codes.InvalidArgument, "no item") // want `status.Error makes`
	}
	return nil
}

func (s *server) Buy(context.Context, *shopv1.BuyRequest) (*shopv1.BuyResponse, error) {
	if err := s.check("y"); err != nil {
		return nil, err
	}
	if s.refusal == nil {
		return nil, shopv1err.Closed
	}
	return nil, status.Error(codes.NotFound, "x") // want `status.Error makes`
}
