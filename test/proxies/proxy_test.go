// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"
)

//go:embed testdata/nginx.conf testdata/haproxy.cfg
var configurations embed.FS

// A proxy is a program before a server: with one port for HTTP/2 without TLS, which gRPC takes, and
// one for HTTP/1.1. No program is the server itself, which has both on one.
type proxy struct {
	name          string
	program       string
	arguments     []string
	configuration string
}

var (
	direct  = proxy{name: "direct"}
	nginx   = proxy{"nginx", "nginx", []string{"-e", "stderr", "-g", "daemon off;", "-c"}, "nginx.conf"}
	haproxy = proxy{"haproxy", "haproxy", []string{"-db", "-f"}, "haproxy.cfg"}

	proxies = []proxy{direct, nginx, haproxy}
)

// A route is where the clients call.
type route struct{ rpc, web string }

// settings are what the configurations are written with.
type settings struct {
	Dir, Upstream, RPC, Web string
	Root                    bool
}

// startAttempts bounds how often other ports are tried: one may be taken between its choice and the
// program's start.
const startAttempts = 5

// start runs the proxy before the server at upstream, a host and port, until the test ends.
func (p proxy) start(t *testing.T, upstream string) route {
	t.Helper()
	if p.program == "" {
		return route{"http://" + upstream, "http://" + upstream}
	}
	path := programPath(t, p.program)
	var err error
	for range startAttempts {
		s := settings{Dir: t.TempDir(), Upstream: upstream, RPC: freeAddress(t), Web: freeAddress(t), Root: os.Geteuid() == 0}
		if err = p.run(t, path, s); err == nil {
			return route{"http://" + s.RPC, "http://" + s.Web}
		}
	}
	t.Fatal(err)
	return route{}
}

// programPath finds a program, also where PATH has no /usr/sbin, as Debian's users have none.
func programPath(t *testing.T, name string) string {
	t.Helper()
	for _, candidate := range []string{name, filepath.Join("/usr/sbin", name)} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	absent(t, name)
	return ""
}

// absent skips a test whose program is not there. CI has them all.
func absent(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func (p proxy) run(t *testing.T, path string, s settings) error {
	t.Helper()
	configuration := filepath.Join(s.Dir, p.configuration)
	if err := writeConfiguration(configuration, p.configuration, s); err != nil {
		return err
	}
	output := &lockedBuffer{}
	command := exec.Command(path, append(p.arguments, configuration)...)
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait()
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s", p.program, output)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, address := range []string{s.RPC, s.Web} {
		if err := awaitListener(ctx, address, ended); err != nil {
			return fmt.Errorf("start %s: %w: %s", p.program, err, output)
		}
	}
	return nil
}

func writeConfiguration(path, name string, s settings) error {
	parsed, err := template.ParseFS(configurations, "testdata/"+name)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, s); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}

// awaitListener connects until it is heard, the program ends, or the context does.
func awaitListener(ctx context.Context, address string, ended <-chan struct{}) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-again.C:
		case <-ended:
			return fmt.Errorf("ended before it listened on %s", address)
		case <-ctx.Done():
			return fmt.Errorf("connect to %s: %w", address, err)
		}
	}
}

// lockedBuffer is a buffer that is read while a program writes.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
