// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pgtest

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// postgres is the user that Debian's package makes. PostgreSQL refuses to run as root, which tests in
// a container are.
func postgres() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("find a user to run as: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// giveAway makes a folder the server's.
func giveAway(dir string) error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := postgres()
	if err != nil {
		return err
	}
	return os.Chown(dir, int(u.Uid), int(u.Gid))
}

// attributes are those of the server's process. It does not outlive a test that is killed.
func attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() == 0 {
		attributes.Credential, _ = postgres() // giveAway has found it
	}
	return attributes
}
