// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ConnectError } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { codes, NotExist, Unknown } from "./builtin.js";
import { checkResponse } from "./envelope.js";
import { ErrpactError } from "./error.js";
import { fieldErrors } from "./form.js";
import { fromError, fromJSON } from "./from.js";
import { retry, retryDelay } from "./query.js";
import { retryOf } from "./retry.js";
import { connectError, encode } from "./testkit.test.js";

/** What a client of Connect makes of the body of an answer. */
function received(json: unknown): ConnectError {
  return errorFromJson(json as never, new Headers(), new ConnectError("fallback", 13));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
const notExist = encode([1, 10]);

for (const code of ["__proto__", "constructor", "toString", 17, -1, null, {}]) {
  test(`the code ${JSON.stringify(code)} of a server is unknown`, () => {
    let err: unknown;
    try {
      err = received({ code, message: "m" });
    } catch (fallback) {
      err = fallback;
    }
    assert.equal(fromError(err)?.connectCode, err instanceof ConnectError && err.code === 13 ? 13 : 2);
  });
}

for (const code of [
  0,
  17,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "5",
  null,
  undefined,
  {},
  Object.prototype,
  Object,
]) {
  test(`the code ${String(code === Object.prototype ? "Object.prototype" : code)} of an error is unknown`, () => {
    const e = fromError(connectError({ code }));
    assert.equal(e?.connectCode, 2);
    assert.equal(e?.httpStatus, 500);
  });
}

test("details that are null, or nothing at all, do not count", () => {
  const details = [
    null,
    undefined,
    7,
    "x",
    {},
    { type: 7 },
    { type: "errpact.v1.ErrorDetail" },
    { type: "google.rpc.Help", value: null },
  ];
  assert.equal(fromError(connectError({ code: 5, details }))?.number, 10);
  const e = fromError(
    connectError({ code: 5, details: [null, { type: "errpact.v1.ErrorDetail", value: encode([1, 12]) }] }),
  );
  assert.equal(e?.number, 12);
});

test("details:[null] of a server, for which Connect gives up the rest, is read by its code", () => {
  let err: unknown;
  try {
    err = received({ code: "not_found", message: "m", details: [null] });
  } catch (fallback) {
    err = fallback;
  }
  assert.equal(fromError(err)?.inferred, true);
});

test("gRPC's details of code 17 and -1 are unknown", () => {
  for (const code of [17, 2 ** 32 - 1]) {
    const trailer = new Headers({ "grpc-status": "5", "grpc-status-details-bin": base64(encode([1, code], [2, "m"])) });
    const err = findTrailerError(trailer);
    assert.ok(err);
    assert.ok([2, 5].includes(fromError(err)?.connectCode ?? 0));
  }
});

test("of a million details, 64 are looked at", () => {
  let reads = 0;
  const detail = {
    get type(): string {
      reads++;
      return "google.rpc.Help";
    },
  };
  const details: unknown[] = Array.from({ length: 1e6 }, () => detail);
  details.push({ type: "errpact.v1.ErrorDetail", value: notExist });
  assert.equal(fromError(connectError({ code: 2, details }))?.number, 0);
  assert.equal(reads, 64);
});

test("a detail of 10 MB does not count", () => {
  const value = encode([1, 10], [17, new Uint8Array(1e7)]);
  assert.equal(fromError(connectError({ details: [{ type: "errpact.v1.ErrorDetail", value }] }))?.number, 0);
});

test("details that lie about their length or throw end", () => {
  const endless = new Proxy({}, { get: (_, key) => (key === "length" ? 9 : key === "byteLength" ? 9 : 128) });
  const throwing = {
    get type(): string {
      throw new Error("no");
    },
  };
  fromError(connectError({ details: [{ type: "google.rpc.Help", value: endless }] }));
  // Two bytes back would be the same field again.
  fromError(connectError({ details: [{ type: "google.rpc.RequestInfo", value: [10, -2] }] }));
  assert.equal(fromError(connectError({ details: [throwing] })), undefined);
});

test("a lone surrogate in a message becomes U+FFFD", () => {
  assert.equal(fromError(connectError({ message: "a\ud800b\udc00" }))?.message, "a\ufffdb\ufffd");
});

test("forged debug texts are never looked at", () => {
  const debug = { code: "ERROR_CODE_AUTH_EXPIRED", catalogue: "errpact.v1.ErrorCode", detailsJson: '{"forged":true}' };
  const err = received({
    code: "not_found",
    message: "m",
    details: [{ type: "errpact.v1.ErrorDetail", value: base64(notExist), debug }],
  });
  const e = fromError(err);
  assert.equal(e?.number, 10);
  assert.equal(e?.inferred, false);
  assert.equal(e?.payload, undefined);
  assert.ok(!JSON.stringify(e).includes("forged"));
});

test("metadata of __proto__ is a key, and changes no prototype", () => {
  const pair = (key: string, value: string): [number, Uint8Array] => [3, encode([1, key], [2, value])];
  const value = encode([1, "X_Y"], [2, "d"], pair("__proto__", "p"), pair("constructor", "c"));
  const e = fromError(connectError({ details: [{ type: "google.rpc.ErrorInfo", value }] }));
  assert.deepEqual(Object.keys(e?.metadata ?? {}), ["__proto__", "constructor"]);
  assert.equal(Object.getPrototypeOf(e?.metadata), Object.prototype);
  assert.ok(Object.isFrozen(e?.metadata));
  const violation = encode([1, "__proto__"], [2, "bad"]);
  const err = connectError({ details: [{ type: "google.rpc.BadRequest", value: encode([1, violation]) }] });
  const fields = fieldErrors(err, { path: "proto" });
  assert.deepEqual(Object.entries(fields), [["__proto__", "bad"]]);
  assert.equal(Object.getPrototypeOf(fields), Object.prototype);
});

test("a hostile retry delay is a day at most", () => {
  for (const seconds of [3e6, 315576e6, 2 ** 53]) {
    const value = encode([1, encode([1, seconds])]);
    const err = connectError({ code: 14, details: [{ type: "google.rpc.RetryInfo", value }] });
    const delay = retryDelay(0, err);
    assert.ok(delay >= 1000 && delay <= 864e5, String(delay));
  }
  for (const retryDelayMs of [1e300, Number.POSITIVE_INFINITY, Number.NaN, -1, "7", {}, null]) {
    const e = fromJSON({ errpact: 1, retryDelayMs });
    assert.ok((e?.retryDelayMs ?? 0) >= 0 && (e?.retryDelayMs ?? 0) <= 864e5);
  }
  assert.ok(retryDelay(1e9, undefined) <= 30000);
  assert.ok(retryDelay(Number.NaN, undefined) >= 1000);
});

const odd: unknown[] = [
  undefined,
  null,
  0,
  1n,
  "x",
  true,
  Symbol("s"),
  () => 0,
  [],
  {},
  new Error("e"),
  new TypeError("Failed to fetch"),
  new DOMException("a", "AbortError"),
  Object.create(null),
  Object.freeze({}),
  new Map(),
  { name: "ConnectError" },
  { name: "ConnectError", rawMessage: "m", details: {} },
  { errpact: 2 },
];

test("what is no API error is undefined to all, and throws nowhere", () => {
  for (const err of odd) {
    assert.equal(fromError(err), undefined);
    assert.equal(fromJSON(err), undefined);
    assert.equal(NotExist.of(err), undefined);
    assert.equal(NotExist.is(err), false);
    assert.deepEqual(retryOf(err), { calls: "none", delayMs: 0 });
    assert.equal(retry(3)(0, err), false);
    assert.deepEqual(fieldErrors(err), {});
    assert.ok(!(err instanceof ErrpactError));
  }
});

test("options that are null are none", async () => {
  const none = null as never;
  const err = connectError({ code: 5 });
  assert.equal(fromError(err, none)?.number, 10);
  assert.equal(retryOf(err, none).calls, "none");
  assert.equal(retry(3, none)(0, err), false);
  const e = await checkResponse(new Response("", { status: 404 }), none).catch((err) => err);
  assert.equal(e.number, 10);
});

test("getters and proxies that throw are no API error", () => {
  const throws = (): never => {
    throw new Error("no");
  };
  const getter = Object.defineProperty({ name: "ConnectError", details: [] }, "rawMessage", { get: throws });
  for (const err of [
    getter,
    new Proxy({}, { get: throws }),
    new Proxy({}, { has: throws, getPrototypeOf: throws, get: throws }),
  ]) {
    assert.equal(fromError(err), undefined);
    assert.equal(NotExist.of(err), undefined);
  }
  const metadata = { get: throws };
  assert.equal(fromError(connectError({ metadata })), undefined);
});

test("an error that is frozen is read, and no other looks changed", () => {
  const frozen = Object.freeze(connectError({ code: 5 }));
  assert.equal(fromError(frozen)?.number, 10);
  const err = connectError({ code: 5 });
  const keys = Object.keys(err);
  assert.equal(fromError(err), fromError(err));
  assert.deepEqual(Object.keys(err), keys);
  assert.ok(!(err instanceof ErrpactError) && !(Object.create(err) instanceof ErrpactError));
});

test("an error is read although it cannot be remembered", () => {
  const defineProperty = (): never => {
    throw new Error("a draft of Immer");
  };
  const draft = new Proxy(connectError({ code: 5 }), { defineProperty });
  assert.equal(fromError(draft)?.number, 10);
  assert.ok(NotExist.is(draft));
});

test("neither what inherits from an error is one, nor a proxy that throws", () => {
  const throws = (): never => {
    throw new Error("no");
  };
  assert.ok(NotExist.error() instanceof ErrpactError);
  for (const value of [Object.create(NotExist.error()), new Proxy({}, { get: throws, has: throws })]) {
    assert.equal(value instanceof ErrpactError, false);
    assert.equal(fromError(value), undefined);
  }
});

/** Runs without what some engines lack. */
function without(names: readonly string[], run: () => void): void {
  const globals = Object.fromEntries(names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  for (const name of names) Reflect.deleteProperty(globalThis, name);
  try {
    run();
  } finally {
    Object.defineProperties(globalThis, globals as PropertyDescriptorMap);
  }
}

test("no text loses its error where there is no TextEncoder and no TextDecoder", () => {
  const long = "\u00e9\u20ac\u{1f600}a".repeat(20);
  const ascii = "a".repeat(60000);
  const detail = (text: string): Error =>
    connectError({
      code: 5,
      message: text,
      details: [{ type: "errpact.v1.ErrorDetail", value: encode([1, 12], [4, JSON.stringify(text)]) }],
    });
  const errors = [long, ascii, "\u00e9"].map(detail);
  const wants = [long, ascii, "\u00e9"].map(detail).map((err) => fromError(err)?.toJSON());
  without(["TextEncoder", "TextDecoder"], () => {
    for (const [i, err] of errors.entries()) {
      const e = fromError(err);
      assert.equal(e?.number, 12);
      assert.deepEqual(e?.toJSON(), wants[i]);
    }
  });
});

test("JSON from anywhere is checked like an answer", () => {
  const e = fromJSON({
    ...{
      errpact: 1,
      catalogue: "<b>",
      number: "1e99",
      reason: "x y",
      connectCode: "constructor",
      httpStatus: 200,
      message: "a\u2028b",
    },
    ...{
      metadata: { a: 1, b: "x" },
      fields: [null, { path: 7 }],
      retryDelayMs: "x",
      helpUrl: "javascript:alert(1)",
      requestId: "a b",
    },
    ...{
      payloadText: "{",
      info: [1, {}],
      localizedMessage: "\u0000",
      inferred: "yes",
      cause: "x",
      stack: "x",
      toJSON: 7,
    },
  });
  const { catalogue, number, reason, connectCode, httpStatus, message, helpUrl, requestId, payload, localizedMessage } =
    e ?? {};
  assert.deepEqual(
    { catalogue, number, reason, connectCode, httpStatus, message, helpUrl, requestId, payload, localizedMessage },
    {
      catalogue: "unknown",
      number: 0,
      reason: "",
      connectCode: 2,
      httpStatus: 500,
      message: "a b",
      helpUrl: undefined,
      requestId: undefined,
      payload: undefined,
      localizedMessage: " ",
    },
  );
  assert.deepEqual(e?.metadata, { b: "x" });
  assert.deepEqual(e?.fields, [
    { path: "", description: "", reason: "" },
    { path: "", description: "", reason: "" },
  ]);
});

const thrown = async (res: Response, credential = true): Promise<ErrpactError> =>
  checkResponse(res, { codes, credential }).then(
    () => assert.fail("no error"),
    (err) => err,
  );

test("JSON of a bare status keeps the code's message", async () => {
  const e = await checkResponse(new Response("", { status: 404 })).catch((err) => err);
  assert.equal(e.message, "HTTP 404");
  const copy = fromJSON(JSON.parse(JSON.stringify(e)));
  assert.equal(copy?.message, "HTTP 404");
  assert.equal(NotExist.of(copy)?.message, NotExist.of(e)?.message);
  assert.equal(NotExist.of(copy)?.message, "Resource does not exist");
});

test("opaque responses are not answered", async () => {
  for (const res of [Response.error(), Object.defineProperty(new Response(), "status", { value: 0 })]) {
    Object.defineProperty(res, "ok", { value: false });
    const e = await thrown(res);
    assert.equal(e.answered, false);
    assert.equal(Unknown.is(e), true);
  }
});

test("what is nested deeply is read for its number", async () => {
  for (const depth of [100, 5000, 9000, 30000]) {
    const body = `{"error_code":10,"error_message":"m","details":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const e = await thrown(new Response(body, { status: 409 }));
    assert.deepEqual([e.name, e.number, e.inferred, e.message], ["ErrpactError", 10, false, "m"], String(depth));
    assert.ok(depth > 100 || e.payloadText);
  }
});

test("an HTML page is read by its status, and is never in the message", async () => {
  const e = await thrown(
    new Response("<html>nginx SECRET</html>", { status: 404, headers: { "Content-Type": "text/html" } }),
  );
  assert.equal(e.number, 10);
  assert.ok(!JSON.stringify(e).includes("SECRET"));
});

test("of a body of 10 MB, and of one without an end, the start is read", async () => {
  const big = JSON.stringify({ error_code: 10, error_message: "m", details: "x".repeat(1e7) });
  assert.equal((await thrown(new Response(big, { status: 500 }))).number, 0);
  let pulled = 0;
  const endless = new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(pulled++ % 2 ? 1024 : 0)) });
  assert.equal((await thrown(new Response(endless, { status: 500 }))).number, 0);
  assert.ok(pulled < 200);
});

test("a body that breaks off is read by its status", async () => {
  const broken = new ReadableStream({ pull: (c) => c.error(new TypeError("terminated")) });
  assert.equal((await thrown(new Response(broken, { status: 503 }))).number, 11);
});

test("a body that was read before is no mistake", async () => {
  const res = new Response("{}", { status: 404 });
  await res.text();
  assert.equal((await thrown(res)).number, 10);
});

test("what is no error passes untouched", async () => {
  for (const res of [new Response("x"), new Response(null, { status: 304 }), new Response(null, { status: 204 })]) {
    assert.equal(await checkResponse(res), res);
    assert.equal(res.bodyUsed, false);
  }
});

test("no source assigns to keys of others", () => {
  const folder = new URL("../../src/", import.meta.url);
  for (const file of readdirSync(folder).filter((f) => !f.endsWith(".test.ts"))) {
    const source = readFileSync(new URL(file, folder), "utf8");
    assert.doesNotMatch(source, /Object\.assign/, file);
    for (const [assignment, index] of source.matchAll(/\w\[(\w+)\] (?:\?\?)?= /g)) {
      assert.match(index ?? "", /^field$/, `${file}: ${assignment}`); // numbers of protobuf fields, at most 5
    }
  }
});
