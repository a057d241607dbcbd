// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// A row is a benchmark's, over all turns.
type row struct {
	// Group, Case and By are the parts of its name: Answer, protocol=grpc error=static, errpact.
	Group, Case, By string
	Time            measure // in seconds
	Bytes, Allocs   measure
	Ratio           measure // the time as a share of the hand-written row's

	ratios []float64 // that of each turn, in order of size
	hand   *row      // the row that it is compared with, or nil

	// How many times larger and slower it is than a smaller one, of those that grow; else 0.
	larger, slower float64
}

// A measure is a median, and how far it may be off, as benchstat says.
type measure struct {
	Median float64
	Spread string
}

// String is the median; empty if it was not measured.
func (m measure) String() string {
	if m.Spread == "" {
		return ""
	}
	return thousands(m.Median)
}

// key is one pair of a row's name.
func (r *row) key(name string) string {
	for pair := range strings.FieldsSeq(r.Case) {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// readRows reads what the benchmarks printed, in the order of their names' first appearance.
func readRows(raw string) ([]*row, error) {
	rows, err := readTurns(raw)
	if err != nil {
		return nil, err
	}
	stats, err := run("", "go", "tool", "benchstat", "-format", "csv", raw)
	if err != nil {
		return nil, err
	}
	if err := readStats(stats, rows.byName); err != nil {
		return nil, err
	}
	for _, r := range rows.all {
		slices.Sort(r.ratios)
		for _, other := range rows.all {
			if other.Group == r.Group && other.Case == r.Case && other.By == "hand" {
				r.hand = other
			}
		}
	}
	return rows.all, check(rows.all)
}

type rowSet struct {
	all    []*row
	byName map[string]*row
}

func readTurns(raw string) (*rowSet, error) {
	file, err := os.Open(raw)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows := &rowSet{byName: make(map[string]*row)}
	reader := benchfmt.NewReader(file, raw)
	for reader.Scan() {
		var result *benchfmt.Result
		switch read := reader.Result().(type) {
		case *benchfmt.Result:
			result = read
		case *benchfmt.SyntaxError:
			return nil, read
		default:
			continue
		}
		name := string(result.Name.Full())
		if rows.byName[name] == nil {
			rows.byName[name] = newRow(name)
			rows.all = append(rows.all, rows.byName[name])
		}
		if ratio, ok := result.Value("hand-ratio"); ok {
			rows.byName[name].ratios = append(rows.byName[name].ratios, ratio)
		}
	}
	if len(rows.all) == 0 && reader.Err() == nil {
		return nil, errors.New("no benchmark ran")
	}
	return rows, reader.Err()
}

// suffix is what the testing package puts behind a name where there is more than one.
var suffix = regexp.MustCompile(`-[0-9]+$`)

func newRow(name string) *row {
	parts := strings.Split(suffix.ReplaceAllString(name, ""), "/")
	r := &row{Group: parts[0]}
	var pairs []string
	for _, part := range parts[1:] {
		if by, ok := strings.CutPrefix(part, "by="); ok {
			r.By = by
			continue
		}
		pairs = append(pairs, part)
	}
	r.Case = strings.Join(pairs, " ")
	return r
}

// readStats reads benchstat's tables, one a unit.
func readStats(stats []byte, rows map[string]*row) error {
	reader := csv.NewReader(strings.NewReader(string(stats)))
	reader.FieldsPerRecord = -1
	unit := ""
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read benchstat's table: %w", err)
		}
		if len(fields) >= 2 && fields[0] == "" {
			unit = fields[1]
		}
		if r := rows[fields[0]]; r != nil && len(fields) >= 3 {
			if err := r.set(unit, fields[1], fields[2]); err != nil {
				return err
			}
		}
	}
}

func (r *row) set(unit, median, spread string) error {
	value, err := strconv.ParseFloat(median, 64)
	if err != nil {
		return fmt.Errorf("read benchstat's %s of %s: %w", unit, r.Group, err)
	}
	m := measure{value, spread}
	switch unit {
	case "sec/op":
		r.Time = m
	case "B/op":
		r.Bytes = m
	case "allocs/op":
		r.Allocs = m
	case "hand-ratio":
		r.Ratio = m
	}
	return nil
}
