// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// forward sets the headers of the backend's answer that the mux's outgoing matcher lets through, as they are on
// a success, and returns the trailers, which a caller gets who accepts them. Those under the names that the mux
// gives of itself, Grpc-Metadata- and Grpc-Trailer-, stay behind: nobody chose to show them beside an error.
func forward(ctx context.Context, mux *runtime.ServeMux, w http.ResponseWriter, r *http.Request) http.Header {
	md, ok := runtime.ServerMetadataFromContext(ctx)
	if !ok || mux == nil || len(md.HeaderMD)+len(md.TrailerMD) == 0 {
		return nil
	}
	copyPublic(w.Header(), seen(mux, r, runtime.ServerMetadata{HeaderMD: md.HeaderMD}))
	if len(md.TrailerMD) == 0 {
		return nil
	}
	trailer := http.Header{}
	copyPublic(trailer, seen(mux, r, runtime.ServerMetadata{HeaderMD: nil, TrailerMD: md.TrailerMD}))
	return trailer
}

// seen returns the headers that the mux makes of metadata. Only the mux itself can call its matchers, so its own
// error handler writes them into an answer that goes nowhere.
func seen(mux *runtime.ServeMux, r *http.Request, md runtime.ServerMetadata) http.Header {
	var answer nowhere
	ctx := runtime.NewServerMetadataContext(context.Background(), md)
	runtime.DefaultHTTPErrorHandler(ctx, mux, &runtime.JSONPb{}, &answer, r, status.Error(codes.Unknown, ""))
	header := answer.Header()
	for _, key := range [...]string{"Trailer", "Transfer-Encoding"} {
		header.Del(key)
	}
	if own := header["Content-Type"]; len(own) > 0 { // the handler's own comes first
		header["Content-Type"] = own[1:]
	}
	return header
}

// copyPublic copies what was given a name by choice.
func copyPublic(to, from http.Header) {
	for key, values := range from {
		if len(values) > 0 && !strings.HasPrefix(http.CanonicalHeaderKey(key), "Grpc-") {
			to[key] = append(to[key], values...)
		}
	}
}

// nowhere is a writer that keeps the headers alone.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header {
	if n.header == nil {
		n.header = http.Header{}
	}
	return n.header
}

func (*nowhere) WriteHeader(int)             {}
func (*nowhere) Write(p []byte) (int, error) { return io.Discard.Write(p) }
