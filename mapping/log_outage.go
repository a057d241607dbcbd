// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"log/slog"
	"sync"
	"time"
)

const (
	// each is how many failures of an outage have one line, after the first.
	each = 100
	// pause is how long an outage lasts after its last failure. Nobody tells the log of successes.
	pause = time.Minute
)

// outages counts the failures of other services by entry and reason, so that an outage has few lines. It keeps
// declared entries and reasons only, which are few. The zero value is ready to use.
type outages struct {
	mu     sync.Mutex
	byCode map[Code]outage
}

type outage struct {
	tally
	last time.Time
}

// A tally is the state of an outage at one of its failures. The zero tally belongs to an error outside of any.
type tally struct {
	// count is the number of failures so far, and leftOut that of failures without a line since the last line.
	count, leftOut int
}

// hasLine reports whether the failure is the first of its outage, or a hundredth.
func (t tally) hasLine() bool { return t.count == 1 || t.count%each == 0 }

// count adds a failure. It counts all codes together that no catalogue declares: other services may send any
// number of them.
func (o *outages) count(code Code, now time.Time) tally {
	if !code.Declared() {
		code = Code{}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byCode == nil {
		o.byCode = make(map[Code]outage)
	}
	next := o.byCode[code]
	if now.Sub(next.last) >= pause {
		next.count = 0
	}
	next.count++
	next.last = now
	said := next.tally
	if said.hasLine() {
		next.leftOut = 0
	} else {
		next.leftOut++
		said.leftOut = 0
	}
	o.byCode[code] = next
	return said
}

func (t tally) attrs() []slog.Attr {
	if t.count == 0 {
		return nil
	}
	attrs := []slog.Attr{slog.Int("count", t.count)}
	if t.leftOut > 0 {
		attrs = append(attrs, slog.Int("left_out", t.leftOut))
	}
	return attrs
}
