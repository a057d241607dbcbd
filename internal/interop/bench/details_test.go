// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"fmt"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

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

// newDetails are messages of one string each.
func newDetails(tb testing.TB, count int) []proto.Message {
	tb.Helper()
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("details.proto"), Package: proto.String("errpact.bench.v1"), Syntax: proto.String("proto3"),
	}
	for i := range count {
		file.MessageType = append(file.MessageType, &descriptorpb.DescriptorProto{
			Name: proto.String(fmt.Sprintf("Detail%d", i)),
			Field: []*descriptorpb.FieldDescriptorProto{{
				Name: proto.String("text"), Number: proto.Int32(1),
				Type:  descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
				Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
			}},
		})
	}
	built, err := protodesc.NewFile(file, nil)
	if err != nil {
		tb.Fatal(err)
	}
	var details []proto.Message
	for i := range count {
		m := dynamicpb.NewMessage(built.Messages().Get(i))
		m.Set(m.Descriptor().Fields().ByNumber(1), protoreflect.ValueOfString("a text of some length"))
		details = append(details, m)
	}
	return details
}
