// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import "net/http"

// Plain is the same API without errpact.
func Plain(config Config) (http.Handler, error) { return newRoutes(config) }

// RecordErrors is the report of a server whose environment has CAPSULE_ERRORS.
var RecordErrors = recordErrors
