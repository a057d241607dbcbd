// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { builtinName, type Raw } from "./facts.js";
import { connectCodeOf, numberOf } from "./status.js";
import { matching, requestIds } from "./text.js";
import { type Message, readMessage } from "./wire.js";

/** The parts of a ConnectError that are read. Anything may be in them. */
interface ConnectErrorLike {
  readonly code: unknown;
  readonly rawMessage: string;
  readonly details: readonly unknown[];
  readonly metadata?: { get?(name: string): unknown };
  readonly isWireError?: unknown;
  readonly cause?: unknown;
}

/** Reports whether an error is a ConnectError, by its structure: a bundle can have several of the class. */
export function isConnectError(err: object): err is ConnectErrorLike {
  const { name, rawMessage, details } = err as { name?: unknown } & Partial<ConnectErrorLike>;
  return name === "ConnectError" && typeof rawMessage === "string" && Array.isArray(details);
}

/** Reads a ConnectError: by its ErrorDetail if there is one, else by what its Connect code stands for. */
export function readConnectError(err: ConnectErrorLike): Raw {
  const { isWireError, cause } = err;
  const first = err.details.slice(0, 64).map((detail): [unknown, Uint8Array] => {
    const { type, value } = Object(detail);
    return [type, value];
  });
  const details = new Map(first.reverse()); // the first of each type counts
  /** Returns the detail of a type. One that is missing, too long or malformed is empty. */
  const read = (type: string, shape: string, lenient?: boolean): Message => {
    const value = details.get(type) as Uint8Array;
    try {
      return value?.length <= 65536 ? readMessage(value, shape, lenient) : [];
    } catch {
      return [];
    }
  };
  const connectCode = connectCodeOf(err.code);
  const detail = read("errpact.v1.ErrorDetail", "4", true);
  const number = detail[41] ?? detail[9]; // the fields 5 and 1
  const inferred = number === undefined;
  // Connect marks the errors that came off the wire since 2.2. Before that, a client's own have a cause or such a code.
  const own = (cause as Error | undefined)?.name === "TypeError" || connectCode === 1 || connectCode === 4;
  const answered = !inferred || (typeof isWireError === "boolean" ? isWireError : !own);
  const info = read("google.rpc.ErrorInfo", "232");
  return {
    inferred,
    answered,
    connectCode,
    catalogue: detail[40] === undefined ? builtinName : detail[18],
    number: number ?? numberOf(connectCode),
    // As in Go: what became of the request is not known.
    reason: inferred ? !answered && connectCode === 14 && "BROKEN" : detail[26],
    payloadText: inferred || detail[34],
    message: err.rawMessage,
    info: [info[18], info[10]],
    metadata: info[26]?.map((entry: Message) => [entry[10] ?? "", entry[18] ?? ""]),
    fields: read("google.rpc.BadRequest", "01342")[10]?.map((violation: Message) => ({
      path: violation[10],
      description: violation[18],
      reason: violation[26],
    })),
    retryDelayMs: millisecondsOf(read("google.rpc.RetryInfo", "010")[10] ?? []),
    localizedMessage: read("google.rpc.LocalizedMessage", "2")[18],
    helpUrl: read("google.rpc.Help", "012")[10]?.[0][18],
    requestId:
      matching(read("google.rpc.RequestInfo", "2")[10], requestIds) ||
      // Across origins, a browser shows the header only if the server exposes it.
      err.metadata?.get?.("x-request-id"),
  };
}

/** Returns the time of a google.protobuf.Duration, or 0 if it is out of bounds. Its occurrences are one message. */
function millisecondsOf(durations: Message[]): number {
  let [seconds, nanos] = [0, 0];
  for (const duration of durations) {
    seconds = duration[8] ?? seconds; // negative ones are huge
    nanos = duration[17] ?? nanos;
  }
  return seconds > 315576e6 || nanos < 0 || nanos >= 1e9 ? 0 : seconds * 1e3 + nanos / 1e6;
}
