// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import type { ErrpactErrorJson } from "./facts.js";

/**
 * Returns what is known of an error as an error of the code, or undefined if it is none. An ErrorDetail names catalogue,
 * number and reason; without one, the domain and reason of ErrorInfo do.
 */
export function match(code: Code, facts: ErrpactErrorJson): ErrpactErrorJson | undefined {
  const { catalogue, number, reason, options } = code;
  if (facts.catalogue === catalogue.name && facts.number === number && (!reason || facts.reason === reason))
    return facts;
  const [domain, name = ""] = facts.info ?? [];
  if (!facts.inferred || domain !== catalogue.domain) return undefined;
  const finer = options.reasons?.includes(name);
  const own = reason || code.shortName;
  if (!finer && (options.ambiguous || (name !== own && (reason || name !== code.name)))) return undefined;
  return { ...facts, catalogue: catalogue.name, number, reason: finer ? name : reason, inferred: false };
}
