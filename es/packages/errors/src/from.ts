// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import { readConnectError } from "./decode.js";
import { ErrpactError, factsOf } from "./error.js";
import { checked, type ErrpactErrorJson } from "./facts.js";
import { match } from "./match.js";
import type { Params } from "./params.js";

/** What to know of catalogues while reading an error. */
export interface FromErrorOptions {
  /** The codes to look the error up in: it then has the catalogue's text, HTTP status, params, retry and fault. */
  readonly codes?: readonly Code[];
}

/** Where an error has what was read of it: a WeakMap of all errors costs the garbage collector more than reading them. */
const received: unique symbol = Symbol();

/**
 * Returns the API error that was caught: a ConnectError of any transport, an ErrpactError, or what toJSON() of one
 * returned. It returns undefined for anything else, such as a TypeError of the program's own, and never throws. The
 * same error gives the same result.
 */
export function fromError(err: unknown, options?: FromErrorOptions): ErrpactError | undefined {
  const e = read(err);
  return find(e, options?.codes ?? []) ?? e;
}

/** Returns the error that toJSON() was called of. Nothing in it is trusted: it may have come from anywhere. */
export function fromJSON(json: unknown): ErrpactError | undefined {
  return read(json);
}

/** Does what fromError does without options. */
export function read(err: unknown): ErrpactError | undefined {
  let e: ErrpactError | undefined;
  try {
    const of = Object(err);
    if (factsOf(of)) return of;
    e = of[received];
    if (!e) {
      const raw = readConnectError(of);
      if (raw) e = new ErrpactError(checked(raw), undefined, err);
      else if (of.errpact === 1)
        e = new ErrpactError(checked({ ...of, metadata: Object.entries(Object(of.metadata)) }));
      if (e) Reflect.defineProperty(of, received, { value: e }); // which a frozen one does without
    }
  } catch {
    // A getter or a proxy that throws. If that is where the error was to be remembered, it has been read.
  }
  return e;
}

/** Returns the error as one of the code, if it is one. */
export function as<P extends Params, K extends string>(
  code: Code<P, K>,
  e: ErrpactError | undefined,
): ErrpactError<P, K> | undefined {
  const facts = e && match(code, factsOf(e) as ErrpactErrorJson);
  return facts && new ErrpactError(facts, code, e.remote ? e.cause : e);
}

/** Returns the error as one of a code among codes, if it is one. A code that the answer names comes first, then a reason's. */
export function find(e: ErrpactError | undefined, codes: readonly Code[]): ErrpactError | undefined {
  const rank = (e: ErrpactError): number => (e.inferred ? 0 : 2) + (e.code?.reason ? 1 : 0);
  let found: ErrpactError | undefined;
  for (const code of codes) {
    const typed = as(code, e);
    if (typed && !(found && rank(found) >= rank(typed))) found = typed;
  }
  return found;
}
