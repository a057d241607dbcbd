// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { builtinName, type Raw } from "./facts.js";
import { connectCodeOf, numberOf } from "./status.js";
import { matching, requestIds } from "./text.js";
import { type Message, readMessage, texts } from "./wire.js";

const maxDetails = 64;
const maxDetailBytes = 65536;

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
  const { isWireError } = err;
  const connectCode = connectCodeOf(err.code);
  // Connect marks the errors that came off the wire since 2.2. Before that, a client's own have a cause or such a code.
  const own = (err.cause as Error | undefined)?.name === "TypeError" || connectCode === 1 || connectCode === 4;
  const answered = typeof isWireError === "boolean" ? isWireError : !own;
  return {
    connectCode,
    catalogue: builtinName,
    number: numberOf(connectCode),
    // As in Go: what became of the request is not known.
    reason: !answered && connectCode === 14 && "BROKEN",
    inferred: true,
    answered,
    message: err.rawMessage,
    requestId: err.metadata?.get?.("x-request-id"),
    ...readDetails(err.details),
  };
}

/** Reads the first detail of each type. One that is malformed does not count. */
function readDetails(details: readonly unknown[]): Raw {
  let raw: Raw = {};
  const seen = new Set<unknown>();
  for (const detail of details.slice(0, maxDetails)) {
    const { type, value } = Object(detail);
    if (seen.has(type) || !seen.add(type) || !(value?.length <= maxDetailBytes)) continue;
    try {
      raw = { ...raw, ...readDetail(type, value) };
    } catch {
      // malformed
    }
  }
  return raw;
}

function readDetail(type: unknown, value: Uint8Array): Raw | undefined {
  if (!/^(google\.rpc|errpact\.v1)\.\w+$/.test(type as string)) return undefined;
  const message = readMessage(value);
  const { bytes, ints } = message;
  switch (type) {
    case "errpact.v1.ErrorDetail": {
      const [number] = [ints[5], ints[1]].filter(Boolean);
      const [, catalogue, reason, payloadText] = texts(message, 4, true);
      // Without a number, it does not count.
      return (
        number && {
          catalogue: ints[5] ? catalogue : builtinName,
          number: number[1],
          reason,
          payloadText,
          inferred: false,
          answered: true,
        }
      );
    }
    case "google.rpc.ErrorInfo": {
      const [reason, domain] = texts(message, 2);
      return {
        info: [domain, reason],
        metadata: Object.fromEntries(bytes[3]?.map((b) => texts(readMessage(b), 2)) ?? []),
      };
    }
    case "google.rpc.BadRequest":
      return {
        fields: bytes[1]?.map((b) => {
          const violation = readMessage(b);
          const [path, description, reason] = texts(violation, 3);
          violation.bytes[4]?.map((b) => texts(readMessage(b), 2));
          return { path, description, reason };
        }),
      };
    case "google.rpc.RetryInfo": {
      const duration: Message["ints"] = [];
      bytes[1]?.map((b) => readMessage(b).ints.map((int, field) => (duration[field] = int)));
      const [seconds] = duration[1] ?? [0];
      const [, nanos] = duration[2] ?? [0, 0];
      // The bounds of google.protobuf.Duration. Negative seconds are huge here.
      return { retryDelayMs: seconds > 315576e6 || nanos < 0 || nanos >= 1e9 ? 0 : seconds * 1e3 + nanos / 1e6 };
    }
    case "google.rpc.LocalizedMessage":
      return { localizedMessage: texts(message, 2)[1] };
    case "google.rpc.Help":
      return { helpUrl: bytes[1]?.map((b) => texts(readMessage(b), 2))[0]?.[1] };
    case "google.rpc.RequestInfo": {
      const requestId = matching(texts(message, 2)[0], requestIds);
      return requestId ? { requestId } : undefined;
    }
  }
  return undefined;
}
