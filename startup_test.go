// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package errpact_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	_ "github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	_ "github.com/errpact/errpact/interceptor"
	_ "github.com/errpact/errpact/interceptor/rest"
)

// maxStartUp is what a program may allocate more for this module than for Connect, errdetails and
// descriptorpb. Most of it is protobuf's, for one .proto file more.
const maxStartUp = 200

// brought are the packages that such a program has not without this module, by how their names begin.
var brought = []string{"github.com/errpact/errpact", "golang.org/x/text/", "connectrpc.com/connect/v2", "database/sql", "log/slog"}

// TestAllocsStartUp: nothing of a catalogue is read before it is asked for.
func TestAllocsStartUp(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	found, sum := false, 0
	for line := range strings.Lines(string(trace)) {
		name, allocs := initTrace(t, line)
		for _, prefix := range brought {
			if strings.HasPrefix(name, prefix) && !strings.HasSuffix(name, "_test") {
				sum += allocs
				found = found || name == "github.com/errpact/errpact/gen/errpact/v1"
				t.Logf("%s: %d", name, allocs)
			}
		}
	}
	if !found || sum > maxStartUp {
		t.Errorf("start-up allocates %d times: want at most %d, of which some are for our .proto files (%t)", sum, maxStartUp, found)
	}
}

// initTrace reads "init NAME @1.2 ms, 0.3 ms clock, 456 bytes, 7 allocs"; of any other line it gives
// nothing. https://pkg.go.dev/runtime#hdr-Environment_Variables
func initTrace(t *testing.T, line string) (name string, allocs int) {
	t.Helper()
	words := strings.Fields(line)
	if len(words) < 4 || words[0] != "init" || words[len(words)-1] != "allocs" {
		return "", 0
	}
	allocs, err := strconv.Atoi(words[len(words)-2])
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return words[1], allocs
}
