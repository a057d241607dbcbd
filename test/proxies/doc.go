// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package proxies proves that the largest error within the default budget arrives whole, through
// nginx and haproxy as Debian ships them, at clients of three kinds; and that no error of any size
// harms the calls beside it.
package proxies
