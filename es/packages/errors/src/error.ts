// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { Code } from "./code.js";
import type { ErrpactErrorJson, FieldViolation } from "./facts.js";
import type { Params } from "./params.js";
import { statuses } from "./status.js";

// Registered, so that the copies of this package in one bundle know each other's errors.
const brand: unique symbol = Symbol.for("errpact.error");

/** Returns what is known of an ErrpactError, and undefined for anything else. */
export function factsOf(err: object): ErrpactErrorJson | undefined {
  return (err as { readonly [brand]?: readonly [ErrpactErrorJson] })[brand]?.[0];
}

/** Returns "CATALOGUE/NUMBER" or "CATALOGUE/NUMBER/REASON". */
export const keyOf = (catalogue: string, number: number, reason: string): string =>
  `${catalogue}/${number}${reason && `/${reason}`}`;

/**
 * An API error: one that was received, as fromError and Code.of read it, or one that Code.error made. Do not extend it.
 *
 * Metadata, fields and params are frozen. A received error has the error that it was read from as its cause, and no stack
 * of its own.
 */
export class ErrpactError<P extends Params = Params, K extends string = string> extends Error {
  readonly #read: readonly [ErrpactErrorJson, Code<P, K> | undefined];
  /** Is the key of the code that the error was read as; else "CATALOGUE/NUMBER", or "CATALOGUE/NUMBER/REASON". */
  readonly key: K;
  /** Is the full name of the catalogue's enum, such as "errpact.v1.ErrorCode", or "unknown". */
  readonly catalogue: string;
  /** Is the entry's number, which REST calls error_code. */
  readonly number: number;
  /** Is empty if the error names an entry alone. */
  readonly reason: string;
  /** Is 1 to 16. https://connectrpc.com/docs/protocol#error-codes */
  readonly connectCode: number;
  /** Is the status that a REST caller gets, as far as is known. */
  readonly httpStatus: number;
  /**
   * Is the id under which the server logged the error. Over RPC, it is there if the error's HTTP status is 500 or above, if
   * its text was replaced, or if the page may read X-Request-Id.
   */
  readonly requestId: string | undefined;
  /** Has the values of the message's {placeholders}; undefined unless all are there and of their types. */
  readonly params: P | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly fields: readonly FieldViolation[] | undefined;
  /** Is how long to wait before another try, a day at most; undefined if neither server nor catalogue says so. */
  readonly retryDelayMs: number | undefined;
  /** Is the message in the caller's language, if the server sent one. */
  readonly localizedMessage: string | undefined;
  /** Is a link to help; undefined unless the link is https. */
  readonly helpUrl: string | undefined;
  /** Is the payload's JSON, to the letter over RPC. Over REST, details of errpact's own keys alone are no payload. */
  readonly payloadText: string | undefined;
  /** Reports whether the number was inferred from a Connect code or an HTTP status, because the answer named no entry. */
  readonly inferred: boolean;
  /**
   * Reports whether a server or a proxy answered. It is false if no connection could be made or it broke, if the client gave
   * up first, or if it never sent the request.
   */
  readonly answered: boolean;
  /** Reports whether the error was received. */
  readonly remote: boolean;

  /** Is for this package. Use Code.error. */
  constructor(facts: ErrpactErrorJson, code?: Code<P, K>, cause?: unknown, remote = true) {
    const { inferred, connectCode, metadata } = facts;
    const known = code && !inferred && code.connectCode === connectCode;
    const httpStatus = facts.httpStatus ?? (known ? code.httpStatus : (statuses[connectCode] as number));
    const [params, text] = code?.options.template?.(code.message, metadata) ?? [
      code && Object.freeze({}),
      code?.message,
    ];
    const standIn = facts.httpStatus ? `HTTP ${httpStatus}` : "Unknown error";
    const message =
      // JSON has the one of an error that nobody had read as the code's.
      (facts.message !== standIn && facts.message) ||
      ((!inferred || code?.httpStatus === httpStatus) && text) ||
      standIn;
    // Declared nowhere: a declaration in this package's types could contradict that of Node's.
    const { stackTraceLimit } = Error as { stackTraceLimit?: unknown };
    // The stack of a received error would say nothing, and costs more than all the rest. Unlike an assignment, this does
    // not throw where Error is frozen.
    if (remote) Reflect.set(Error, "stackTraceLimit", 0);
    super(message, { cause });
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    this.#read = [facts, code];
    this.key = code?.key ?? (keyOf(facts.catalogue, facts.number, facts.reason) as K);
    this.httpStatus = httpStatus;
    this.params = params as P | undefined;
    this.remote = remote;
    // One by one, since to assign them all at once takes measurably longer.
    this.catalogue = facts.catalogue;
    this.number = facts.number;
    this.reason = facts.reason;
    this.connectCode = connectCode;
    this.inferred = inferred;
    this.answered = facts.answered;
    this.metadata = metadata;
    this.fields = facts.fields;
    this.retryDelayMs = facts.retryDelayMs;
    this.localizedMessage = facts.localizedMessage;
    this.helpUrl = facts.helpUrl;
    this.requestId = facts.requestId;
    this.payloadText = facts.payloadText;
  }

  /** @internal */
  get [brand](): readonly [ErrpactErrorJson, Code<P, K> | undefined] {
    return this.#read;
  }

  /** Is "ErrpactError". */
  override get name(): string {
    return "ErrpactError";
  }

  /** Is the code that the error was read as; undefined if fromError did not know any. */
  get code(): Code<P, K> | undefined {
    return this.#read[1];
  }

  /** Is the payload, parsed. JSON.parse rounds integers over 2^53: payloadText has them. */
  get payload(): unknown {
    return this.payloadText && JSON.parse(this.payloadText);
  }

  /** Returns what fromJSON takes, as JSON.stringify does by itself. The cause is not part of it. */
  toJSON(): ErrpactErrorJson {
    const { message, httpStatus, code } = this;
    return { ...this.#read[0], message, ...(code && { httpStatus }) };
  }

  /** Holds for the errors of every copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      return !!factsOf(Object(value));
    } catch {
      return false; // what inherits from an error, or a proxy that throws
    }
  }
}
