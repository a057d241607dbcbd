// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// machine is what the numbers depend on.
type machine struct {
	CPU, System, Go string
	Cores           int
	Modules         []string
}

// compared are the modules whose versions matter.
var compared = []string{
	"connectrpc.com/connect", "connectrpc.com/connect/v2", "connectrpc.com/vanguard", "google.golang.org/grpc", "google.golang.org/protobuf",
	"github.com/go-kratos/kratos/v3", "github.com/cockroachdb/errors", "github.com/googleapis/gax-go/v2",
	"github.com/grpc-ecosystem/grpc-gateway/v2",
}

func thisMachine() (machine, error) {
	m := machine{CPU: cpuModel(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Cores: cores()}
	out, err := run("", "go", append([]string{"list", "-m", "-f", "{{.Path}} {{.Version}}"}, compared...)...)
	if err != nil {
		return m, err
	}
	m.Modules = strings.Split(strings.TrimSpace(string(out)), "\n")
	return m, nil
}

// cpuModel is what Linux calls the processor; elsewhere it is not known.
func cpuModel() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "model name"); ok {
			return strings.TrimLeft(name, "\t :")
		}
	}
	return "unknown processor"
}

// cores is how many the benchmarks may use at once.
func cores() int { return runtime.GOMAXPROCS(0) }
