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
  const raw: Raw = {
    connectCode,
    catalogue: builtinName,
    number: numberOf(connectCode),
    // As in Go: what became of the request is not known.
    reason: !answered && connectCode === 14 && "BROKEN",
    inferred: true,
    answered,
    message: err.rawMessage,
  };
  const seen: unknown[] = [];
  for (const detail of err.details.slice(0, maxDetails)) {
    const { type, value } = Object(detail);
    // The first of each type counts.
    if (seen.includes(type) || !seen.push(type) || !(value?.length <= maxDetailBytes)) continue;
    try {
      readDetail(raw, type, value);
    } catch {
      // One that is malformed does not.
    }
  }
  // Across origins, a browser shows the header only if the server exposes it.
  raw.requestId ||= err.metadata?.get?.("x-request-id");
  return raw;
}

function readDetail(raw: Raw, type: unknown, value: Uint8Array): void {
  switch (type) {
    case "errpact.v1.ErrorDetail": {
      const message = readMessage(value);
      const [builtin, number] = [message.ints[1], message.ints[5]];
      const [, catalogue, reason, payloadText] = texts(message, 4, true);
      if (!builtin && !number) return;
      raw.catalogue = number ? catalogue : builtinName;
      raw.number = (number ?? builtin)?.[1];
      raw.reason = reason;
      raw.payloadText = payloadText;
      raw.inferred = false;
      raw.answered = true;
      return;
    }
    case "google.rpc.ErrorInfo": {
      const message = readMessage(value);
      const [reason, domain] = texts(message, 2);
      raw.metadata = submessages(message, (m) => texts(m, 2) as [string, string]);
      raw.info = [domain, reason];
      return;
    }
    case "google.rpc.BadRequest":
      raw.fields = submessages(
        readMessage(value),
        (m) => {
          submessages(m, (localized) => texts(localized, 2), 4);
          const [path, description, reason] = texts(m, 3);
          return { path, description, reason };
        },
        1,
      );
      return;
    case "google.rpc.RetryInfo": {
      let [seconds, nanos] = [0, 0];
      // The parts of a message that comes several times are one message.
      submessages(
        readMessage(value),
        ({ ints }) => {
          seconds = ints[1]?.[0] ?? seconds;
          nanos = ints[2]?.[1] ?? nanos;
        },
        1,
      );
      // The bounds of google.protobuf.Duration. Negative seconds are huge here.
      raw.retryDelayMs = seconds > 315576e6 || nanos < 0 || nanos >= 1e9 ? 0 : seconds * 1e3 + nanos / 1e6;
      return;
    }
    case "google.rpc.LocalizedMessage":
      raw.localizedMessage = texts(readMessage(value), 2)[1];
      return;
    case "google.rpc.Help":
      raw.helpUrl = submessages(readMessage(value), (m) => texts(m, 2)[1], 1)[0];
      return;
    case "google.rpc.RequestInfo":
      raw.requestId = matching(texts(readMessage(value), 2)[0], requestIds);
  }
}

/** Reads the messages that are the values of a field. */
function submessages<T>({ bytes }: Message, read: (message: Message) => T, field = 3): T[] {
  return (bytes[field] ?? []).map((b) => read(readMessage(b)));
}
