// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package taken

var errors []error

func add(err error) { errors = append(errors, err) }
