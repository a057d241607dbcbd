// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import { isConnectError, readConnectError } from "./decode.js";
import { type ErrpactError, factsOf, view } from "./error.js";
import { checked, type ErrpactErrorJson } from "./facts.js";
import { match } from "./match.js";

/** What to know of catalogues while reading an error. */
export interface FromErrorOptions {
  /** The codes to look the error up in: it then has the catalogue's text, HTTP status, params, retry and fault. */
  readonly codes?: readonly Code[];
}

const received = new WeakMap<object, ErrpactError>();

/**
 * Returns the API error that was caught: a ConnectError of any transport, an ErrpactError, or what toJSON() of one
 * returned. It returns undefined for anything else, such as a TypeError of the program's own, and never throws. The
 * same error gives the same result.
 */
export function fromError(err: unknown, options?: FromErrorOptions): ErrpactError | undefined {
  const e = read(err);
  return e && options?.codes ? lookUp(e, options.codes) : e;
}

/** Returns the error that toJSON() was called of. Nothing in it is trusted: it may have come from anywhere. */
export function fromJSON(json: unknown): ErrpactError | undefined {
  return read(json);
}

/** Does what fromError does without options. */
export function read(err: unknown): ErrpactError | undefined {
  try {
    const of = Object(err) as object;
    if (factsOf(of)) return of as ErrpactError;
    let e = received.get(of);
    if (!e) {
      if (isConnectError(of)) e = view(checked(readConnectError(of)), undefined, err);
      else if (isJson(of)) e = view(checked({ ...of, metadata: Object.entries(Object(of.metadata)) }));
      if (e) received.set(of, e);
    }
    return e;
  } catch {
    return undefined; // a getter or a proxy that throws
  }
}

const isJson = (of: object): of is ErrpactErrorJson => (of as ErrpactErrorJson).errpact === 1;

/** Returns the error as one of a code among codes, or as it is. A code that the answer names comes first, then a reason's. */
export function lookUp(e: ErrpactError, codes: readonly Code[]): ErrpactError {
  let found = e;
  let highest = -1;
  for (const code of codes) {
    const facts = match(code, factsOf(e) as ErrpactErrorJson);
    const rank = facts ? (facts.inferred ? 0 : 2) + (code.reason ? 1 : 0) : -1;
    if (facts && rank > highest) {
      found = view(facts, code, e.cause);
      highest = rank;
    }
  }
  return found;
}
