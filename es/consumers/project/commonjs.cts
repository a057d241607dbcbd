// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Has the declarations of CommonJS for types.ts, which has those of ESM.

export { ErrpactError, fromError } from "@errpact/errors";
export { codes, NotExist } from "@errpact/errors/builtin";
