// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build race

package hostile_test

// The race detector has pools drop buffers at random, and so makes everybody allocate more than there
// ever is.
const maxHeap = 12 * megabytes
