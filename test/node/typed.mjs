// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Reads errors by @errpact/errors, which errors.mjs is.
import { fromError } from "./errors.mjs";

export function byErrpact(thrown) {
  const e = fromError(thrown);
  if (!e || e.inferred) {
    return {};
  }
  return {
    errpact: {
      connectCode: e.connectCode,
      number: e.number,
      reason: e.reason,
      catalogue: e.catalogue,
      message: e.message,
      metadata: e.metadata,
      payload: e.payloadText,
      fields: e.fields?.map(({ path, description, reason }) => ({ field: path, description, reason })),
      retryDelay: e.retryDelayMs && e.retryDelayMs * 1e6,
      requestId: e.requestId,
    },
  };
}
