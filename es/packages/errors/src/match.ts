// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import { keyOf } from "./error.js";
import type { ErrpactErrorJson } from "./facts.js";

/**
 * Returns what is known of an error as an error of the code, or undefined if it is none. An ErrorDetail names catalogue,
 * number and reason; without one, the domain and reason of ErrorInfo do.
 */
export function match(code: Code, facts: ErrpactErrorJson): ErrpactErrorJson | undefined {
  const { catalogue, number, reason, options } = code;
  if (facts.inferred && facts.domain === catalogue.domain) {
    const name = facts.shortName as string;
    const finer = options.reasons?.includes(name);
    const own = options.names ?? (reason ? [reason] : [code.shortName, code.name]);
    if (finer || own.includes(name)) {
      return { ...facts, catalogue: catalogue.name, number, reason: finer ? name : reason, inferred: false };
    }
  }
  const key = keyOf(facts.catalogue, facts.number, reason && facts.reason);
  return key === code.key ? facts : undefined;
}
