// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The cases have deadlines of their own, which a machine that is busy with other tests does not meet.
var suite = flag.Bool("suite", false, "run the conformance suite, alone")

// runs are the suite's own cases, and those of testdata/details.yaml. How many there are follows from
// the suite's version and from testdata/config.yaml: none may get lost.
var runs = []struct {
	name, mode string
	details    bool
	command    []string
	cases      int
}{
	{"v1 server", "server", false, []string{"server"}, 3640},
	{"v1 server behind rest.Handler", "server", false, []string{"rest-server"}, 3640},
	{"v1 client", "client", false, []string{"client"}, 4638},
	{"v1 domain errors", "both", false, []string{"domain-client", "----", "domain-server"}, 2796},
	{"v1 server, details", "server", true, []string{"server"}, 178},
	{"v1 client, details", "client", true, []string{"client"}, 194},
	{"v1 domain errors, details", "both", true, []string{"domain-client", "----", "domain-server"}, 168},
	{"v2 server", "server", false, []string{"v2-server"}, 3640},
	{"v2 server behind rest.Handler", "server", false, []string{"v2-rest-server"}, 3640},
	{"v2 client", "client", false, []string{"v2-client"}, 4638},
	{"v2 domain errors", "both", false, []string{"v2-domain-client", "----", "v2-domain-server"}, 2796},
	{"v2 server, details", "server", true, []string{"v2-server"}, 178},
	{"v2 client, details", "client", true, []string{"v2-client"}, 194},
	{"v1 to v2 domain errors, details", "both", true, []string{"domain-client", "----", "v2-domain-server"}, 168},
	{"v2 to v1 domain errors, details", "both", true, []string{"v2-domain-client", "----", "domain-server"}, 168},
}

func TestG14TheConformanceSuitePassesInFull(t *testing.T) {
	if !*suite {
		t.Skip("`make conformance` runs it, with -suite")
	}
	stock, linked := buildRunners(t)
	table := new(strings.Builder)
	fmt.Fprintf(table, "%-32s %6s %7s %7s %7s %7s\n", "side", "cases", "passed", "failed", "again", "time")
	for _, r := range runs {
		t.Run(r.name, func(t *testing.T) {
			args := []string{"--mode", r.mode, "--conf", "testdata/config.yaml"}
			runner := stock
			if r.details {
				runner = linked
				args = append(args, "--test-file", "testdata/details.yaml")
			}
			start := time.Now()
			got := passed(t, runner, args, programs(t, r.command))
			fmt.Fprintf(table, "%-32s %6d %7d %7d %7d %7s\n", r.name, got.cases, got.passed, got.failed, got.again, time.Since(start).Round(100*time.Millisecond))
			if got.cases != r.cases || got.passed != r.cases || got.failed != 0 {
				t.Errorf("%d cases, %d passed, %d failed; want %d, and all to pass", got.cases, got.passed, got.failed, r.cases)
			}
		})
	}
	t.Logf("the Connect conformance suite:\n%s", table)
}

// programs are commands that start this program in the place of the names of its sides.
func programs(t *testing.T, names []string) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var command []string
	for _, name := range names {
		if name != "----" {
			command = append(command, self)
		}
		command = append(command, name)
	}
	return command
}

// counts are of cases. Those that passed alone, again, are among the passed.
type counts struct{ cases, passed, failed, again int }

// maxShown bounds what is shown of the runner's words: one mistake can fail thousands of cases.
const maxShown = 4000

// maxAgain is how many failed cases are run again, alone: many have deadlines of a few hundred
// milliseconds, which a machine that halts for a moment does not meet, all that run then at once. A case that
// fails twice fails.
const maxAgain = 20

// passed runs the suite, and what failed of it once more.
func passed(t *testing.T, runner string, args, programs []string) counts {
	t.Helper()
	got, failed, output := run(t, runner, slices.Concat(args, []string{"--"}, programs))
	if len(failed) == 0 && got.failed == 0 {
		return got
	}
	if len(failed) != got.failed || len(failed) > maxAgain {
		t.Errorf("the runner says:\n%.*s", maxShown, output)
		return got
	}
	t.Logf("these are run again, alone:\n%.*s", maxShown, output)
	for _, name := range failed {
		once, still, words := run(t, runner, slices.Concat(args, []string{"--run", name, "--"}, programs))
		if once.cases != 1 || len(still) > 0 {
			t.Errorf("%s fails again:\n%.*s", name, maxShown, words)
			continue
		}
		got.passed, got.failed, got.again = got.passed+1, got.failed-1, got.again+1
	}
	return got
}

// failure is how the runner names a case that failed.
var failure = regexp.MustCompile(`(?m)^FAILED: (.+):$`)

// run runs the suite, gives the cases that failed and the runner's words, and fails the test on what
// the runner does not count: a race, which a program tells on stderr alone, and no summary.
func run(t *testing.T, runner string, args []string) (got counts, failed []string, output string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), runner, args...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, race, found := strings.Cut(stderr.String(), "DATA RACE"); found {
		t.Errorf("DATA RACE%.*s", maxShown, race)
	}
	for _, match := range failure.FindAllStringSubmatch(stdout.String(), -1) {
		failed = append(failed, match[1])
	}
	if err != nil && len(failed) == 0 {
		t.Errorf("the runner: %v\n%.*s", err, maxShown, stdout.String())
	}
	_, summary, _ := strings.Cut(stdout.String(), "Total cases: ")
	if _, err := fmt.Sscanf(summary, "%d\n%d passed, %d failed", &got.cases, &got.passed, &got.failed); err != nil {
		t.Errorf("no summary: %v\n%.*s", err, maxShown, stderr.String())
	}
	return got, failed, stdout.String()
}
