// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

// ExposedHeaders returns the headers of an error answer that a script of another origin can read only if CORS names
// them in Access-Control-Expose-Headers (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name), in a new
// slice, sorted. Give them to a CORS middleware, with those that Connect's own protocols need:
//
//	cors.New(cors.Options{ // github.com/rs/cors
//		ExposedHeaders: append(connectcors.ExposedHeaders(), rest.ExposedHeaders()...), // connectrpc.com/cors
//	})
func ExposedHeaders() []string {
	return []string{"Allow", "Retry-After", "Www-Authenticate", "X-Request-Id"}
}
