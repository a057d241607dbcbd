// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
)

// A matrix counts by row and column, and by protocol. It may be used by many at once.
type matrix struct {
	title         string
	rows, columns []string

	mu         sync.Mutex
	cells      map[[2]string]*score
	byProtocol map[string]*score
}

func newMatrix(title string, rows, columns []string) *matrix {
	return &matrix{title: title, rows: rows, columns: columns, cells: map[[2]string]*score{}, byProtocol: map[string]*score{}}
}

// count adds a call.
func (m *matrix) count(c call, passed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	add(m.cells, [2]string{c.row, c.column}, passed)
	add(m.byProtocol, string(c.way.Protocol), passed)
	add(m.byProtocol, all, passed)
}

func add[K comparable](scores map[K]*score, key K, passed bool) {
	if scores[key] == nil {
		scores[key] = &score{}
	}
	scores[key].total++
	if passed {
		scores[key].passed++
	}
}

// all is the sum of the protocols.
const all = "all"

// print writes the table, and below it the sums.
func (m *matrix) print(out io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byProtocol[all] == nil {
		return
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintf(out, "\n%s\n\n", m.title)
	for _, column := range m.columns {
		fmt.Fprintf(table, "\t%s", column)
	}
	fmt.Fprintln(table)
	for _, row := range m.rows {
		fmt.Fprint(table, row)
		for _, column := range m.columns {
			fmt.Fprintf(table, "\t%s", m.cells[[2]string{row, column}])
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush()
	fmt.Fprintln(out)
	for _, protocol := range []string{"Connect", "gRPC", "gRPC-Web", inProcess, all} {
		if s := m.byProtocol[protocol]; s != nil {
			fmt.Fprintf(table, "%s\t%s\n", protocol, s)
		}
	}
	_ = table.Flush()
}

// A score is how many calls went as they must.
type score struct{ passed, total int }

// String is a dash for a pair that shares no protocol.
func (s *score) String() string {
	switch {
	case s == nil:
		return "–"
	case s.passed < s.total:
		return fmt.Sprintf("%d/%d FAILED", s.passed, s.total)
	}
	return fmt.Sprintf("%d/%d", s.passed, s.total)
}
