// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package pgtest

import "syscall"

func giveAway(string) error { return nil }

func attributes() *syscall.SysProcAttr { return nil }
