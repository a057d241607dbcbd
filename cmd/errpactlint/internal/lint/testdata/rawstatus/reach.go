// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func fineLogged(ctx context.Context, logger *slog.Logger) {
	log.Printf("x: %v", status.Error(codes.NotFound, "x"))
	logger.ErrorContext(ctx, "x", "err", connect.NewError(connect.CodeNotFound, nil))
	fmt.Fprintln(os.Stderr, status.New(codes.NotFound, "x").Err())
}

type ownLogger interface {
	Warnf(format string, args ...any)
}

func fineOwnLogger(l ownLogger) {
	err := status.Error(codes.NotFound, "x")
	if err != nil {
		l.Warnf("x: %v", err)
	}
	logAll(err, err)
}

// ErrorLogger logs what cannot be returned.
type ErrorLogger interface {
	Log(err error)
	Keep(err error)
}

func fineErrorLogger(l ErrorLogger) { l.Log(status.Error(codes.NotFound, "x")) }

func kept(l ErrorLogger) { l.Keep(status.Error(codes.NotFound, "x")) } // want `status.Error makes`

// checks keeps what a test's function of that name logs.
type checks struct{ all []error }

func (c *checks) Errorf(format string, args ...any) {
	c.all = append(c.all, fmt.Errorf(format, args...))
}

func checked(c *checks) {
	c.Errorf("x: %w", status.Error(codes.NotFound, "x")) // want `status.Error makes`
}

type fineChecks struct{}

func (fineChecks) Errorf(format string, args ...any) { log.Printf(format, args...) }

func fineOwnChecks() { fineChecks{}.Errorf("x: %w", status.Error(codes.NotFound, "x")) }

func logAll(all ...error) {
	for _, err := range all {
		log.Print(err)
	}
}

func finePanic() { panic(status.Error(codes.NotFound, "x")) }

func fineCompared(err error) bool {
	return errors.Is(err, status.Error(codes.NotFound, "x")) || err == status.Error(codes.NotFound, "y")
}

func fineDropped() {
	_ = status.Error(codes.NotFound, "x")
	defer quiet()
	go quiet()
}

func quiet() error { return status.Error(codes.NotFound, "x") }

func fineText() error {
	st := status.New(codes.NotFound, "x")
	return fmt.Errorf("%s %v: %s", st.Code(), status.Error(codes.NotFound, "x"), st.Err().Error())
}

func fineCause() error { return shopv1err.Closed.Wrap(status.Error(codes.NotFound, "x")) }

func fineTested(name string) bool { return testName(name) == nil }

func testName(name string) error {
	if name == "" {
		return connect.NewError(connect.CodeInvalidArgument, nil)
	}
	return testMore(name)
}

func testMore(name string) (err error) {
	defer func() { log.Print(err) }()
	if len(name) > 10 {
		err = status.Error(codes.InvalidArgument, name)
	}
	return err
}

func fineCounted(names []string) (n int, ok bool) {
	for _, name := range names {
		check := func() (int, error) { return 1, status.Error(codes.NotFound, name) }
		if i, err := check(); err == nil {
			n += i
		}
	}
	st, ok := status.FromError(status.Error(codes.NotFound, "x"))
	log.Print(st.Code().String())
	return n, ok && st.Code() == codes.NotFound
}

// Check is for other packages.
func Check(name string) error { return checkName(name) }

func checkName(name string) error {
	if name == "" {
		return connect.NewError(connect.CodeInvalidArgument, nil) // want `connect.NewError makes`
	}
	_ = logged(name)
	return nil
}

func logged(name string) error {
	err := status.Error(codes.NotFound, name) // want `status.Error makes`
	log.Print(err)
	for range 3 {
		if e := logged(name + "x"); e == nil {
			return nil
		}
	}
	Sink(err)
	return err
}

// Sink is for other packages to set.
var Sink = func(error) {}

func convertedBack() error {
	return status.Convert(status.Error(codes.NotFound, "x")).Err() // want `status.Error makes`
}

func ofMessage() (error, error) {
	p := status.New(codes.NotFound, "x").Proto() // want `status.New makes`
	p.Message += "."
	return status.ErrorProto(p), status.FromProto(status.New(codes.NotFound, "x").Proto()).Err() // want `status.New makes`
}

