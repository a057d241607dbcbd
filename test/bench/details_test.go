// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// BenchmarkDetails measures an error with details of the handler's own, each of a type of its own,
// since of one type the last wins.
func BenchmarkDetails(b *testing.B) {
	for _, count := range []int{1, 3, 10, 30, 100} {
		b.Run("details="+fmt.Sprint(count), func(b *testing.B) { benchErrors(b, detailRows(b, count)) })
	}
}

func detailRows(tb testing.TB, count int) []errorRow {
	tb.Helper()
	details := newDetails(tb, count)
	ours := interceptor.New(interceptor.WithPolicy(newPolicy(tb, mapping.WithBudget(1<<20))))
	return []errorRow{
		translated(hand, failing(func() error {
			err := static.byHand()
			if e, ok := errors.AsType[*connect.Error](err); ok {
				for _, detail := range details {
					addDetail(e, detail)
				}
			}
			return err
		})),
		translated("errpact", ours.WrapUnary(failing(func() error { return errpactv1err.NotExist.WithDetail(details...) }))),
	}
}

// newDetails are messages of as many generated types, most with one field set.
func newDetails(tb testing.TB, count int) []proto.Message {
	tb.Helper()
	var details []proto.Message
	for mt := range protoregistry.GlobalTypes.RangeMessages {
		if detail := newDetail(mt); detail != nil {
			details = append(details, detail)
		}
	}
	if len(details) < count {
		tb.Fatalf("of %d details there are %d", count, len(details))
	}
	slices.SortFunc(details, func(a, b proto.Message) int {
		return cmp.Compare(a.ProtoReflect().Descriptor().FullName(), b.ProtoReflect().Descriptor().FullName())
	})
	return details[:count]
}

// newDetail has its first simple field set. It is nil of a type of which more has to be set, and of those that
// errpact makes, or takes apart, itself.
func newDetail(mt protoreflect.MessageType) proto.Message {
	d := mt.Descriptor()
	switch pkg := d.ParentFile().Package(); {
	case d.IsMapEntry(), pkg == "google.rpc", pkg == "errpact.v1", d.FullName() == "google.protobuf.Any":
		return nil
	}
	m := mt.New()
	for i := 0; i < d.Fields().Len() && !setField(m, d.Fields().Get(i)); i++ {
	}
	if proto.CheckInitialized(m.Interface()) != nil {
		return nil
	}
	return m.Interface()
}

func setField(m protoreflect.Message, field protoreflect.FieldDescriptor) bool {
	if field.Cardinality() == protoreflect.Repeated {
		return false
	}
	switch field.Kind() {
	case protoreflect.StringKind:
		m.Set(field, protoreflect.ValueOfString("a text of some length"))
	case protoreflect.BoolKind:
		m.Set(field, protoreflect.ValueOfBool(true))
	case protoreflect.Int32Kind:
		m.Set(field, protoreflect.ValueOfInt32(1))
	case protoreflect.MessageKind:
		m.Mutable(field)
	default:
		return false
	}
	return true
}
