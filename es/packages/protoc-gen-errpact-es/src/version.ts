// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/** The version that the output names. scripts/pack.mjs writes that of package.json into what is packed. */
export const version: string = "0.0.0";
