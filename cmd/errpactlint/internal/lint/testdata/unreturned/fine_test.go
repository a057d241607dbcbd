// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package unreturned

// fineTest is a test's stand-in.
type fineTest struct{ server }

func (fineTest) Watch(*watch, stream) error { return nil }
