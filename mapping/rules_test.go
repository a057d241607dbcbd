// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// translate is what the caller of a Connect service gets of err.
func translate(p *mapping.Policy, err error) *mapping.Error {
	answer := p.Translate(&mapping.Call{Context: context.Background(), Classify: transport.ClassifyConnect}, err)
	return answer.Error()
}

var errMine = errors.New("mine")

type typedError struct{ id string }

func (e *typedError) Error() string { return "typed " + e.id }

func TestRulesAreAskedInOrder(t *testing.T) {
	var asked []string
	note := func(name string, rule mapping.Rule) mapping.Rule {
		return func(err error) (*mapping.Error, bool) {
			asked = append(asked, name)
			return rule(err)
		}
	}
	p := newPolicy(t, mapping.WithRules(
		note("unknown", func(error) (*mapping.Error, bool) { return errpactv1err.Database.New("no"), false }),
		note("nil", func(error) (*mapping.Error, bool) { return nil, true }),
		note("first", mapping.MapIs(errMine, errpactv1err.NotExist)), nil), mapping.WithRules(
		note("second", mapping.MapIs(errMine, errpactv1err.Database))))
	if got := translate(p, fmt.Errorf("x: %w", errMine)); got.Code() != errpactv1err.NotExist || !errors.Is(got, errMine) {
		t.Errorf("got %v", got)
	}
	if got := strings.Join(asked, " "); got != "unknown nil first" {
		t.Errorf("asked %s", got)
	}
	if got := translate(p, errors.New("other")); got.Code() != errpactv1err.Unknown {
		t.Errorf("got %v", got)
	}
	asked = nil
	for _, err := range []error{errpactv1err.InvalidType, errpactv1err.InvalidType.Wrap(errMine), (*typedError)(nil), nil} {
		_ = translate(p, err)
	}
	if len(asked) != 0 {
		t.Errorf("%v were asked about errors of one's own, nil and typed nil", asked)
	}
}

func TestMapAsAndMapIs(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(
		mapping.MapIs(nil, errpactv1err.Database), mapping.MapAs[*typedError](nil),
		mapping.MapAs(func(e *typedError) *mapping.Error {
			switch e.id {
			case "nil":
				return nil
			case "caused":
				return errpactv1err.NotExist.Wrap(errMine)
			}
			return errpactv1err.NotExist.WithMetadata("id", e.id)
		})))
	got := translate(p, fmt.Errorf("a: %w", &typedError{"7"}))
	if got.Metadata()["id"] != "7" || !errors.As(got, new(*typedError)) {
		t.Errorf("got %+v", got)
	}
	if got := translate(p, &typedError{"caused"}); !errors.Is(got, errMine) || errors.As(got.Unwrap(), new(*typedError)) {
		t.Errorf("a rule's own cause was replaced: %+v", got)
	}
	if got := translate(p, &typedError{"nil"}); got.Code() != errpactv1err.Unknown {
		t.Errorf("got %v", got)
	}
}

// nodeError wraps, and has an Is and an As of its own.
type nodeError struct{ below error }

func (e *nodeError) Error() string        { return "node: " + e.below.Error() }
func (e *nodeError) Unwrap() error        { return e.below }
func (e *nodeError) Is(target error) bool { return target == fs.ErrInvalid }

