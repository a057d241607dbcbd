// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/** The version of this package: that of package.json, which a test compares. */
export const version = "0.0.0";
