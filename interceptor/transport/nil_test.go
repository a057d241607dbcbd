// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// TestG7ExportedFunctionsTakeNil has a row for every exported function and method: what it makes of nil, of
// zero and of typed nil. A row is true if that is as its doc says.
func TestG7ExportedFunctionsTakeNil(t *testing.T) {
	rows := make(map[string]func() bool)
	for _, table := range []map[string]func() bool{nilServers, nilClients, nilExchanges, nilContexts, nilStreams, nilProbes, nilConnect, nilOthers} {
		maps.Copy(rows, table)
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if value := recover(); value != nil {
					t.Errorf("it panics: %v\n%s", value, debug.Stack())
				}
			}()
			if !row() {
				t.Errorf("nil, zero or typed nil: not as its doc says")
			}
		})
	}
}

// noContext is a nil context, for callers who have no other.
var noContext context.Context

// typedNils are errors that are not nil and hold a nil, alone and wrapped.
var typedNils = append(suite.NilErrors(), (*transport.Front)(nil))

// valueError is comparable by its type, and panics when it is compared.
type valueError struct{ value any }

func (valueError) Error() string { return "" }

func isUnknown(err error) bool {
	e, ok := mapping.From(err)
	return ok && e.Code() == errpactv1err.Unknown
}

// noMethod is a descriptor of somebody's own, whose methods do not survive nil.
type noMethod struct{ protoreflect.MethodDescriptor }

// serve runs a call with a server whose handler returns err. The call lacks what without takes away.
func serve(server *transport.Server, err error, without func(*transport.Call)) error {
	call := transport.Call{
		Handle:   func() error { return err },
		Describe: func(error) mapping.Call { return mapping.Call{} },
		Encode:   func(answer mapping.Answer) error { return answer.Error() },
	}
	without(&call)
	return server.Serve(noContext, call)
}

var nilServers = map[string]func() bool{
	"InputOf": func() bool {
		return transport.InputOf(nil) == nil && transport.InputOf("text") == nil && transport.InputOf((*noMethod)(nil)) == nil
	},
	"Decide": func() bool {
		answer := transport.Decide(nil, nil, transport.Failure{}, nil)
		panicked := transport.Decide(new(mapping.Policy), new(mapping.Call), transport.Failure{Panic: (*noMethod)(nil)}, nobodys.SetError)
		return isUnknown(answer.Error()) && isUnknown(panicked.Error())
	},
	"Server.Serve": func() bool {
		whole := func(*transport.Call) {}
		for _, without := range []func(*transport.Call){
			func(call *transport.Call) { call.Handle = nil },
			func(call *transport.Call) { call.Describe = nil },
			func(call *transport.Call) { call.Encode = nil },
			func(call *transport.Call) { *call = transport.Call{} },
		} {
			if serve(nil, nil, without) == nil || serve(nil, errpactv1err.NotExist, without) == nil {
				return false
			}
		}
		for _, err := range typedNils {
			if !isUnknown(serve(nil, err, whole)) || !isUnknown(serve(new(transport.Server), err, whole)) {
				return false
			}
		}
		return serve(nil, nil, whole) == nil && mapping.CodeOf(serve(nil, errpactv1err.NotExist, whole)) == errpactv1err.NotExist &&
			isUnknown(serve(nil, nil, func(call *transport.Call) { call.Handle = func() error { panic("x") } }))
	},
}

// serveDeclared is a call in a REST request, whose schema a server reads.
func serveDeclared(schema any) error {
	return new(transport.Server).Serve(withExchange(new(transport.Exchange)), transport.Call{
		Handle:   func() error { return nil },
		Describe: func(error) mapping.Call { return mapping.Call{} },
		Encode:   func(answer mapping.Answer) error { return answer.Error() },
		Schema:   func() any { return schema },
	})
}

func TestG7NilSchemasDeclareNothing(t *testing.T) {
	for _, schema := range []any{nil, 1, (*noMethod)(nil), protoreflect.MethodDescriptor(nil)} {
		if err := serveDeclared(schema); err != nil {
			t.Errorf("%T became %v", schema, err)
		}
	}
}

