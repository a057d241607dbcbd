// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import "errors"

func declare(arguments) (int, error) { return 2, errors.New("-declare is not there yet") }
