// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package hostile_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// An attack is what a hostile server answers.
type attack struct {
	name   string
	answer func(http.ResponseWriter, wire)
	limits
}

// limits say what an attack is meant to exceed.
type limits uint8

const (
	// overErrors is more than [interceptor.LimitResponses] lets pass.
	overErrors limits = 1 << iota
	// overMessages is more than connect.WithReadMaxBytes does.
	overMessages
	// unending is more than can be held at all: not to be tried without limits.
	unending
	// ownDetail has a large detail of our own type.
	ownDetail
	// overDetails has so many that Connect v2 alone, which copies all for each, needs gigabytes.
	overDetails
)

const (
	million   = 1_000_000
	megabytes = 1 << 20
)

// attacks are all of them. What they hold is made when they are called.
var attacks = append(malformed(), []attack{
	{"million-details", lazily(func() failure { return details(million) }), overErrors | unending},
	{"many-details", lazily(func() failure { return details(20_000) }), overErrors | overDetails},
	{"zipped-details", lazily(func() failure { f := details(50_000); f.compressed = true; return f }), overErrors | overDetails},
	{"bomb", lazily(func() failure { return said(strings.Repeat("x", 20*megabytes), true) }), overErrors | unending},
	{"large-text", lazily(func() failure { return said(strings.Repeat("x", megabytes), false) }), overErrors},
	{"large-own-detail", lazily(func() failure { return typed("errpact.v1.ErrorDetail", make([]byte, 2*megabytes)) }), overErrors | ownDetail},
	{"large-other-detail", lazily(func() failure { return typed("google.rpc.Help", make([]byte, 2*megabytes)) }), overErrors},
	{"deep", lazily(func() failure {
		return failure{json: deep(3 * megabytes), bin: binary64(bytes.Repeat([]byte{0x1b}, 3*megabytes))}
	}), overErrors},
	{"headers", largeHeaders, overErrors},
	{"trailers", largeTrailers, overErrors},
	{"endless-error", endlessError, overErrors | unending},
	{"endless-frame", endlessFrame, overErrors | overMessages | unending},
	{"endless-message", endlessMessage, overMessages | unending},
	{"endless-messages", endlessMessages, overMessages | unending},
	{"message-bomb", messageBomb, overMessages | unending},
}...)

// lazily makes a failure once, when it is first asked for.
func lazily(make func() failure) func(http.ResponseWriter, wire) {
	made := sync.OnceValue(make)
	return func(w http.ResponseWriter, as wire) { made().write(w, as) }
}

// details is an error of so many empty details.
func details(n int) failure {
	return failure{
		json: `{"code":"not_found","details":[{}` + strings.Repeat(",{}", n-1) + `]}`,
		bin:  binary64(append([]byte{8, 5}, bytes.Repeat([]byte{0x1a, 0}, n)...)),
	}
}

// said is an error of so much text.
func said(text string, compressed bool) failure {
	return failure{
		json:       `{"code":"not_found","message":"` + text + `"}`,
		bin:        binary64(protowire.AppendString([]byte{8, 5, 0x12}, text)),
		compressed: compressed,
	}
}

// typed is an error with one detail.
func typed(name string, value []byte) failure {
	packed := protowire.AppendString([]byte{0x0a}, "type.googleapis.com/"+name)
	packed = protowire.AppendBytes(append(packed, 0x12), value)
	return failure{
		json: fmt.Sprintf(`{"code":"not_found","details":[{"type":%q,"value":%q}]}`, name, base64.RawStdEncoding.EncodeToString(value)),
		bin:  binary64(protowire.AppendBytes([]byte{8, 5, 0x1a}, packed)),
	}
}

func deep(n int) string { return `{"code":"not_found","details":` + strings.Repeat("[", n) }

