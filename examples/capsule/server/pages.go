// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"net/http"

	"github.com/errpact/errpact/examples/capsule/web"
	"github.com/errpact/errpact/interceptor/rest/errorpage"
	"github.com/errpact/errpact/mapping"
)

const errorsPath = "/errors"

// withPages serves the web page and the page of errors beside the API. They ask for no token: whoever has met
// an error may read about it.
func withPages(api http.Handler) (http.Handler, error) {
	page, err := errorpage.Handler("capsule: errors")
	if err != nil {
		return nil, err
	}
	return web.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == errorsPath {
			page.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})), nil
}

// errorLink leads from an error to its entry on the page; nil without an address.
func errorLink(url string) func(mapping.Code) string {
	if url == "" {
		return nil
	}
	return errorpage.URL(url + errorsPath)
}