var nilClients = map[string]func() bool{
	"Client.Context": func() bool {
		var none *transport.Client[*connect.Error]
		return none.Context(noContext) == nil && new(transport.Client[*connect.Error]).Context(noContext) == nil
	},
	"Client.Decode": func() bool {
		for _, client := range []*transport.Client[*connect.Error]{nil, {}} {
			if client.Decode(nil, nil) != nil || client.Decode(nil, read) != nil {
				return false
			}
			for _, err := range append(typedNils, errors.New("x"), new(connect.Error)) {
				if !isUnknown(client.Decode(err, read)) || !isUnknown(client.Decode(err, nil)) {
					return false
				}
			}
		}
		return true
	},
}

// nobodys is the exchange of a call that is not part of a REST request.
var nobodys *transport.Exchange

var nilExchanges = map[string]func() bool{
	"Exchange.Abort":         func() bool { nobodys.Abort(); return !nobodys.Aborted() },
	"Exchange.Aborted":       func() bool { return !nobodys.Aborted() && !new(transport.Exchange).Aborted() },
	"Exchange.Begin":         func() bool { nobodys.Begin(nil, nil); new(transport.Exchange).Begin(nil, nil); return true },
	"Exchange.BeginRPC":      func() bool { nobodys.BeginRPC(nil, nil); new(transport.Exchange).BeginRPC(nil, nil); return true },
	"Exchange.DeclareStatus": func() bool { nobodys.DeclareStatus(201); return nobodys.Status() == 0 },
	"Exchange.EndStream":     func() bool { nobodys.EndStream(nil); new(transport.Exchange).EndStream(nil); return true },
	"Exchange.Enter":         func() bool { return nobodys.Enter() == nil && new(transport.Exchange).Enter() != nil },
	"Exchange.IsREST":        func() bool { return !nobodys.IsREST() && new(transport.Exchange).IsREST() },
	"Exchange.Pass": func() bool {
		return !nobodys.Pass(transport.Passage{}) && !new(transport.Exchange).Pass(transport.Passage{})
	},
	"Exchange.Recorded":  func() bool { return cmp.Equal(nobodys.Recorded(), transport.Record{}) },
	"Exchange.Refuse":    func() bool { return cmp.Equal(nobodys.Refuse(), transport.Record{}) },
	"Exchange.Refused":   func() bool { return !nobodys.Refused() && !new(transport.Exchange).Refused() },
	"Exchange.RequestID": func() bool { return len(nobodys.RequestID()) == 32 && len(new(transport.Exchange).RequestID()) == 32 },
	"Exchange.SetError":  func() bool { nobodys.SetError(nil); new(transport.Exchange).SetError(nil); return true },
	"Exchange.SetNotModified": func() bool {
		exchange := new(transport.Exchange)
		nobodys.SetNotModified(nil)
		exchange.SetNotModified(nil)
		return exchange.Recorded().NotModified != nil
	},
	"Exchange.Route":       func() bool { return nobodys.Route() == "" && new(transport.Exchange).Route() == "" },
	"Exchange.SetRoute":    func() bool { nobodys.SetRoute("/x"); return nobodys.Route() == "" },
	"Exchange.SetStatus":   func() bool { nobodys.SetStatus(201); return nobodys.Status() == 0 },
	"Exchange.Status":      func() bool { return nobodys.Status() == 0 && new(transport.Exchange).Status() == 0 },
	"Exchange.StreamEnded": func() bool { return !nobodys.StreamEnded() && !new(transport.Exchange).StreamEnded() },
	"Exchange.Succeed":     func() bool { nobodys.Succeed(); return !nobodys.Recorded().Succeeded },
}

