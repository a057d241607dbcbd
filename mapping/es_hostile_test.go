// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

const detailName = "errpact.v1.ErrorDetail"

// addHostileDetail adds ErrorDetails that no server of ours sends.
func addHostileDetail(add func(string, uint32) *sharedDecode) {
	varint := func(b []byte, number protowire.Number, v uint64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), v)
	}
	text := func(b []byte, number protowire.Number, v string) []byte {
		return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), v)
	}
	group := func(b []byte, number protowire.Number, inside []byte) []byte {
		b = append(protowire.AppendTag(b, number, protowire.StartGroupType), inside...)
		return protowire.AppendTag(b, number, protowire.EndGroupType)
	}
	ten := varint(nil, 1, 10)
	foreign := func(name string, number uint64) []byte { return varint(text(nil, 2, name), 5, number) }
	for name, value := range map[string][]byte{
		"no bytes": {}, "no number": text(nil, 2, "acme.shop.v1.ShopError"), "zero": varint(nil, 1, 0),
		"unknown number": varint(nil, 1, 99), "last of a field": varint(varint(nil, 1, 9), 1, 10), "five beats one": varint(foreign("a.B", 7), 1, 10),
		"five after one": varint(ten, 5, 7), "negative": varint(nil, 1, math.MaxUint64-6), "over 32 bits": varint(nil, 1, 1<<32|10), "over 53 bits": varint(nil, 1, 1<<60|10),
		"foreign": foreign("acme.shop.v1.ShopError", 1001), "foreign negative": foreign("acme.shop.v1.ShopError", math.MaxUint64),
		"the built-in by its name": foreign("errpact.v1.ErrorCode", 10), "empty name": foreign("", 10), "no name": foreign("a..b", 10),
		"a name with a line": foreign("a.b\nc", 10), "a long name": foreign(strings.Repeat("a", 513), 10), "the longest name": foreign(strings.Repeat("a", 512), 10),
		"a name that is not UTF-8": foreign("a.\xff", 10), "reason": text(ten, 3, "SOLD_OUT"), "no reason": text(ten, 3, "sold out"), "long reason": text(ten, 3, strings.Repeat("A", 64)),
		"short reason": text(ten, 3, "AB"), "shortest reason": text(ten, 3, "ABC"), "reason and text": text(ten, 3, "ABC\n"),
		"payload": text(ten, 4, `{"a":[1,2,{"b":null}],"c":"\u00e9é"}`), "no JSON": text(ten, 4, `{"a":`), "an empty payload": text(ten, 4, ""),
		"payload that is not UTF-8": text(ten, 4, "\"a\xffb\""), "a big number": text(ten, 4, `9007199254740991`),
		"unknown fields": text(varint(append(varint(nil, 19, 1), ten...), 18, 3), 17, "x"), "fixed": protowire.AppendFixed64(protowire.AppendTag(ten, 6, protowire.Fixed64Type), 1),
		"fixed32": protowire.AppendFixed32(protowire.AppendTag(ten, 6, protowire.Fixed32Type), 1), "fixed cut short": append(protowire.AppendTag(ten, 6, protowire.Fixed64Type), 1, 2),
		"a number in other types": text(protowire.AppendFixed32(protowire.AppendTag(ten, 1, protowire.Fixed32Type), 9), 5, "x"),
		"group":                   append(group(nil, 9, text(group(nil, 8, varint(nil, 1, 9)), 2, "x")), ten...), "group 1": group(ten, 1, varint(nil, 1, 9)),
		"group without an end": protowire.AppendTag(ten, 9, protowire.StartGroupType), "lone end of a group": protowire.AppendTag(ten, 9, protowire.EndGroupType),
		"group with another end": protowire.AppendTag(protowire.AppendTag(ten, 9, protowire.StartGroupType), 8, protowire.EndGroupType),
		"wire type 6":            append(slices.Clone(ten), 9<<3|6), "wire type 7": append(slices.Clone(ten), 9<<3|7), "field 0": append(slices.Clone(ten), 0, 0),
		"the largest field": varint(ten, 1<<29-1, 1), "a field too large": append(protowire.AppendVarint(slices.Clone(ten), 1<<32), 1),
		"length past the end": append(slices.Clone(ten), 4<<3|2, 200), "huge length": append(append(slices.Clone(ten), 4<<3|2), bytes.Repeat([]byte{0xff}, 9)...),
		"tag cut short": append(slices.Clone(ten), 0x80), "varint of ten bytes": append([]byte{8, 0x8a}, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1),
		"varint over 64 bits": append([]byte{8, 0x8a}, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2), "varint of eleven bytes": append([]byte{8}, append(bytes.Repeat([]byte{0x80}, 10), 1)...),
		"64 KiB": text(ten, 17, strings.Repeat("x", 64<<10-len(ten)-5)), "over 64 KiB": text(ten, 17, strings.Repeat("x", 64<<10)),
	} {
		add("detail: "+name, 5).add(detailName, value)
	}
	add("the first detail counts", 5).add(detailName, ten).add(detailName, varint(nil, 1, 9))
	add("a malformed first detail hides the second", 5).add(detailName, []byte{0xff}).add(detailName, ten)
	many := add("detail 64", 5)
	late := add("detail 65", 5)
	for range 63 {
		many.add("x.Y", nil)
		late.add("x.Y", nil)
	}
	many.add(detailName, ten)
	late.add("", nil).add(detailName, ten)
	add("the detail of another package", 5).add("google.rpc.ErrorDetail", ten)
}
