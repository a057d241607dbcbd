// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"io/fs"
	"net"
	"os"
)

// FSCodes has the code that [FSRules] maps a file's errors to. A zero field makes no rule: its errors
// are left to the next rule. So the built-in ERROR_CODE_UNKNOWN, which is the zero Code, cannot be
// chosen here; use [MapIs] or [MapFunc] for that. Later versions may add fields.
type FSCodes struct {
	// NotFound is for a file or folder that does not exist.
	NotFound Code
}

// FSRules returns the rules for files that a caller asks for by name. Without an argument, the code
// of a file that does not exist is the built-in ERROR_CODE_NOT_EXIST. With an argument, only the
// fields that it sets make rules. Only the first argument is used.
//
// The rules leave alone what is not the caller's fault: a missing unix socket and a missing program,
// which are fs.ErrNotExist too, and a file that the server may not read.
func FSRules(codes ...FSCodes) []Rule {
	c := firstOr(codes, func() FSCodes { return FSCodes{NotFound: builtin.Code(10)} })
	return []Rule{mapTo(c.NotFound, isMissingFile).ifSet()}
}

// isMissingFile reports whether an operation on a file failed because the file does not exist. A path
// that is to be executed, and one that is dialed, belong to the server.
func isMissingFile(err error) bool {
	if !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if _, dialed := errors.AsType[*net.OpError](err); dialed {
		return false
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Op != "exec" && path.Op != "fork/exec"
	}
	_, ok := errors.AsType[*os.LinkError](err)
	return ok
}