var nilContexts = map[string]func() bool{
	"ExchangeOf": func() bool {
		return transport.ExchangeOf(noContext) == nil && transport.ExchangeOf(withExchange(nil)) == nil
	},
	"FailStream": func() bool {
		e, ok := transport.FailStream(noContext, nil)
		return e == nil && !ok
	},
	"IsFront":         func() bool { return !transport.IsFront(noContext) },
	"NewStream":       func() bool { stream := transport.NewStream(noContext); return stream.Received(nil) == nil },
	"WithFront":       func() bool { return transport.IsFront(transport.WithFront(noContext)) },
	"WithoutExchange": func() bool { return transport.WithoutExchange(noContext) == nil },
}

var nilProbes = map[string]func() bool{
	"Probe.Context": func() bool {
		var none *transport.Probe
		return !transport.Probed(none.Context(noContext)) && transport.Probed(new(transport.Probe).Context(noContext))
	},
	"Probe.Passed": func() bool {
		return (*transport.Probe)(nil).Passed() == nil && new(transport.Probe).Passed() == nil
	},
	"Probed": func() bool { return !transport.Probed(noContext) },
}

// keeps says that a stream gives back any error, and finds nothing that it was not given.
func keeps(do func(*transport.Stream, error) error) bool {
	for _, err := range append([]error{nil, valueError{1}, valueError{[]int{1}}}, typedNils...) {
		stream := new(transport.Stream)
		none, given := do(nil, err), do(stream, err)
		// Only of errors without an uncomparable value may be asked whether they are the same.
		if _, odd := err.(valueError); !odd && (none != err || given != err) {
			return false
		}
		for _, other := range append([]error{nil, valueError{[]int{1}}}, typedNils...) {
			stream.Gave(other)
			(*transport.Stream)(nil).Gave(other)
		}
	}
	return true
}

var nilStreams = map[string]func() bool{
	"Stream.Gave": func() bool {
		stream, err := new(transport.Stream), errors.New("x")
		if received, sent := (*transport.Stream)(nil).Gave(err); received || sent {
			return false
		}
		_, _ = stream.Received(err), stream.Sent(err)
		for _, foreign := range append([]error{nil, valueError{[]int{1}}}, typedNils...) {
			if received, sent := stream.Gave(foreign); received || sent {
				return false
			}
		}
		received, sent := stream.Gave(err)
		return received && sent
	},
	"Stream.Received": func() bool { return keeps((*transport.Stream).Received) },
	"Stream.Sent":     func() bool { return keeps((*transport.Stream).Sent) },
	"StreamError.Receive": func() bool {
		return transport.StreamError{}.Receive().Source == mapping.SourceCaller
	},
	"StreamError.Send": func() bool { return transport.StreamError{}.Send().Source == mapping.SourceCaller },
}

var nilConnect = map[string]func() bool{
	"AnyDetails": func() bool {
		details := transport.AnyDetails([]*anypb.Any{nil})
		return transport.AnyDetails(nil).Len() == 0 && details.Type(0) == "" && details.Value(0) == nil
	},
	"ClassifyConnect": func() bool {
		for _, err := range append([]error{nil, (*connectv2.Error)(nil)}, typedNils...) {
			if _, ok := transport.ClassifyConnect(err); ok {
				return false
			}
		}
		v1, known1 := transport.ClassifyConnect(new(connect.Error))
		v2, known2 := transport.ClassifyConnect(new(connectv2.Error))
		return known1 && known2 && v1.Source == mapping.SourceLocal && v2.Source == mapping.SourceLocal
	},
	"ConnectDetails": func() bool {
		return transport.ConnectDetails(nil).Len() == 0 && transport.ConnectDetails(new(connect.Error)).Len() == 0
	},
	"ConnectV2Details": func() bool {
		return transport.ConnectV2Details(nil).Len() == 0 && transport.ConnectV2Details(new(connectv2.Error)).Len() == 0
	},
	"CopyMetadata": func() bool {
		from, to := connect.NewError(connect.CodeNotFound, nil), http.Header{}
		from.Meta().Set("X-Own", "kept")
		transport.CopyMetadata(nil, nil)
		transport.CopyMetadata(nil, from)
		transport.CopyMetadata(to, nil)
		transport.CopyMetadata(to, new(connect.Error))
		return len(to) == 0
	},
	"HeaderSize": func() bool { return transport.HeaderSize(nil) == 0 },
	"Metadata": func() bool {
		return !slices.ContainsFunc(append([]error{nil, new(connect.Error)}, typedNils...), func(err error) bool {
			metadata := transport.Metadata(err)
			return metadata == nil || len(metadata) != 0
		})
	},
	"SetConnectErrorDetail": func() bool {
		for _, response := range []*mapping.ErrorResponse{nil, {}} {
			transport.SetConnectErrorDetail(response, nil)
			transport.SetConnectErrorDetail(response, new(connect.Error))
			if !isUnknown((*mapping.Policy)(nil).Decode(response)) {
				return false
			}
		}
		return true
	},
}

