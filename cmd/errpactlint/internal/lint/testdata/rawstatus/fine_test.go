// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import "connectrpc.com/connect"

func fineTest() error { return connect.NewError(connect.CodeNotFound, nil) }
