// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/errpact/errpact/internal/foreign/httpclient"
)

// FSCodes has the code that [FSRules] maps a file's errors to. A zero field makes no rule: its errors
// are left to the next rule. So the built-in ERROR_CODE_UNKNOWN, which is the zero Code, cannot be
// chosen here; use [MapIs] or [MapFunc] for that. Later versions may add fields.
type FSCodes struct {
	// NotFound is for a file or folder that does not exist, and for a name that no file can have.
	NotFound Code
}

// FSRules returns the rules for files that a caller asks for by name. Without an argument, the code
// of a file that does not exist is the built-in ERROR_CODE_NOT_EXIST. With an argument, only the
// fields that it sets make rules. Only the first argument is used.
//
// A name that cannot exist is a file that does not: one that leads through a file, names a file where a folder is to be
// listed, is too long, has a NUL or is invalid to package fs, or leaves its [os.Root]. That holds for opening, [os.Stat],
// [os.Lstat], [os.Readlink], [fs.ReadFile], [fs.ReadDir] and the like methods of os.Root. In a read of an open file, a
// write or a rename the same errors are the server's own.
//
// The rules leave alone what is not the caller's fault: a missing unix socket, a missing program, a missing folder to
// work in, and a file that a call of another service lacks, which are fs.ErrNotExist too, and a file that the server may
// not read.
func FSRules(codes ...FSCodes) []Rule {
	c := firstOr(codes, func() FSCodes { return FSCodes{NotFound: builtin.Code(10)} })
	return []Rule{mapTo(c.NotFound, isMissingFile).ifSet()}
}

// isMissingFile reports whether an operation on a file failed because the file does not exist, or because there
// can be no such file. A path that is to be executed, worked in or dialed belongs to the server.
func isMissingFile(err error) bool {
	return !anyNode(err, isOfTheServer) && anyNode(err, isMissingNode)
}

func isOfTheServer(err error) bool {
	switch e := err.(type) {
	case *net.OpError, *exec.Error: // of a search for a program, too
		return true
	case *url.Error: // a client's certificate, say
		return httpclient.IsCall(e)
	case *fs.PathError:
		return slices.Contains(ownPaths, e.Op)
	}
	return false
}

// ownPaths are the operations of package os on paths that no caller names.
var ownPaths = []string{"exec", "fork/exec", "chdir", "fchdir"}

func isMissingNode(err error) bool {
	switch e := err.(type) {
	case *fs.PathError:
		return errors.Is(e.Err, fs.ErrNotExist) || slices.Contains(lookups, e.Op) && isImpossible(e) || isRefusedRead(e)
	case *os.LinkError:
		return errors.Is(e.Err, fs.ErrNotExist)
	}
	return false
}

// lookups are the operations that look for what a path names, as package os, os.Root and io/fs call them.
var lookups = []string{
	"open", "stat", "lstat", "readlink", "openat", "statat", "lstatat", "readlinkat", "removeat", "unlinkat", "RemoveAll",
	"readfile", "readdir", "readdirent", "fdopendir", "sub", "CreateFile", "GetFileAttributesEx",
}

// isImpossible reports whether no file can have the name: its parent is a file, or it is one itself and no folder, it is
// too long, has a NUL, which is EINVAL to package syscall, is invalid to package fs, or leaves its os.Root.
func isImpossible(e *fs.PathError) bool {
	switch {
	case e.Err == nil:
		return false
	case e.Err == syscall.ENOTDIR || e.Err == syscall.ENAMETOOLONG || e.Err == fs.ErrInvalid:
		return true
	case e.Err == syscall.EINVAL: // of a flag, too, and of a file that is no link
		return strings.Contains(e.Path, "\x00")
	}
	return slices.Contains(rootRefuses, e.Err.Error()) || isRefusedList(e)
}

// isRefusedList reports whether [fs.ReadDir] opened a file, which cannot be listed. The root is always a folder: a file
// system that refuses to list it has no listings at all, which is the server's own fault.
func isRefusedList(e *fs.PathError) bool {
	return e.Op == "readdir" && e.Path != "." && isText(e.Err, "not implemented")
}

// isRefusedRead reports whether [fs.ReadFile] or [fs.ReadDir] refused a name, of an [fs.Sub], or of an embed.FS that has
// a file of this name and no folder. Their operation is that of a read, whose errors are the server's own, and which has
// the name of an open file, a valid one, and another error for a folder.
func isRefusedRead(e *fs.PathError) bool {
	return e.Op == "read" && (e.Err == fs.ErrInvalid && !fs.ValidPath(e.Path) || isText(e.Err, noFolder))
}

// noFolder is the text, which no package exports, of os.OpenRoot and of embed.FS's ReadDir for a file.
const noFolder = "not a directory"

// rootRefuses are the texts of os.Root's errors for a name. They are not exported.
var rootRefuses = []string{"path escapes from parent", "empty path", noFolder}