var nilOthers = map[string]func() bool{
	"Front.Error": func() bool {
		for _, cause := range append([]error{nil, (*fs.PathError)(nil), (*net.OpError)(nil)}, (*transport.Front)(nil)) {
			if front := (&transport.Front{Cause: cause}); front.Error() != "" {
				return false
			}
		}
		return (*transport.Front)(nil).Error() == "" && (&transport.Front{Classification: mapping.Classification{Message: "x"}}).Error() == "x"
	},
	"RESTError.Error": func() bool {
		return (*transport.RESTError)(nil).Error() == "" && new(transport.RESTError).Error() == "" &&
			(&transport.RESTError{Err: (*fs.PathError)(nil)}).Error() == ""
	},
	"RESTError.Unwrap": func() bool {
		return (*transport.RESTError)(nil).Unwrap() == nil && new(transport.RESTError).Unwrap() == nil
	},
	"Front.Unwrap":   func() bool { return (*transport.Front)(nil).Unwrap() == nil && new(transport.Front).Unwrap() == nil },
	"GRPCClientMade": func() bool { _, made := transport.GRPCClientMade(0, ""); return !made },
	"GRPCClosed":     func() bool { return !transport.GRPCClosed("") },
	"GRPCExhausted": func() bool {
		return !slices.ContainsFunc(append(typedNils, nil), func(err error) bool { return transport.GRPCExhausted(err) != "" })
	},
	"GRPCLost":       func() bool { return !slices.ContainsFunc(append(typedNils, nil), transport.GRPCLost) },
	"ConnectFailure": func() bool { return transport.ConnectFailure(0, "") == 0 },
	"GRPCFailure":    func() bool { return transport.GRPCFailure(0, "") == mapping.CallAnswered },
	"GRPCNoAnswer":   func() bool { return !transport.GRPCNoAnswer(0, "") },
	"GRPCNotUTF8":    func() bool { return !transport.GRPCNotUTF8(0, "") },
	"GRPCOverLimit":  func() bool { over, _ := transport.GRPCOverLimit(0, ""); return !over },
	"GivenPolicy":    func() bool { return transport.GivenPolicy("", nil) == nil },
	"IsDirect": func() bool {
		return !transport.IsDirect(nil, nil) && !transport.IsDirect(errors.New("x"), nil) &&
			!slices.ContainsFunc(typedNils, func(err error) bool {
				return transport.IsDirect(err, func(error) (is, stop bool) { return false, false })
			})
	},
	"IsNotModified": func() bool { return !slices.ContainsFunc(append(typedNils, nil), transport.IsNotModified) },
	"SetHeaders": func() bool {
		transport.SetHeaders(nil, nil)
		transport.SetHeaders(nil, new(mapping.Answer))
		return true
	},
	"WireOf": func() bool {
		return transport.WireOf("", false) == mapping.WireOther && transport.WireOf("", true) == mapping.WireOther
	},
	"Skips": func() bool { return !transport.Skips(nil, 0) },
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".",
		new(transport.Call), new(transport.Exchange), new(transport.ExchangeKey), new(transport.Failure), new(transport.Front),
		new(transport.Passage), new(transport.Probe), new(transport.RESTError), new(transport.Record), new(transport.Server),
		new(transport.Stream), new(transport.StreamError), new(transport.StreamerKey),
	)
}
