// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"net/http"
	"slices"
	"time"

	connectcors "connectrpc.com/cors"
	"github.com/rs/cors"

	"github.com/errpact/errpact/interceptor/rest"
)

// forBrowsers lets scripts of other origins call the API. It is inside rest.Handler, whose errors keep these headers,
// and outside what asks for a token, which a preflight does not have.
func forBrowsers(api http.Handler, origins []string) http.Handler {
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: append(connectcors.AllowedMethods(), http.MethodDelete),
		AllowedHeaders: slices.Concat(connectcors.AllowedHeaders(), []string{
			"Authorization", "X-Forensic-Access-Token", "Traceparent", "X-Request-Id", "X-Server-Timeout",
		}),
		ExposedHeaders: append(connectcors.ExposedHeaders(), rest.ExposedHeaders()...),
		MaxAge:         int((2 * time.Hour).Seconds()),
	}).Handler(api)
}
