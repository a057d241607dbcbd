// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package hostile_test

// maxHeap is what no answer may cost a client that has limits.
const maxHeap = 8 * megabytes
