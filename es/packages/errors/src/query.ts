// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { read } from "./from.js";
import { retryOf } from "./retry.js";

/**
 * Returns the retry option of TanStack Query: up to so many more tries, if the error says that another can help, or if
 * there was no answer. It is for queries; whether a mutation may be repeated, retryOf says.
 */
export function retry(tries: number): (failureCount: number, error: unknown) => boolean {
  return (failureCount, error) => {
    const e = failureCount < tries ? read(error) : undefined;
    return !!e && e.connectCode !== 1 && (!e.answered || retryOf(e).calls !== "none");
  };
}

/** Is the retryDelay option of TanStack Query: 1 s, 2 s, 4 s, up to 30 s, and never less than the server said. */
export function retryDelay(failureCount: number, error: unknown): number {
  const backoff = 1000 * 2 ** Math.min(Math.max(failureCount, 0) || 0, 5);
  return Math.max(Math.min(backoff, 30000), read(error)?.retryDelayMs ?? 0);
}
