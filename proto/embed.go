// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package proto has the .proto files that catalogues import, as they are in this version of the module. The
// command errpact writes them where buf or protoc find them, so that nobody needs a registry.
package proto

import "embed"

// Files holds the sources under the paths by which protos import them, such as "errpact/v1/options.proto".
//
//go:embed errpact/v1/*.proto
var Files embed.FS
