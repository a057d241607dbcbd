// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package startup is what the two programs below have in common, of which one has errpact in it: they
// print what was allocated until main ran, and are as large as what they link.
package startup

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"time"
)

// Procedure is the method that both programs serve.
const Procedure = "/bench.v1.StartupService/Fail"

// Run is main. With an argument, which is an address, the program goes on to serve, so that the linker
// keeps what a server needs.
func Run(handler func() http.Handler) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.Mallocs)
	if len(os.Args) < 2 {
		return
	}
	s := &http.Server{Addr: os.Args[1], Handler: handler(), ReadHeaderTimeout: time.Minute}
	if err := s.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
