// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package responselimit_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/responselimit"
)

// carriers are how an error with so many details comes: the bytes that are its body, or its header.
var carriers = map[string]func(http.Header, int) []byte{
	"Connect, unary": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/json")
		h.Set("Status", "404")
		return []byte(jsonError(n))
	},
	"Connect, stream": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/connect+proto")
		return frame(2, []byte(`{"metadata":{"k":["a","b"],"l":[]},"error":`+jsonError(n)+`}`))
	},
	"Connect, stream, gzip": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/connect+json")
		h.Set("Connect-Content-Encoding", "gzip")
		return frame(3, zipped(`{"error":`+jsonError(n)+`}`))
	},
	"gRPC": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/grpc")
		h.Set("Grpc-Status-Details-Bin", binaryError(n))
		return nil
	},
	"gRPC, trailers": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/grpc")
		h.Set(http.TrailerPrefix+"Grpc-Status-Details-Bin", binaryError(n))
		return nil
	},
	"gRPC-Web": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/grpc-web+proto")
		return frame(0x80, []byte("grpc-status: 5\r\nGRPC-Status-Details-Bin:"+binaryError(n)+"\r\n"))
	},
	"gRPC-Web, on lines of their own": func(h http.Header, n int) []byte {
		h.Set("Content-Type", "application/grpc-web+proto")
		return frame(0x80, []byte("grpc-status: 5\r\ngrpc-status-details-bin:\r\n\t"+binaryError(n)+"\r\nx: y"))
	},
}

// jsonError has braces, commas and quotes in its details, too.
func jsonError(n int) string {
	return `{"code":"not_found","details":[` + strings.Repeat(`{"type":"a","value":"","debug":[1,",\"]}"]},`, n-1) + `null]}`
}

func binaryError(n int) string {
	return connect.EncodeBinaryHeader(append([]byte{8, 5}, bytes.Repeat([]byte{0x1a, 2, 0x12, 0}, n)...))
}

func frame(flags byte, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(content))), content...)
}

func zipped(plain string) []byte {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, _ = io.WriteString(zw, plain)
	_ = zw.Close()
	return b.Bytes()
}

// TestG8DetailsAreCountedBeforeConnectDecodesThem: as many as there may be pass, to the byte, and one more
// does not.
func TestG8DetailsAreCountedBeforeConnectDecodesThem(t *testing.T) {
	for name, carry := range carriers {
		t.Run(name, func(t *testing.T) {
			for n, fits := range map[int]bool{1: true, 256: true, 257: false, 300: false} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					body := carry(w.Header(), n)
					if w.Header().Get("Status") != "" {
						w.WriteHeader(http.StatusNotFound)
					}
					_, _ = w.Write(body)
				}))
				got, err := get(t, server.URL)
				if want := carry(http.Header{}, n); fits && (err != nil || !bytes.Equal(got, want)) {
					t.Errorf("%d details: %v, %d bytes, want %d", n, err, len(got), len(want))
				}
				if e, ok := errors.AsType[*connect.Error](err); !fits && (!ok || e.Code() != connect.CodeResourceExhausted) {
					t.Errorf("%d details: %v", n, err)
				}
				server.Close()
			}
		})
	}
}

// TestAPageIsNoError: what Connect does not decode passes, whatever is in it.
func TestAPageIsNoError(t *testing.T) {
	page := "{{" + strings.Repeat(",", 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	if got, err := get(t, server.URL); string(got) != page || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// get reads an answer byte by byte, to its trailers.
func get(t *testing.T, url string) ([]byte, error) {
	t.Helper()
	res, err := (&http.Client{Transport: responselimit.Transport(nil)}).Get(url)
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(iotest.OneByteReader(res.Body))
	if err != nil && len(res.Trailer) > 0 {
		t.Errorf("the trailers are still there")
	}
	return body, err
}

// TestAnEnvelopesDetailsAreNoList: a REST API may answer with as much as it likes in them.
func TestAnEnvelopesDetailsAreNoList(t *testing.T) {
	envelope := `{"error_code":4,"error_message":"x","details":{` + strings.Repeat(`"k":[1,2],`, 1000) + `"last":null}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, envelope)
	}))
	defer server.Close()
	if got, err := get(t, server.URL); err != nil || string(got) != envelope {
		t.Errorf("%d bytes, %v, want %d", len(got), err, len(envelope))
	}
}
