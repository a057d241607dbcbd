// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package netrpc_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/rpc"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/errpact/errpact/examples/netrpc"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// secret is in what no caller may see.
const secret = "postgres://admin:hunter2@db"

// Folders is a service.
type Folders struct {
	policy *mapping.Policy
}

// Open fails as its caller asks.
func (f *Folders) Open(how *string, size *int) error {
	return netrpc.Serve(f.policy, "Folders.Open", func() error {
		switch *how {
		case "not exist":
			return errpactv1err.NotExist.WithMetadata("folderId", "f-1").WithRetryDelay(2 * time.Second).Wrap(errors.New(secret))
		case "unmapped":
			return errors.New(secret)
		case "panic":
			panic(secret)
		case "abort":
			panic(http.ErrAbortHandler)
		}
		*size = 42
		return nil
	})
}

// Bare fails as a server does that has no errpact.
func (f *Folders) Bare(how *string, _ *int) error { return errors.New(*how) }

// reports are those of a server.
type reports chan mapping.Report

// take returns the reports so far: a server makes them before it answers.
func (r reports) take() []mapping.Report {
	var all []mapping.Report
	for len(r) > 0 {
		all = append(all, <-r)
	}
	return all
}

// start serves on a loopback listener.
func start(t *testing.T) (*netrpc.Client, reports) {
	t.Helper()
	seen := make(reports, 16)
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, r mapping.Report) { seen <- r }))
	if err != nil {
		t.Fatal(err)
	}
	server := rpc.NewServer()
	if err := server.Register(&Folders{policy}); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		if conn, err := listener.Accept(); err == nil {
			server.ServeConn(conn)
		}
	})
	client, err := rpc.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = client.Close(), listener.Close()
		served.Wait()
	})
	return &netrpc.Client{Client: client}, seen
}

func open(client *netrpc.Client, how string) (size int, err error) {
	err = client.Call("Folders.Open", &how, &size)
	return size, err
}

func TestATypedErrorArrives(t *testing.T) {
	client, seen := start(t)
	_, err := open(client, "not exist")
	e, ok := mapping.From(err)
	if !ok || !errors.Is(err, errpactv1err.NotExist) || !e.Remote() || e.Inferred() {
		t.Fatalf("the caller got %+v", err)
	}
	delay, _ := e.RetryDelay()
	if e.Message() != errpactv1err.NotExist.Message() || e.Metadata()["folderId"] != "f-1" || delay != 2*time.Second {
		t.Errorf("the caller got %q, %v, %v", e.Message(), e.Metadata(), delay)
	}
	if strings.Contains(fmt.Sprintf("%+v", err), secret) {
		t.Errorf("the cause left the server: %+v", err)
	}
	if all := seen.take(); len(all) != 1 || !strings.Contains(all[0].Err.Error()+fmt.Sprintf("%+v", all[0].Err), secret) {
		t.Errorf("reports %+v", all)
	}
	if size, err := open(client, ""); size != 42 || err != nil {
		t.Errorf("a success is %d, %v", size, err)
	}
}

func TestWhatNobodyMappedIsOpaque(t *testing.T) {
	client, seen := start(t)
	for how, panics := range map[string]bool{"unmapped": false, "panic": true, "abort": true} {
		_, err := open(client, how)
		e, ok := mapping.From(err)
		if !ok || e.Code() != errpactv1err.Unknown || e.Inferred() || e.Message() != errpactv1err.Unknown.Message() {
			t.Errorf("%s: the caller got %+v", how, err)
		}
		if strings.Contains(fmt.Sprintf("%+v", err), secret) {
			t.Errorf("%s left the server: %+v", how, err)
		}
		all := seen.take()
		if len(all) != 1 || (all[0].Panic != nil) != panics || all[0].Procedure != "Folders.Open" || all[0].RequestID != e.RequestID() {
			t.Errorf("%s: reports %+v", how, all)
		}
	}
	if size, err := open(client, ""); size != 42 || err != nil {
		t.Errorf("after all that, a success is %d, %v", size, err)
	}
}

// TestAServerWithoutErrpact is no danger: its texts are inferred errors, however they look.
func TestAServerWithoutErrpact(t *testing.T) {
	client, _ := start(t)
	for _, text := range []string{"plain", "\nerrpact:", "\nerrpact:!", "\nerrpact:AAAA", "\nerrpact:CAA", "\nerrpact://///w"} {
		err := client.Call("Folders.Bare", &text, new(int))
		if e, ok := mapping.From(err); !ok || !e.Remote() || !e.Inferred() || e.Code() != errpactv1err.Unknown {
			t.Errorf("%q became %+v", text, err)
		}
	}
	_ = client.Close()
	if _, err := open(client, ""); !errors.Is(err, rpc.ErrShutdown) || mapping.CodeOf(err) != errpactv1err.Unknown {
		t.Errorf("a closed client gave %v", err)
	}
}
