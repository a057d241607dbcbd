// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pgtest

import (
	"bufio"
	"io"
	"strings"
	"sync"
)

// log is what the server wrote.
type log struct {
	ready chan struct{}

	mu   sync.Mutex
	text strings.Builder
}

func newLog() *log { return &log{ready: make(chan struct{})} }

// read reads to the end. That the server is ready it says there, once: nobody has to ask again and
// again.
func (l *log) read(r io.Reader) {
	lines, ready := bufio.NewScanner(r), false
	for lines.Scan() {
		l.mu.Lock()
		l.text.WriteString(lines.Text() + "\n")
		l.mu.Unlock()
		if !ready && strings.Contains(lines.Text(), "ready to accept connections") {
			ready = true
			close(l.ready)
		}
	}
	_, _ = io.Copy(io.Discard, r) // a line too long to scan
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
