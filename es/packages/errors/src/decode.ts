// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { builtinName, type Raw } from "./facts.js";
import { connectCodeOf, numbers } from "./status.js";
import { matching, requestIds } from "./text.js";
import { type Message, readMessage, type Shape } from "./wire.js";

/** The parts of a ConnectError that are read. Anything may be in them. */
interface ConnectErrorLike {
  readonly name: unknown;
  readonly code: unknown;
  readonly rawMessage: unknown;
  readonly details: unknown;
  readonly metadata?: { get?(name: string): unknown; keys?(): Iterator<unknown> };
  readonly isWireError?: unknown;
  readonly cause?: unknown;
}

// The details that are read.
const pair: Shape = [2, 2]; // of LocalizedMessage, RequestInfo, Help's links and entries of a map
const errorDetail: Shape = [0, 2, 2, 2, 0];
const errorInfo: Shape = [2, 2, pair];
const badRequest: Shape = [[2, 2, 2, pair]];
const retryInfo: Shape = [[0, 0]];
const help: Shape = [pair];

/**
 * Reads a ConnectError: by its ErrorDetail if there is one, else by what its Connect code stands for. It knows one by its
 * structure, since a bundle can have several of the class, and returns undefined for anything else.
 */
export function readConnectError(err: ConnectErrorLike): Raw | undefined {
  const { name, rawMessage, details, metadata, cause } = err;
  if (name !== "ConnectError" || typeof rawMessage !== "string" || !Array.isArray(details)) return undefined;
  const values = new Map<unknown, Uint8Array>();
  for (const detail of details.slice(0, 64)) {
    const { type, value } = Object(detail);
    if (!values.has(type)) values.set(type, value); // the first of each type counts
  }
  /** Returns the detail of a type. One that is missing, too long or malformed is empty. */
  const read = (type: string, shape: Shape, lenient?: boolean): Message => {
    const value = values.get(type);
    try {
      return value ? readMessage(value, shape, lenient) : [];
    } catch {
      return [];
    }
  };
  const code = connectCodeOf(err.code);
  const detail = read("errpact.v1.ErrorDetail", errorDetail, true);
  const number = detail[5] ?? detail[1];
  const inferred = number === undefined;
  // Connect marks the errors that came off the wire since 2.2, but not those that it makes of a status: they have the
  // answer's headers, where a page may read any. Before, a client's own have a cause or one of these codes.
  const answered =
    !inferred ||
    (err.isWireError ?? !(cause || code === 1 || code === 4)) ||
    /^HTTP \d/.test(rawMessage) ||
    metadata?.keys?.().next().done === false;
  // That is how fetch fails. Connect calls it unknown, and the same of Node's own transports unavailable.
  const connectCode = !answered && code === 2 && Object(cause).name === "TypeError" ? 14 : code;
  const info = read("google.rpc.ErrorInfo", errorInfo);
  return {
    inferred,
    answered,
    connectCode,
    catalogue: detail[5] === undefined ? builtinName : detail[2],
    number: number ?? numbers[connectCode],
    // As in Go: what became of the request is not known.
    reason: inferred ? !answered && connectCode === 14 && "BROKEN" : detail[3],
    payloadText: inferred || detail[4],
    message: rawMessage,
    domain: info[2],
    shortName: info[1],
    metadata: info[3]?.map((entry: Message) => [entry[1] ?? "", entry[2] ?? ""]),
    fields: read("google.rpc.BadRequest", badRequest)[1],
    retryDelayMs: millisecondsOf(read("google.rpc.RetryInfo", retryInfo)[1]),
    localizedMessage: read("google.rpc.LocalizedMessage", pair)[2],
    helpUrl: read("google.rpc.Help", help)[1]?.[0][2],
    requestId:
      matching(read("google.rpc.RequestInfo", pair)[1], requestIds) ||
      // Across origins, a browser shows the header only if the server exposes it.
      metadata?.get?.("x-request-id"),
  };
}

/** Returns the time of a google.protobuf.Duration, or 0 if it is out of bounds. Its occurrences are one message. */
function millisecondsOf(durations: Message[] = []): number {
  let seconds = 0;
  let nanos = 0;
  for (const duration of durations) {
    seconds = duration[1] ?? seconds;
    nanos = (duration[2] ?? nanos) >>> 0;
  }
  // What is negative is above both limits.
  return seconds > 315576e6 || nanos >= 1e9 ? 0 : seconds * 1e3 + nanos / 1e6;
}
