// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Fault } from "./code.js";
import { type FromErrorOptions, fromError } from "./from.js";

/**
 * Returns whose fault an error is: what the catalogue states or implies, which must be known by a code or by
 * options.codes; the caller's for canceled, for a deadline without an entry and for a 4XX; else the server's, as is
 * what is no API error. It returns undefined for undefined and null.
 */
export function faultOf(err: unknown, options?: FromErrorOptions): Fault | undefined {
  const e = fromError(err, options);
  if (!e) return err === undefined || err === null ? undefined : "server";
  const { inferred, connectCode, code } = e;
  const stated = inferred ? undefined : code?.options.fault;
  if (stated === "upstream" || (inferred && !e.answered && connectCode === 14)) return "upstream";
  if (connectCode === 1 || (inferred && connectCode === 4)) return "caller";
  return stated ?? (e.httpStatus < 500 || (inferred && connectCode === 12) ? "caller" : "server");
}
