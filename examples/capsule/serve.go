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
	"net/url"
	"time"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
)

const serveUsage = `Usage: capsule serve [flags]

Serves Connect, gRPC, gRPC-Web and REST on one port, until SIGINT or SIGTERM.
Requests that are being answered then have 10 s to end. If the environment has
OTEL_EXPORTER_OTLP_ENDPOINT, the spans of calls go there, by OTLP over HTTP. If
it has CAPSULE_ERRORS, the errors of each method are appended to that file.

Examples:
  capsule serve
  capsule serve -addr 127.0.0.1:0 -db demo.db
  capsule serve -db postgres://capsule@127.0.0.1/capsule -analyzer http://127.0.0.1:8081

Flags:
`

const (
	lockTimeout     = 3 * time.Second
	shutdownTimeout = 10 * time.Second
)

// serving is the command line of serve.
type serving struct {
	addr, db, key, analyzer, metrics string
	analyzerTimeout                  time.Duration
	chaos                            bool
}

func serve(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parseServing(args, stdout)
	if err != nil {
		return err
	}
	logTo(stderr)
	db, err := store.Open(ctx, s.db, lockTimeout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if s.analyzer == "" {
		url, stop, err := startAnalyzer(ctx)
		if err != nil {
			return err
		}
		defer stop()
		s.analyzer = url
	}
	meters, stop, err := s.startMetrics(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	traces, flush, err := startTraces(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, flush()) }()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	handler, err := server.New(server.Config{
		Store:           db,
		URL:             baseURL(listener.Addr()),
		ContainerKey:    []byte(s.key),
		Analyzer:        analyzer.NewClient(s.analyzer),
		AnalyzerTimeout: s.analyzerTimeout,
		Closing:         ctx.Done(),
		Meters:          meters,
		Traces:          traces,
		Chaos:           s.chaos,
	})
	if err == nil {
		_, err = io.WriteString(stdout, s.greeting(listener.Addr()))
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntilDone(ctx, server.NewHTTP(handler), listener)
}

func parseServing(args []string, stdout io.Writer) (*serving, error) {
	s := &serving{}
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = io.WriteString(flags.Output(), serveUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 is any free one")
	flags.StringVar(&s.db, "db", "capsule.db", "`database`: a file for SQLite, created if it does not exist, or a URL, postgres://…")
	flags.StringVar(&s.key, "container-key", container.DemoKey, "`key` that containers are signed with; the default is for trying out")
	flags.StringVar(&s.analyzer, "analyzer", "", "`URL` of a capsule analyzer, in place of one in this process")
	flags.DurationVar(&s.analyzerTimeout, "analyzer-timeout", 5*time.Second, "how `long` a call to the analyzer may take")
	flags.StringVar(&s.metrics, "metrics", "", "`address` to serve /metrics on, for Prometheus, such as 127.0.0.1:9464")
	flags.BoolVar(&s.chaos, "chaos", false, "do what callers on this machine ask for with X-Chaos: panic, sleep, leak or conflict")
	if err := parse(flags, args, stdout); err != nil {
		return nil, err
	}
	switch {
	case flags.NArg() > 0:
		return nil, usageErrorf("serve takes no arguments, but got %q", flags.Arg(0))
	case s.analyzerTimeout <= 0:
		return nil, usageErrorf("-analyzer-timeout must be more than 0, and not %v", s.analyzerTimeout)
	case s.analyzer != "":
		if u, err := url.Parse(s.analyzer); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, usageErrorf("-analyzer must be a URL, such as http://127.0.0.1:8081, and not %q", s.analyzer)
		}
	}
	return s, nil
}

// logTo makes stderr the place of all logs: one line a request, and what errpact reports, which goes
// to the default logger.
func logTo(stderr io.Writer) { slog.SetDefault(slog.New(slog.NewTextHandler(stderr, nil))) }

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

// baseURL is where somebody on this machine finds what listens on addr.
func baseURL(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

// greeting says where the server is and what to try.
func (s *serving) greeting(addr net.Addr) string {
	more := ""
	if s.metrics != "" {
		more = "and counts errors on " + s.metrics + "\n"
	}
	if s.chaos {
		more += "It does what X-Chaos asks for: panic, sleep, leak or conflict.\n"
	}
	return fmt.Sprintf(`capsule serves Connect, gRPC, gRPC-Web and REST on %[1]s
and has its media analysed by %[2]s
%[3]s
Access tokens:
  demo-admin      may do everything
  demo-operator   may read
  demo-expired    was good once

Try:
  curl -i -H 'X-Forensic-Access-Token: demo-admin'   '%[1]s/api/folders'
  curl -i -H 'X-Forensic-Access-Token: demo-admin'   '%[1]s/api/folders?limit=0'
  curl -i -H 'X-Forensic-Access-Token: demo-expired' '%[1]s/api/folders'

Or open %[1]s in a browser; each error is explained on %[1]s/errors
The README has a command for each. gRPC tools find the services by reflection.
`, baseURL(addr), s.analyzer, more)
}
