// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from "node:fs";
import type { ErrpactError } from "./error.js";
import { faultOf } from "./fault.js";
import { retryOf } from "./retry.js";

/** Reads a file of the corpus, which the Go tests of mapping write with -update. Tests run in build/test. */
export function corpus<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../../testdata/${name}`, import.meta.url), "utf8")) as T;
}

/** An error as a client of either language sees it. */
export interface View {
  readonly catalogue: string;
  readonly number: number;
  readonly reason: string;
  readonly connectCode: number;
  readonly httpStatus: number;
  readonly message: string;
  readonly inferred: boolean;
  readonly metadata?: Record<string, string>;
  readonly fields?: unknown[];
  readonly retryDelayMs?: number;
  readonly requestId?: string;
  readonly payload?: unknown;
  readonly retryCalls: string;
  readonly fault: string;
}

export function viewOf(e: ErrpactError): View {
  const { catalogue, number, reason, connectCode, httpStatus, message, inferred } = e;
  const known = {
    metadata: e.metadata && { ...e.metadata },
    fields: e.fields?.map((f) => ({ ...f })),
    retryDelayMs: e.retryDelayMs,
    requestId: e.requestId,
    payload: e.payload,
  };
  return {
    ...{ catalogue, number, reason, connectCode, httpStatus, message, inferred },
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<View>),
    retryCalls: retryOf(e).calls,
    fault: faultOf(e) ?? "",
  };
}

/** What Connect throws: details as they came off the wire. */
export function connectError(of: Record<string, unknown> = {}): Error {
  const { message, ...rest } = of;
  const headers = new Headers();
  return Object.assign(new Error(`[code] ${message}`), {
    name: "ConnectError",
    code: 2,
    rawMessage: message ?? "m",
    details: [],
    metadata: headers,
    isWireError: true,
    ...rest,
  });
}

/** Encodes fields of number and value: a number as a varint, all else by its length. */
export function encode(...fields: [number: number, value: number | string | Uint8Array][]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const varint = (n: number): void => {
    for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) + 128);
    bytes.push(n);
  };
  for (const [field, value] of fields) {
    varint(field * 8 + (typeof value === "number" ? 0 : 2));
    if (typeof value === "number") {
      varint(value);
      continue;
    }
    const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
    varint(content.length);
    for (const byte of content) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
