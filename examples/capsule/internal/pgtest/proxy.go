// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pgtest

import (
	"net"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Proxy is a network between a PostgreSQL and its clients, for what can go wrong on one.
type Proxy struct {
	dir, server string
	listener    net.Listener
	running     sync.WaitGroup

	mu      sync.Mutex
	changed sync.Cond
	conns   map[net.Conn]bool
	stalled bool
	// left is how many bytes clients may send until they are cut off; negative is any number.
	left int
}

// NewProxy runs a proxy until the test ends.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	dir, err := newFolder()
	must(t, err)
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	must(t, err)
	p := &Proxy{dir: dir, server: filepath.Join(s.dir, socket), listener: listener, conns: map[net.Conn]bool{}, left: -1}
	p.changed.L = &p.mu
	p.running.Go(p.accept)
	t.Cleanup(func() {
		must(t, listener.Close())
		p.Cut()
		p.running.Wait()
		must(t, os.RemoveAll(dir))
	})
	return p
}

// Of is the URL of the database at url, by way of the proxy.
func (p *Proxy) Of(url string) string {
	return strings.Replace(url, neturl.QueryEscape(filepath.Dir(p.server)), neturl.QueryEscape(p.dir), 1)
}

// Stall lets nothing through any more, and tells nobody, until [Proxy.Cut].
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = true
}

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled, p.left = false, -1
	for conn := range p.conns {
		_ = conn.Close() // it may be closed
		delete(p.conns, conn)
	}
	p.changed.Broadcast()
}

// CutAfter cuts all connections once clients have sent n more bytes, which the server gets.
func (p *Proxy) CutAfter(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = n
}

// Left is how many bytes are left of [Proxy.CutAfter]; it is negative where that is over.
func (p *Proxy) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		server, err := net.Dial("unix", p.server)
		if err != nil {
			_ = client.Close() // as the server would
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.running.Go(func() { p.pump(server, client, true) })
		p.running.Go(func() { p.pump(client, server, false) })
	}
}

func (p *Proxy) pump(to, from net.Conn, fromClient bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		pass, last := p.pass(n, fromClient)
		if _, err := to.Write(buffer[:pass]); err != nil {
			return
		}
		if last {
			p.Cut()
			return
		}
	}
}

// pass says how many of n bytes may go on, when they may, and whether they are the last.
func (p *Proxy) pass(n int, fromClient bool) (pass int, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stalled {
		p.changed.Wait()
	}
	if !fromClient || p.left < 0 {
		return n, false
	}
	n = min(n, p.left)
	p.left -= n
	return n, p.left == 0
}
