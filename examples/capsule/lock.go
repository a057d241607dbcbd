// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const lockUsage = `Usage: capsule lock [flags]

Takes the lock of a SQLite database, as another program might, until SIGINT or
SIGTERM: to see what capsule serve answers to whoever has to write.

Flags:
`

func lock(ctx context.Context, args []string, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("lock", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = io.WriteString(flags.Output(), lockUsage)
		flags.PrintDefaults()
	}
	file := flags.String("db", "capsule.db", "`file` of the database")
	if err := parse(flags, args, stdout); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usageErrorf("lock takes no arguments, but got %q", flags.Arg(0))
	}
	if _, err := os.Stat(*file); err != nil { // SQLite would make one
		return err
	}
	db, err := sql.Open("sqlite", *file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "capsule lock has %s\n", *file); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
