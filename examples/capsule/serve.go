// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
)

const serveUsage = `Usage: capsule serve [flags]

Serves Connect, gRPC, gRPC-Web and REST on one port, until SIGINT or SIGTERM.
Requests that are being answered then have 10 s to end.

Examples:
  capsule serve
  capsule serve -addr 127.0.0.1:0 -db demo.db

Flags:
`

const (
	busyTimeout     = 3 * time.Second
	shutdownTimeout = 10 * time.Second
)

func serve(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = io.WriteString(flags.Output(), serveUsage)
		flags.PrintDefaults()
	}
	addr := flags.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 is any free one")
	dbFile := flags.String("db", "capsule.db", "`file` of the SQLite database, made if there is none")
	key := flags.String("container-key", container.DemoKey, "`key` that containers are signed with; the default is for trying out")
	if err := parse(flags, args, stdout); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usageErrorf("serve takes no arguments, but got %q", flags.Arg(0))
	}
	// errpact reports redacted errors and panics to the default logger.
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, nil)))

	db, err := store.OpenSQLite(ctx, *dbFile, busyTimeout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	handler, err := server.New(server.Config{Store: db, ContainerKey: []byte(*key)})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, greeting(listener.Addr())); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntilDone(ctx, server.NewHTTP(handler), listener)
}

// serveUntilDone serves until ctx ends, and then lets the requests under way finish.
func serveUntilDone(ctx context.Context, s *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	slog.Info("shutting down", "timeout", shutdownTimeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), s.Close())
	}
	return nil
}

// greeting says where the server is and what to try.
func greeting(addr net.Addr) string {
	base := "http://" + addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		base = fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return fmt.Sprintf(`capsule serves Connect, gRPC, gRPC-Web and REST on %[1]s

Access tokens:
  demo-admin      may do everything
  demo-operator   may read
  demo-expired    was good once

Try:
  curl -i -H 'X-Forensic-Access-Token: demo-admin'   '%[1]s/api/folders'
  curl -i -H 'X-Forensic-Access-Token: demo-admin'   '%[1]s/api/folders?limit=0'
  curl -i -H 'X-Forensic-Access-Token: demo-expired' '%[1]s/api/folders'

`, base)
}