// malformed are answers of a few bytes that are wrong in themselves.
func malformed() []attack {
	file, err := proto.Marshal(descriptorpb.File_google_protobuf_descriptor_proto.Options())
	if err != nil {
		panic(err)
	}
	bin := func(b string) string { return binary64([]byte(b)) }
	failures := map[string]failure{
		"null-details":     {json: `{"code":"not_found","details":[null]}`, bin: bin("\x08\x05\x1a\x00")},
		"nulls-around":     {json: `{"code":"not_found","details":[null,{"type":"errpact.v1.ErrorDetail","value":"CAo"},null]}`, bin: bin("\x08\x05\x1a\x00\x1a\x00")},
		"bad-base64":       {json: `{"code":"not_found","details":[{"type":"errpact.v1.ErrorDetail","value":"!!"}]}`, bin: "!!"},
		"unrelated-type":   typed("google.protobuf.FileOptions", file),
		"malformed-own":    typed("errpact.v1.ErrorDetail", []byte{0xff, 0xff}),
		"malformed-info":   typed("google.rpc.ErrorInfo", []byte{0xff, 0xff}),
		"malformed-status": {json: `{"code":"not_found"`, bin: bin("\xff\xff\xff")},
		"no-type":          typed("", []byte("x")),
		"bad-type":         {json: `{"code":"not_found","details":[{"type":"\u0000//","value":""}]}`, bin: bin("\x08\x05\x1a\x05\x0a\x03\xff//")},
		"code-0":           {json: `{"code":"ok"}`, bin: bin("\x08\x00"), code: "0"},
		"code-17":          {json: `{"code":"code_17"}`, bin: bin("\x08\x11"), code: "17"},
		"code-huge":        {json: `{"code":"4294967295"}`, bin: bin("\x08\xff\xff\xff\xff\x0f"), code: "4294967295"},
		"code-negative":    {json: `{"code":"-1"}`, bin: bin("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), code: "-1"},
		"code-in-details":  {json: `{"code":"not_found"}`, bin: bin("\x08\x00"), code: "5"},
	}
	// Each value in each place where another type belongs.
	for i, value := range []string{`null`, `true`, `5`, `1e999`, `"x"`, `[]`, `[[]]`, `{}`, `{"a":{"b":[1]}}`, `"\ud800"`, `{`, ``} {
		for name, wrong := range map[string]failure{
			"error":   {json: value},
			"end":     {json: `{"code":"not_found"}`, end: value},
			"code":    {json: `{"code":` + value + `}`},
			"message": {json: `{"code":"not_found","message":` + value + `}`},
			"details": {json: `{"code":"not_found","details":` + value + `}`},
			"detail":  {json: `{"code":"not_found","details":[` + value + `]}`},
			"type":    {json: `{"code":"not_found","details":[{"type":` + value + `}]}`},
			"value":   {json: `{"code":"not_found","details":[{"type":"errpact.v1.ErrorDetail","value":` + value + `}]}`},
			"debug":   {json: `{"code":"not_found","details":[{"type":"errpact.v1.ErrorDetail","value":"CAo","debug":` + value + `}]}`},
			"meta":    {json: `{"code":"not_found"}`, end: `{"error":{"code":"not_found"},"metadata":` + value + `}`},
		} {
			wrong.bin = bin("\x08\x05\x1a" + value)
			failures[fmt.Sprintf("wrong-%s-%d", name, i)] = wrong
		}
	}
	var all []attack
	for name, f := range failures {
		all = append(all, attack{name: name, answer: f.write})
	}
	return all
}

// largeHeaders has 10 MB of them, as many small ones and as a large one.
func largeHeaders(w http.ResponseWriter, as wire) {
	for i := range 5000 {
		w.Header().Set(fmt.Sprintf("X-Many-%d", i), strings.Repeat("y", 1000))
	}
	w.Header().Set("X-Large", strings.Repeat("y", 5*megabytes))
	details(1).write(w, as)
}

// largeTrailers has them where the protocol has its own, and those of HTTP besides.
func largeTrailers(w http.ResponseWriter, as wire) {
	large := strings.Repeat("y", 10*megabytes)
	w.Header().Set(http.TrailerPrefix+"X-Large", large)
	switch as {
	case wireUnary:
		w.Header().Set("Trailer-X-Large", large)
		details(1).write(w, as)
	case wireStream:
		failure{end: `{"error":{"code":"not_found"},"metadata":{"x-large":["` + large + `"]}}`}.write(w, as)
	case wireGRPC:
		details(1).write(w, as)
	case wireGRPCWeb:
		f := details(1)
		f.bin += "\r\nx-large: " + large
		f.write(w, as)
	}
}

// endlessError is an error whose end does not come.
func endlessError(w http.ResponseWriter, as wire) {
	if as != wireUnary {
		endlessFrame(w, as)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	endless(w, []byte(`{"code":"not_found","message":"`+strings.Repeat("x", 64<<10)))
}

// endlessFrame is a last frame of 4 GB, or in gRPC, which has none, a message.
func endlessFrame(w http.ResponseWriter, as wire) {
	beginSuccess(w, as, "")
	flags := map[wire]byte{wireStream: 2, wireGRPCWeb: 0x80}[as]
	_, _ = w.Write([]byte{flags, 0xff, 0xff, 0xff, 0xff})
	endless(w, make([]byte, 64<<10))
}

func endlessMessage(w http.ResponseWriter, as wire) {
	beginSuccess(w, as, "")
	_, _ = w.Write([]byte{0, 0xff, 0xff, 0xff, 0xff})
	endless(w, make([]byte, 64<<10))
}

// endlessMessages are small ones, of which each by itself is fine.
func endlessMessages(w http.ResponseWriter, as wire) {
	beginSuccess(w, as, "")
	endless(w, bytes.Repeat(frame(0, []byte{8, 1}), 1000))
}

// messageBomb is a message of 100 MB.
func messageBomb(w http.ResponseWriter, as wire) {
	beginSuccess(w, as, "gzip")
	bomb := zippedMessage()
	if as != wireUnary {
		bomb = frame(1, bomb)
	}
	_, _ = w.Write(bomb)
}

var zippedMessage = sync.OnceValue(func() []byte { return zipped(make([]byte, 100*megabytes)) })
