// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/mapping"
)

const (
	methodKey = attribute.Key("rpc.method")
	// other is OpenTelemetry's word for what is not told apart.
	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/rpc/
	other = "_OTHER"
	// maxSets is one less than what the SDK keeps of one instrument by default. Beyond that it would
	// choose itself what it drops. https://opentelemetry.io/docs/specs/otel/metrics/sdk/#cardinality-limits
	maxSets = 1999
	// maxProcedure bounds what is looked for, since a caller may make it up, and the registry takes time by
	// the square of its length.
	maxProcedure = 512
)

// labels are what the counter tells apart.
type labels struct {
	method, catalogue, code, reason string
	fault                           mapping.Fault
	origin                          mapping.Origin
	callerGone                      bool
}

// rest is what all are once there are too many.
var rest = labels{method: other, code: other, fault: other, origin: other}

// counter counts errors, in a bounded number of sets of labels.
type counter struct {
	instrument metric.Int64Counter

	mu   sync.Mutex
	sets map[labels]metric.MeasurementOption
}

func newCounter(provider metric.MeterProvider) *counter {
	instrument, err := provider.Meter(scope).Int64Counter("errpact.errors",
		metric.WithUnit("{error}"), metric.WithDescription("Errors that were answered, by procedure, code, reason, fault and origin."))
	if err != nil {
		otel.Handle(err)
	}
	if instrument == nil {
		instrument = noop.Int64Counter{}
	}
	c := &counter{instrument: instrument, sets: make(map[labels]metric.MeasurementOption)}
	c.start()
	return c
}

func (c *counter) add(ctx context.Context, method string, r mapping.Report) {
	if method == "" {
		method = other
	}
	c.instrument.Add(ctx, 1, c.set(labelsOf(method, r), r.Sent))
}

// set is what the SDK wants to have of labels, made once for each. What is kept is declared.
func (c *counter) set(l labels, sent *mapping.Error) metric.MeasurementOption {
	if known, ok := c.known(l); ok {
		return known
	}
	l = l.declared(sent)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.sets[l]; !ok && len(c.sets) >= maxSets-1 {
		l = rest
	}
	known, ok := c.sets[l]
	if !ok {
		known = l.option()
		c.sets[l] = known
	}
	return known
}

func (c *counter) known(l labels) (metric.MeasurementOption, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.sets[l]
	return known, ok
}

func labelsOf(method string, r mapping.Report) labels {
	l := labels{method: method, code: other, fault: r.Fault(), origin: cmp.Or(r.Origin, other), callerGone: r.CallerGone}
	if r.Sent != nil {
		code := r.Sent.Code()
		l.catalogue, l.code, l.reason = code.Catalogue().Name(), code.Name(), r.Sent.Reason()
	}
	return l
}

// declared leaves of an error what its catalogue knows. Another service's may name anything.
func (l labels) declared(sent *mapping.Error) labels {
	code := sent.Code()
	switch {
	case !slices.Contains(code.Catalogue().Codes(), code):
		l.catalogue, l.code, l.reason = "", other, ""
	case l.reason != "" && !slices.Contains(code.Reasons(), code.WithReason(l.reason)):
		l.reason = other
	}
	return l
}

func (l labels) option() metric.MeasurementOption {
	all := []attribute.KeyValue{methodKey.String(l.method), codeKey.String(l.code)}
	if l.catalogue != "" {
		all = append(all, catalogueKey.String(l.catalogue))
	}
	if l.reason != "" {
		all = append(all, reasonKey.String(l.reason))
	}
	all = append(all, faultKey.String(string(l.fault)), originKey.String(string(l.origin)))
	if l.callerGone {
		all = append(all, callerGoneKey.Bool(true))
	}
	return metric.WithAttributeSet(attribute.NewSet(all...))
}

// named returns the name of what failed: of an RPC, or of a REST request's route. It is empty if neither is known.
func named(_ context.Context, r mapping.Report) string {
	if r.Route != "" {
		return routed(r)
	}
	return generated(r.Procedure)
}

// routed returns the route of a REST request with the method in front. A pattern of net/http may have one already, and
// a caller may make up a method.
func routed(r mapping.Report) string {
	method, _, _ := strings.Cut(r.Procedure, " ")
	if strings.Contains(r.Route, " ") || !slices.Contains(methods, method) {
		return r.Route
	}
	return method + " " + r.Route
}

// methods are those of HTTP that OpenTelemetry tells apart.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/
var methods = []string{
	http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch,
	http.MethodPost, http.MethodPut, http.MethodTrace,
}

// generated returns the name of an RPC that the program has generated code for, else an empty one.
func generated(procedure string) string {
	name, isRPC := strings.CutPrefix(procedure, "/")
	service, method, whole := strings.Cut(name, "/")
	if !isRPC || !whole || len(name) > maxProcedure {
		return ""
	}
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service + "." + method))
	if _, ok := found.(protoreflect.MethodDescriptor); err != nil || !ok {
		return ""
	}
	return name
}
