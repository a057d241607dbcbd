// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { type FromErrorOptions, read } from "./from.js";
import { retryOf } from "./retry.js";

/**
 * Returns the retry option of TanStack Query: up to so many more tries, if the error says that another can help, or if
 * there was no answer, and the client itself is not at fault. It knows what a catalogue states of the error by
 * options.codes, as retryOf does. It is for queries; whether a mutation may be repeated, retryOf says.
 */
export function retry(tries: number, options?: FromErrorOptions): (failureCount: number, error: unknown) => boolean {
  return (failureCount, error) => {
    const e = failureCount < tries ? read(error) : undefined;
    // Without an answer: what broke (2 and 10, by transport), and the client's own deadline. All else a client made itself.
    return !!e && (retryOf(error, options).calls !== "none" || (!e.answered && [2, 4, 10].includes(e.connectCode)));
  };
}

/** Is the retryDelay option of TanStack Query: 1 s, 2 s, 4 s, up to 30 s, and never less than the server said. */
export function retryDelay(failureCount: number, error: unknown): number {
  const backoff = 1000 * 2 ** Math.min(Math.max(failureCount, 0) || 0, 5);
  return Math.max(Math.min(backoff, 30000), read(error)?.retryDelayMs ?? 0);
}
