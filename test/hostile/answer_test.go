// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package hostile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"net/http"
	"strings"

	"connectrpc.com/connect"
)

// A wire is how an answer is written down.
type wire string

const (
	wireUnary   wire = "Connect, unary"
	wireStream  wire = "Connect, stream"
	wireGRPC    wire = "gRPC"
	wireGRPCWeb wire = "gRPC-Web"
)

func wireOf(r *http.Request) wire {
	switch contentType := r.Header.Get("Content-Type"); {
	case strings.HasPrefix(contentType, "application/grpc-web"):
		return wireGRPCWeb
	case strings.HasPrefix(contentType, "application/grpc"):
		return wireGRPC
	case strings.HasPrefix(contentType, "application/connect+"):
		return wireStream
	}
	return wireUnary
}

// attackClient answers as the first part of the path says.
func attackClient(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for _, a := range attacks {
		if a.name == name {
			_, _ = io.Copy(io.Discard, r.Body)
			a.answer(w, wireOf(r))
			return
		}
	}
	http.NotFound(w, r)
}

// A failure is an error as each protocol writes it.
type failure struct {
	// json is the error object of Connect's protocol, and end what ends its streams, if it is not that.
	json, end string
	// bin is the value of grpc-status-details-bin, and code that of grpc-status; "5" if it is empty.
	bin, code string
	// compressed sends it with gzip where the protocol can.
	compressed bool
}

// write answers with the failure.
func (f failure) write(w http.ResponseWriter, as wire) {
	switch as {
	case wireUnary:
		w.Header().Set("Content-Type", "application/json")
		body := []byte(f.json)
		if f.compressed {
			w.Header().Set("Content-Encoding", "gzip")
			body = zipped(body)
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(body)
	case wireStream:
		end := f.end
		if end == "" {
			end = `{"error":` + f.json + `}`
		}
		f.writeFrame(w, "application/connect+proto", "Connect-Content-Encoding", 2, end)
	case wireGRPC:
		w.Header().Set("Content-Type", "application/grpc+proto")
		w.Header().Set("Trailer", "Grpc-Status, Grpc-Status-Details-Bin")
		w.WriteHeader(http.StatusOK)
		w.Header().Set("Grpc-Status", f.status())
		w.Header().Set("Grpc-Status-Details-Bin", f.bin)
	case wireGRPCWeb:
		f.writeFrame(w, "application/grpc-web+proto", "Grpc-Encoding", 0x80,
			"grpc-status: "+f.status()+"\r\ngrpc-status-details-bin: "+f.bin+"\r\n")
	}
}

func (f failure) status() string {
	if f.code == "" {
		return "5"
	}
	return f.code
}

func (f failure) writeFrame(w http.ResponseWriter, contentType, encoding string, flags byte, content string) {
	w.Header().Set("Content-Type", contentType)
	message := []byte(content)
	if f.compressed {
		w.Header().Set(encoding, "gzip")
		flags, message = flags|1, zipped(message)
	}
	_, _ = w.Write(frame(flags, message))
}

func frame(flags byte, message []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message)))
	return append(b, message...)
}

func zipped(plain []byte) []byte {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = zw.Write(plain)
	_ = zw.Close()
	return b.Bytes()
}

// beginSuccess promises a message.
func beginSuccess(w http.ResponseWriter, as wire, encoding string) {
	contentType, encodingHeader := "application/proto", "Content-Encoding"
	switch as {
	case wireStream:
		contentType, encodingHeader = "application/connect+proto", "Connect-Content-Encoding"
	case wireGRPC:
		contentType, encodingHeader = "application/grpc+proto", "Grpc-Encoding"
	case wireGRPCWeb:
		contentType, encodingHeader = "application/grpc-web+proto", "Grpc-Encoding"
	}
	w.Header().Set("Content-Type", contentType)
	if encoding != "" {
		w.Header().Set(encodingHeader, encoding)
	}
	w.WriteHeader(http.StatusOK)
}

// endless writes the same until nobody reads it any more.
func endless(w io.Writer, part []byte) {
	for {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// binary64 is the value of a header whose name ends in -bin.
func binary64(b []byte) string { return connect.EncodeBinaryHeader(b) }
