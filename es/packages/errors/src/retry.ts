// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { RetryCalls } from "./code.js";
import { type FromErrorOptions, fromError } from "./from.js";

/** Whether to send a request again that failed, and when. */
export interface Retry {
  readonly calls: RetryCalls;
  /** Is how long to wait at least; 0 if nobody said more than that another try can help. */
  readonly delayMs: number;
}

/**
 * Returns whether the request that failed with err may be sent again. The first of these that applies decides: what the
 * catalogue states, which must be known by a code or by options.codes; a retry delay; the Connect code unavailable. Of an
 * error that names no entry, only the Connect code counts, which is unavailable if fetch failed.
 */
export function retryOf(err: unknown, options?: FromErrorOptions): Retry {
  const e = fromError(err, options);
  const stated = e?.inferred ? undefined : e?.code?.options.retry;
  const can = e && ((e.retryDelayMs && !e.inferred) || e.connectCode === 14);
  const calls = stated ?? (can ? "idempotent" : "none");
  return { calls, delayMs: (calls !== "none" && e?.retryDelayMs) || 0 };
}
