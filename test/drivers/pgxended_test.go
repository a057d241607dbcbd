// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package drivers_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// TestG3PGXAfterTheRequestsEnd: pgx closes the connection of a query whose context ends, and its transaction then says
// that the connection, or itself, is closed. Where the request lives, that is the database's.
func TestG3PGXAfterTheRequestsEnd(t *testing.T) {
	queried := make(chan struct{}, 1)
	address := loopback.Accept(t, func(conn net.Conn) { servePostgres(conn, queried) })
	conn, err := pgx.Connect(t.Context(), "postgres://user@"+address+"/db?sslmode=disable&default_query_exec_mode=simple_protocol")
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	tx, err := conn.Begin(t.Context())
	must(t, err)
	request, end := context.WithCancel(t.Context())
	go func() {
		<-queried
		end()
	}()
	_, interrupted := tx.Exec(request, "SELECT pg_sleep(1000)")
	_, after := tx.Exec(t.Context(), "SELECT 1")
	rollback := tx.Rollback(t.Context())
	commit := tx.Commit(t.Context())
	if !errors.Is(commit, pgx.ErrTxClosed) {
		t.Fatalf("Commit = %v, want ErrTxClosed", commit)
	}
	for name, err := range map[string]error{"interrupted": interrupted, "a statement after it": after, "its rollback": rollback, "a commit after that": commit} {
		answer := sqlRules(t).Translate(&mapping.Call{Context: request}, err)
		if got := answer.Error(); got.ConnectCode() != 1 {
			t.Errorf("%s: %T %v of a request that is over became %v", name, err, err, got)
		}
	}
	check(t, sqlRules(t), "a statement after it, of a request that lives", after, database)
}

// TestG3PGXPipelineAfterTheRequestsEnd: so do the results of a pipeline after the first.
func TestG3PGXPipelineAfterTheRequestsEnd(t *testing.T) {
	queried := make(chan struct{}, 1)
	address := loopback.Accept(t, func(conn net.Conn) { servePostgres(conn, queried) })
	conn, err := pgx.Connect(t.Context(), "postgres://user@"+address+"/db?sslmode=disable")
	must(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	request, end := context.WithCancel(t.Context())
	go func() {
		<-queried
		end()
	}()
	pipeline := conn.PgConn().StartPipeline(request)
	pipeline.SendPrepare("", "SELECT 1", nil)
	_, busy := conn.Exec(t.Context(), "SELECT 1")
	must(t, pipeline.Sync())
	_, first := pipeline.GetResults()
	_, second := pipeline.GetResults()
	for name, err := range map[string]error{"first": first, "second": second, "its end": pipeline.Close()} {
		answer := sqlRules(t).Translate(&mapping.Call{Context: request}, err)
		if got := answer.Error(); got.ConnectCode() != 1 {
			t.Errorf("%s: %T %v of a request that is over became %v", name, err, err, got)
		}
	}
	check(t, sqlRules(t), "second, of a request that lives", second, database)
	// To use a connection twice at a time is a mistake of the handler's, whoever has left.
	answer := sqlRules(t).Translate(&mapping.Call{Context: request}, busy)
	if got := answer.Error(); busy == nil || got.Code() != errpactv1err.Unknown || got.ConnectCode() != errpactv1err.Unknown.ConnectCode() {
		t.Errorf("%v became %v", busy, got)
	}
}

// servePostgres begins a transaction, and never answers another query. Of each it tells.
func servePostgres(conn net.Conn, queried chan<- struct{}) {
	backend := pgproto3.NewBackend(conn, conn)
	if start, err := backend.ReceiveStartupMessage(); err != nil || start == (*pgproto3.CancelRequest)(nil) {
		return
	}
	backend.Send(&pgproto3.AuthenticationOk{})
	backend.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	for backend.Flush() == nil {
		message, err := backend.Receive()
		if err != nil {
			return
		}
		switch query := message.(type) {
		case *pgproto3.Query:
			if query.String != "begin" {
				queried <- struct{}{}
				continue
			}
		case *pgproto3.Sync:
			queried <- struct{}{}
			continue
		default:
			continue
		}
		backend.Send(&pgproto3.CommandComplete{CommandTag: []byte("BEGIN")})
		backend.Send(&pgproto3.ReadyForQuery{TxStatus: 'T'})
	}
}