func TestRulesNeverSeeABorderOrAContextsEnd(t *testing.T) {
	remote := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 5, Message: "secret", Wire: true, Cause: errMine})
	wire := connect.NewWireError(connect.CodeNotFound, errors.New("secret"))
	for name, hidden := range map[string]error{
		"remote": remote, "wire": wire, "canceled": context.Canceled, "expired": context.DeadlineExceeded,
	} {
		for shape, err := range map[string]error{
			"alone": hidden, "wrapped": fmt.Errorf("get: %w", hidden), "joined": errors.Join(errMine, hidden),
			"below a node": &nodeError{fmt.Errorf("a: %w", hidden)},
		} {
			t.Run(name+"/"+shape, func(t *testing.T) {
				var seen []error
				p := newPolicy(t, mapping.WithRules(func(err error) (*mapping.Error, bool) {
					seen = append(seen, err)
					return nil, false
				}))
				_ = translate(p, err)
				for _, err := range seen {
					if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, new(*connect.Error)) ||
						errors.As(err, new(*mapping.Error)) || strings.Contains(err.Error(), "secret") {
						t.Errorf("a rule saw %v", err)
					}
				}
				if (len(seen) > 0) != (shape != "alone") {
					t.Errorf("rules saw %v", seen)
				}
				// What is above or beside is still there, to itself.
				above := newPolicy(t, mapping.WithRules(mapping.MapAs(func(e *nodeError) *mapping.Error { return errpactv1err.InvalidType.New("") }),
					mapping.MapIs(errMine, errpactv1err.Database)))
				got := translate(above, err)
				want := map[string]mapping.Code{"below a node": errpactv1err.InvalidType, "joined": errpactv1err.Database}[shape]
				if want != (mapping.Code{}) && got.Code() != want {
					t.Errorf("got %v, want %v", got, want)
				}
				byIs := newPolicy(t, mapping.WithRules(mapping.MapIs(fs.ErrInvalid, errpactv1err.InvalidType)))
				if got := translate(byIs, err); (got.Code() == errpactv1err.InvalidType) != (shape == "below a node") {
					t.Errorf("by its Is: %v", got)
				}
			})
		}
	}
}

// TestRulesDoNotTakeANetworksTimeoutForAContextsEnd: net/http's own timeout calls itself one.
func TestRulesDoNotTakeANetworksTimeoutForAContextsEnd(t *testing.T) {
	_, timeout := (&http.Client{Timeout: 1}).Head("http://127.0.0.1:1/")
	if !errors.Is(timeout, context.DeadlineExceeded) {
		t.Fatalf("a client's timeout is %v", timeout)
	}
	p := newPolicy(t, mapping.WithRules(mapping.MapIs(context.DeadlineExceeded, errpactv1err.NotAllowed)))
	if got := translate(p, fmt.Errorf("a: %w", timeout)); !errors.Is(got, errpactv1err.ExternalServiceTimedOut) {
		t.Errorf("got %v", got)
	}
}

func TestARulesReceivedErrorIsNotOurs(t *testing.T) {
	remote := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 14, Message: "secret", Wire: true})
	p := newPolicy(t, mapping.WithRules(func(error) (*mapping.Error, bool) { return remote, true }))
	if got := translate(p, errMine); !errors.Is(got, errpactv1err.ExternalServiceUnreachable) {
		t.Errorf("got %v", got)
	}
	p = newPolicy(t, mapping.WithRules(func(error) (*mapping.Error, bool) { return remote.Relay(), true }))
	if got := translate(p, errMine); got.Message() != "secret" || got.Remote() {
		t.Errorf("relayed, got %v", got)
	}
}

// pgError has an SQLSTATE.
type pgError string

func (e pgError) Error() string    { return "pg " + string(e) }
func (e pgError) SQLState() string { return string(e) }

func TestSQLRules(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.SQLRules()...))
	database, unavailable := errpactv1err.Database, errpactv1err.DatabaseTemporarilyUnavailable
	checkRules(t, p, map[error]mapping.Code{
		sql.ErrNoRows: errpactv1err.NotExist, sql.ErrConnDone: unavailable, sql.ErrTxDone: database, driver.ErrBadConn: unavailable,
		pgError("08006"): unavailable, pgError("40001"): unavailable, pgError("40P01"): unavailable, pgError("53300"): unavailable,
		pgError("57P01"): unavailable, pgError("57014"): database, pgError("23505"): database, pgError(""): database,
		context.Canceled: errpactv1err.ExternalServiceTimedOut, context.DeadlineExceeded: errpactv1err.ExternalServiceTimedOut,
		errMine: {},
	})
}

