// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// An attack is an answer that only a hostile server gives; package hostile's tests have more of them.
type attack struct {
	name string
	code connect.Code
	// json is Connect's error, and bin the google.rpc.Status of the others.
	json, bin func() []byte
}

var attacks = []attack{
	{"null", connect.CodeNotFound,
		func() []byte { return []byte(`{"code":"not_found","details":[null]}`) },
		func() []byte { return []byte("\x08\x05\x1a\x00") }},
	{"many", connect.CodeResourceExhausted,
		func() []byte {
			return []byte(`{"code":"not_found","details":[{}` + strings.Repeat(",{}", 50_000) + `]}`)
		},
		func() []byte { return append([]byte{8, 5}, bytes.Repeat([]byte{0x1a, 0}, 50_000)...) }},
}

// bomb is 10 MB in a few.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = zw.Write(append([]byte(`{"code":"not_found","message":"`), make([]byte, 10<<20)...))
	_ = zw.Close()
	return b.Bytes()
})

// hostileOperations call the paths of a server on which it is hostile.
func (s *stack) hostileOperations(c client, to server, w callers.Way) []operation {
	var all []operation
	for _, a := range attacks {
		call := c.to(s, to, w, "/hostile/"+a.name)
		for _, m := range callers.Methods[:3] {
			all = append(all, operation{attacked, w.String(), "", func(ctx context.Context) error {
				err := call.Err(ctx, m, "")
				if _, ok := mapping.From(err); ok && c.code(err) == uint32(a.code) {
					return nil
				}
				return fmt.Errorf("a hostile answer, %s, is %w", a.name, err)
			}})
		}
	}
	if w.Protocol == callers.Connect && w.HTTP1 {
		call := c.to(s, to, w, "/hostile/bomb")
		all = append(all, operation{attacked, w.String(), "", func(ctx context.Context) error {
			if err := call.Err(ctx, callers.Methods[0], ""); c.code(err) != uint32(connect.CodeResourceExhausted) {
				return fmt.Errorf("a bomb is %w", err)
			}
			return nil
		}})
	}
	return all
}

func answerHostile(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/hostile/"), "/")
	contentType := r.Header.Get("Content-Type")
	if name == "bomb" {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(bomb())
		return
	}
	for _, a := range attacks {
		if a.name == name {
			a.answer(w, contentType)
		}
	}
}

func (a attack) answer(w http.ResponseWriter, contentType string) {
	w.Header().Set("Content-Type", contentType)
	switch {
	case strings.HasPrefix(contentType, "application/grpc-web"):
		_, _ = w.Write(frame(0x80, []byte("grpc-status: 5\r\ngrpc-status-details-bin: "+connect.EncodeBinaryHeader(a.bin())+"\r\n")))
	case strings.HasPrefix(contentType, "application/grpc"):
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "5")
		w.Header().Set(http.TrailerPrefix+"Grpc-Status-Details-Bin", connect.EncodeBinaryHeader(a.bin()))
	case strings.HasPrefix(contentType, "application/connect+"):
		_, _ = w.Write(frame(2, append(append([]byte(`{"error":`), a.json()...), '}')))
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(a.json())
	}
}

func frame(flags byte, message []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message))), message...)
}
