// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import type { ErrpactError } from "./error.js";
import { find, read } from "./from.js";

/** What a method declares: the errors that it can return. Generated code has one of each method that declares its own. */
export interface Contract<E extends ErrpactError = ErrpactError> {
  /** Is the method, as "/acme.shop.v1.ShopService/Buy". */
  readonly procedure: string;
  /** Are the declared errors. An entry stands for all its reasons. */
  readonly codes: readonly Code[];
  /** Returns the error if it is one of the declared ones, else undefined. */
  of(err: unknown): E | undefined;
}

/** Makes a contract. It is for generated code. */
export function contract<E extends ErrpactError>(procedure: string, codes: readonly Code[]): Contract<E> {
  return {
    procedure,
    codes,
    of: (err) => find(read(err), codes) as E | undefined,
  };
}
