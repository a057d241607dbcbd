// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

// DecodeFailure is a pure function, and its table is long.
var DecodeFailure = decodeFailure
