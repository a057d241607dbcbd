// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { connectCodeOf, errorStatus } from "./status.js";
import { cleanMessage, fullNames, matching, reasons, requestIds, textOf } from "./text.js";

/** A violation of google.rpc.BadRequest. */
export interface FieldViolation {
  /** The field's path as the server named it: with the names of the .proto over RPC, of JSON over REST. */
  readonly path: string;
  readonly description: string;
  /** Is empty if the server gave none. */
  readonly reason: string;
}

/**
 * What is known of an error, in a form that survives JSON, postMessage and React's server components. It is what
 * toJSON() of an ErrpactError returns, and what fromJSON takes.
 */
export interface ErrpactErrorJson {
  /** Marks the form, and has its version. */
  readonly errpact: 1;
  readonly catalogue: string;
  readonly number: number;
  readonly reason: string;
  readonly connectCode: number;
  readonly message: string;
  readonly inferred: boolean;
  readonly answered: boolean;
  /** Is absent if it is not known: an RPC does not carry that of REST. */
  readonly httpStatus?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly fields?: readonly FieldViolation[] | undefined;
  readonly retryDelayMs?: number | undefined;
  readonly localizedMessage?: string | undefined;
  readonly helpUrl?: string | undefined;
  readonly requestId?: string | undefined;
  readonly payloadText?: string | undefined;
  /** Domain and reason of google.rpc.ErrorInfo: they name the error of a server that sends no ErrorDetail. */
  readonly domain?: string;
  readonly shortName?: string;
}

/** The same before it is checked: anything can be in it. The metadata comes in pairs. */
export type Raw = { -readonly [K in keyof Omit<ErrpactErrorJson, "metadata">]?: unknown } & {
  metadata?: readonly (readonly [string, unknown])[] | undefined;
};

/** The full name of the built-in catalogue. */
export const builtinName = "errpact.v1.ErrorCode";

/** Makes an object of the pairs whose values are texts. Nothing is assigned: "__proto__" is a key like any other. */
function metadataOf(pairs: Raw["metadata"] = []): ErrpactErrorJson["metadata"] {
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return texts.length ? Object.freeze(Object.fromEntries(texts)) : undefined;
}

/** Reads a violation of REST, which calls the path field, or of JSON; one of the wire has its parts by number. */
function fieldOf(violation: unknown): FieldViolation {
  const {
    1: first,
    2: second,
    3: third,
    field = first,
    path = field,
    description = second,
    reason = third,
  } = Object(violation);
  return Object.freeze({ path: textOf(path), description: textOf(description), reason: textOf(reason) });
}

/** Returns the value if it is a text that is JSON. */
function jsonOf(value: unknown): string | undefined {
  const text = textOf(value) || undefined;
  try {
    if (text) JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** Checks all that was received: nothing else of a received error is ever read. */
export function checked(raw: Raw): ErrpactErrorJson {
  const { fields } = raw;
  // Timers of more than some 24 days run at once, and a day is more than anybody waits.
  const delay = Math.min(Math.ceil(Number(raw.retryDelayMs)), 864e5);
  return {
    errpact: 1,
    catalogue: matching(raw.catalogue, fullNames) || "unknown",
    number: Number(raw.number) | 0,
    reason: matching(raw.reason, reasons),
    connectCode: connectCodeOf(raw.connectCode),
    httpStatus: errorStatus(raw.httpStatus),
    message: cleanMessage(raw.message),
    inferred: !!raw.inferred,
    answered: !!raw.answered,
    metadata: metadataOf(raw.metadata),
    fields: Array.isArray(fields) && fields.length ? Object.freeze(fields.slice(0, 128).map(fieldOf)) : undefined,
    retryDelayMs: delay > 0 ? delay : undefined,
    localizedMessage: cleanMessage(raw.localizedMessage) || undefined,
    helpUrl: matching(raw.helpUrl, /^https:\/\//) || undefined,
    requestId: matching(raw.requestId, requestIds) || undefined,
    payloadText: jsonOf(raw.payloadText),
    domain: textOf(raw.domain),
    shortName: textOf(raw.shortName),
  };
}