func TestFSRules(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.FSRules()...))
	dir := t.TempDir()
	_, missing := os.Open(filepath.Join(dir, "missing"))
	_, readable := os.ReadFile(dir)
	_, socket := net.Dial("unix", filepath.Join(dir, "socket"))
	program := exec.Command(filepath.Join(dir, "program")).Run()
	denied := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}
	checkRules(t, p, map[error]mapping.Code{
		missing: errpactv1err.NotExist, os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "b")): errpactv1err.NotExist,
		socket: errpactv1err.ExternalServiceUnreachable, program: {}, readable: {}, denied: {}, fs.ErrNotExist: {}, fs.ErrPermission: {},
		errMine: {},
	})
}

func TestNetRulesAndWhatEveryPolicyKnowsOfTheNetwork(t *testing.T) {
	unreachable, timedOut := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceTimedOut
	known := map[error]mapping.Code{
		&net.OpError{Op: "dial", Err: errMine}: unreachable, &net.OpError{Op: "proxyconnect", Err: errMine}: unreachable,
		&net.OpError{Op: "remote error", Err: tls.AlertError(42)}: unreachable, &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}: unreachable,
		&net.DNSError{Err: "no such host"}: unreachable, tls.RecordHeaderError{}: unreachable, http.ErrSchemeMismatch: unreachable,
		&tls.CertificateVerificationError{Err: errMine}: unreachable, x509.UnknownAuthorityError{}: unreachable,
		syscall.EPIPE: unreachable, syscall.ECONNABORTED: unreachable,
		&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}: timedOut, os.ErrDeadlineExceeded: timedOut,
		connect.NewError(connect.CodeCanceled, syscall.ECONNRESET): unreachable,
		errMine: {},
	}
	checkRules(t, nil, known)
	known[net.ErrClosed] = unreachable
	checkRules(t, newPolicy(t, mapping.WithRules(mapping.NetRules()...)), known)
	checkRules(t, nil, map[error]mapping.Code{net.ErrClosed: {}})
}

// checkRules also looks at the errors below others. The zero Code is what nobody mapped.
func checkRules(t *testing.T, p *mapping.Policy, wants map[error]mapping.Code) {
	t.Helper()
	for err, want := range wants {
		for _, err := range []error{err, fmt.Errorf("a: %w", err), errors.Join(errors.New("b"), err)} {
			got := translate(p, err)
			if !errors.Is(got, want) || got.Message() != want.Message() {
				t.Errorf("%#v became %v, want %v", err, got, want)
			}
		}
	}
}

func TestG7OddErrorsHarmNobody(t *testing.T) {
	wide := make([]error, 10_000)
	for i := range wide {
		wide[i] = errMine
	}
	deep := errMine
	for range 10_000 {
		deep = fmt.Errorf("%w", deep)
	}
	for name, err := range map[string]error{
		"wide": errors.Join(wide...), "deep": deep, "nil inside": &nodeError{errMine}, "nil in a join": joined{nil, (*typedError)(nil), errMine},
	} {
		if got := translate(nil, err); got.Code() != errpactv1err.Unknown {
			t.Errorf("%s: %v", name, got)
		}
		if got := translate(nil, errors.Join(errpactv1err.NotExist.New("x"), err)); got.Code() != errpactv1err.NotExist {
			t.Errorf("%s, below one's own: %v", name, got)
		}
	}
}

type joined []error

func (j joined) Error() string   { return "joined" }
func (j joined) Unwrap() []error { return j }

func TestG9ACredentialFunctionThatPanicsHarmsNobody(t *testing.T) {
	p := newPolicy(t, mapping.WithCredential(func(http.Header) bool { panic("x") }))
	if got := p.Decode(&mapping.ErrorResponse{ConnectCode: 16}); got.Code() != errpactv1err.AuthInvalid {
		t.Errorf("got %v", got)
	}
	if got := translate(p, connect.NewError(connect.CodeUnauthenticated, nil)); got.Code() != errpactv1err.AuthInvalid {
		t.Errorf("got %v", got)
	}
}
