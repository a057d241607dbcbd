// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package store has handlers whose errors ready-made rules map.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"google.golang.org/grpc"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	_ "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/rules"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	req    = shopv1.ReturnRequest
	resp   = shopv1.ReturnResponse
)

type scanned struct {
	server
	db *sql.DB
}

func (s scanned) Return(ctx context.Context, _ *req) (*resp, error) {
	var name string
	err := s.db.QueryRowContext(ctx, "SELECT 1").Scan(&name) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, by mapping.SQLRules, which`
	return nil, err
}

type missing struct{ server }

func (missing) Return(context.Context, *req) (*resp, error) {
	return nil, fmt.Errorf("x: %w", sql.ErrNoRows) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, by mapping.SQLRules, which`
}

type file struct{ server }

func (file) Return(context.Context, *req) (*resp, error) {
	if _, err := os.Open("x"); err != nil { // want `Return may return SHOP_ERROR_OUT_OF_STOCK, by mapping.FSRules, which`
		return nil, err
	}
	return nil, nil
}

type fineExec struct {
	server
	db *sql.DB
}

// Return never reads a row: its errors are SHOP_ERROR_CLOSED and SHOP_ERROR_BASKET/FULL, which it declares.
func (s fineExec) Return(ctx context.Context, _ *req) (*resp, error) {
	_, err := s.db.ExecContext(ctx, "DELETE")
	return nil, err
}

type fineRow struct {
	server
	db *sql.DB
}

func (s fineRow) Return(ctx context.Context, _ *req) (*resp, error) {
	var name string
	err := s.db.QueryRowContext(ctx, "SELECT 1").Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, err
}

type fineClose struct {
	server
	file *os.File
}

func (s fineClose) Return(context.Context, *req) (*resp, error) { return nil, s.file.Close() }

type fineWatch struct {
	server
	db *sql.DB
}

// Watch declares SHOP_ERROR_OUT_OF_STOCK, which a rule makes.
func (s fineWatch) Watch(*shopv1.WatchRequest, grpc.ServerStreamingServer[shopv1.WatchResponse]) error {
	return s.db.Ping()
}
