// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	khttp "github.com/go-kratos/kratos/v3/transport/http"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"

	"github.com/errpact/errpact/interceptor/rest"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/trouble"
)

// BenchmarkREST measures an error answer of a plain net/http handler to a REST caller, who brings an
// id or has one made up. By hand none is made up.
func BenchmarkREST(b *testing.B) {
	for _, f := range failures {
		for _, id := range []struct {
			name    string
			brought bool
		}{{"brought", true}, {"made", false}} {
			b.Run("error="+f.name+"/id="+id.name, func(b *testing.B) {
				benchHandlers(b, newGet("/v1/trouble/x", id.brought).fix(), true, restRows(b, f))
			})
		}
	}
}

func newGet(path string, id bool) *request {
	header := []string{"Accept", "*/*", "User-Agent", "bench"}
	if id {
		header = append(header, "X-Request-Id", "r-1")
	}
	return newRequest(http.MethodGet, path, nil, header...)
}

func restRows(tb testing.TB, f failure) []handlerRow {
	tb.Helper()
	rows := []handlerRow{
		{hand, http.HandlerFunc(f.marshal)},
		{"errpact", http.HandlerFunc(f.answer)},
		{"errpact-mounted", rest.Handler(http.HandlerFunc(f.answer))},
		{"kratos", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { khttp.DefaultErrorEncoder(w, r, f.kratos()) })},
		{"grpc-gateway", newGateway(tb, f)},
	}
	if f.pairs == nil {
		rows = append(rows, handlerRow{"hand-bytes", http.HandlerFunc(staticBytes)})
	}
	return rows
}

// answer is how a handler answers with this package.
func (f failure) answer(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, f.errpact()) }

// envelope is the body that errpact writes.
type envelope struct {
	Code    int32  `json:"error_code"`
	Message string `json:"error_message"`
	Details any    `json:"details"`
}

type envelopeDetails struct {
	Metadata map[string]string `json:"metadata"`
}

// marshal is how a handler answers without this package: it marshals a struct, and sets the headers
// that errpact sets.
func (f failure) marshal(w http.ResponseWriter, r *http.Request) {
	e := envelope{Code: 10, Message: message}
	if f.pairs != nil {
		e.Details = envelopeDetails{f.newMetadata()}
	}
	body, err := json.Marshal(e)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	answerREST(w, r, body)
}

var staticBody = []byte(`{"error_code":10,"error_message":"` + message + `","details":null}`)

func staticBytes(w http.ResponseWriter, r *http.Request) { answerREST(w, r, staticBody) }

func answerREST(w http.ResponseWriter, r *http.Request, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept")
	if id := r.Header.Get("X-Request-Id"); id != "" {
		header.Set("X-Request-Id", id)
	}
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(body)
}

// newGateway is grpc-gateway in process, with its route to the method.
func newGateway(tb testing.TB, f failure) http.Handler {
	tb.Helper()
	mux := runtime.NewServeMux()
	backend := trouble.GRPC{Answer: func(context.Context, string) error { return f.grpcStatus() }}
	if err := interopv1.RegisterTroubleServiceHandlerServer(tb.Context(), mux, backend); err != nil {
		tb.Fatal(err)
	}
	return mux
}