func fineOfMessage() { log.Print(status.ErrorProto(status.New(codes.NotFound, "x").Proto())) }

func captured() (err error) {
	func() {
		err = status.Error(codes.NotFound, "x") // want `status.Error makes`
	}()
	return err
}

func wrapped(format string) (error, error) {
	one := status.Error(codes.NotFound, "x") // want `status.Error makes`
	two := status.Error(codes.NotFound, "y") // want `status.Error makes`
	return errors.Join(errors.New("x"), one), fmt.Errorf(format, two)
}

func formatted() (error, error) {
	one := fmt.Errorf("%[2]s: %[1]w", status.Error(codes.NotFound, "x"), "x")     // want `status.Error makes`
	return one, fmt.Errorf("%+w: 100%% wrong", status.Error(codes.NotFound, "x")) // want `status.Error makes`
}

func fineFormatted() error {
	return fmt.Errorf("%+v: 100%% wrong, %d", status.Error(codes.NotFound, "x"), 1)
}

type answers struct {
	last error
	all  map[string]error
}

func (a *answers) add(name string) {
	a.last = status.Error(codes.NotFound, "x")      // want `status.Error makes`
	a.all[name] = status.Error(codes.NotFound, "y") // want `status.Error makes`
}

type sender interface {
	Error(err error) error
	Warn(err error)
	Log(args ...string)
	Fatal(err error, args ...any)
}

func sent(s sender) {
	s.Warn(status.Error(codes.NotFound, "x"))          // want `status.Error makes`
	s.Fatal(status.Error(codes.NotFound, "x"))         // want `status.Error makes`
	_ = s.Error(status.Error(codes.NotFound, "x"))     // want `status.Error makes`
	s.Log(status.Error(codes.NotFound, "x").Error())   // a text
	context.CancelCauseFunc(nil)(status.Error(5, "x")) // want `status.Error makes`
}

func asTarget() (found *connect.Error) {
	errors.As(error(connect.NewError(connect.CodeNotFound, nil)), &found) // want `connect.NewError makes`
	return found
}

type inner struct{}

func (inner) check() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

type checker interface{ check() error }

func throughInterface(c checker) error {
	if inner.check(inner{}) == nil {
		return nil
	}
	return c.check()
}

type bound struct{}

func (bound) checkBound() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func (bound) checkThunk() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func throughMethodValue(run func(func() error) error, c interface{ checkBound() error }) error {
	if (bound{}).checkBound() == nil {
		return nil
	}
	return run(c.checkBound)
}

type thunk interface{ checkThunk() error }

func throughMethodExpression(run func(func(thunk) error) error) error {
	if (bound{}).checkThunk() == nil {
		return nil
	}
	return run(thunk.checkThunk)
}

func asValue() func() error {
	if made() == nil {
		return nil
	}
	return made
}

func made() error { return status.Error(codes.NotFound, "x") } // want `status.Error makes`

func generically[T any](v T) (T, error) {
	return v, status.Error(codes.NotFound, "x") // want `status.Error makes`
}

func ofGeneric() error {
	_, err := generically(1)
	return err
}

func fineGeneric() int {
	n, err := droppedGeneric(1)
	if err != nil {
		return 0
	}
	return n
}

func droppedGeneric[T any](v T) (T, error) { return v, status.Error(codes.NotFound, "x") }

// Drop has no caller here.
func Drop() error {
	return status.Error(codes.NotFound, "x") // want `status.Error makes`
}

// Parse is a flag's, and for other packages.
func Parse(name string) error {
	if name == "" {
		return status.Error(codes.InvalidArgument, "x") // want `status.Error makes`
	}
	return nil
}

func flags(set *flag.FlagSet, own fineOwnFlag) {
	set.Func("name", "a name", Parse)
	set.Func("owner", "a name", own.parse)
	set.Func("item", "a name", ownFlag{}.parseItem)
}

type fineOwnFlag struct{}

func (fineOwnFlag) parse(string) error { return status.Error(codes.InvalidArgument, "x") }

type ownFlag struct{}

func (ownFlag) parseItem(string) error { return status.Error(codes.InvalidArgument, "x") } // want `status.Error makes`

func parsed(p interface{ parseItem(string) error }) error { return p.parseItem("x") }

func fineDropsExported() { _ = Drop() }
