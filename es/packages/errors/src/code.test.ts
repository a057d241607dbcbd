// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { codes as builtin, ExternalService, ExternalServiceTimedOut, NotExist } from "./builtin.js";
import { type Code, code, type ErrorOf, catalogue as make, reason } from "./code.js";
import { contract } from "./contract.js";
import { ErrpactError } from "./error.js";
import { faultOf } from "./fault.js";
import { fieldErrors } from "./form.js";
import { fromError, fromJSON } from "./from.js";
import { type NoParams, template } from "./params.js";
import { retry, retryDelay } from "./query.js";
import { retryOf } from "./retry.js";
import { connectError, encode } from "./testkit.test.js";

const shop = make("acme.shop.v1.ShopError", "shop.acme.example", "SHOP_ERROR_");
type Params = { left: bigint; sku: string };
const OutOfStock: Code<Params, "acme.shop.v1.ShopError/1001"> = code(
  shop,
  1001,
  "OUT_OF_STOCK",
  9,
  409,
  "only {left} of {sku} left",
  {
    template: template("Out of stock", { left: "int64", sku: "string" }),
    retryMs: 1000,
    reasons: ["LAST_ONE"],
  },
);
const LastOne: Code<NoParams, "acme.shop.v1.ShopError/1001/LAST_ONE"> = reason(
  OutOfStock,
  "LAST_ONE",
  "The last one is gone",
  { httpStatus: 410, retry: "none" },
);
const Sale: Code<Params, "acme.shop.v1.ShopError/1001/SALE"> = reason(OutOfStock, "SALE", undefined, {
  names: [],
});
const Closed: Code<NoParams, "acme.shop.v1.ShopError/1002"> = code(shop, 1002, "CLOSED", 14, 503, "Closed", {
  fault: "caller",
  retry: "all",
});
const BuyErrors = contract<ErrorOf<typeof LastOne> | ErrorOf<typeof OutOfStock> | ErrorOf<typeof Closed>>(
  "/acme.shop.v1.ShopService/Buy",
  [OutOfStock, LastOne, Closed],
);

const pair = (key: string, value: string): [number, Uint8Array] => [3, encode([1, key], [2, value])];

function received(number: number, name = "", ...metadata: [number, Uint8Array][]): Error {
  const fields: [number, string][] = name ? [[3, name]] : [];
  const value = encode([5, number], [2, shop.name], ...fields);
  const details = [{ type: "errpact.v1.ErrorDetail", value }];
  if (metadata.length)
    details.push({ type: "google.rpc.ErrorInfo", value: encode([1, "OUT_OF_STOCK"], [2, shop.domain], ...metadata) });
  return connectError({ code: 9, message: "", details });
}

const named = (name: string, domain = shop.domain): Error =>
  connectError({ code: 9, details: [{ type: "google.rpc.ErrorInfo", value: encode([1, name], [2, domain]) }] });

test("of gives the error with its params in their types", () => {
  const err = received(1001, "", pair("left", "9007199254740993"), pair("sku", "a-1"));
  const e = OutOfStock.of(err);
  assert.deepEqual(e?.params, { left: 9007199254740993n, sku: "a-1" });
  assert.equal(e?.message, "only 9007199254740993 of a-1 left");
  assert.equal(e?.httpStatus, 409);
  assert.equal(e?.key, OutOfStock.key);
  assert.equal(e?.cause, err);
  assert.ok(Object.isFrozen(e?.params));
  assert.equal(e?.inferred, false);
  assert.equal(e?.remote, true);
});

test("an ErrorInfo means a code by the names that are the code's alone", () => {
  const TokenLost: Code<NoParams, "acme.shop.v1.ShopError/1003"> = code(shop, 1003, "SESSION_LOST", 16, 401, "Lost", {
    value: "TOKEN_LOST",
    names: ["SESSION_LOST"],
  });
  const Auth: Code<NoParams, "acme.shop.v1.ShopError/1004"> = code(shop, 1004, "AUTH", 16, 401, "Log in", {
    reasons: ["TOKEN_LOST"],
  });
  const AuthTokenLost: Code<NoParams, "acme.shop.v1.ShopError/1004/TOKEN_LOST"> = reason(Auth, "TOKEN_LOST");
  const all = [TokenLost, Auth, AuthTokenLost];
  const matching = (err: Error): string[] => all.filter((c) => c.is(err)).map((c) => c.key);
  assert.deepEqual(matching(named("TOKEN_LOST")), [Auth.key, AuthTokenLost.key]);
  assert.deepEqual(matching(named("SESSION_LOST")), [TokenLost.key]);
  assert.equal(TokenLost.name, "TOKEN_LOST");
});

test("params are undefined unless all are there and of their types", () => {
  for (const left of [
    "",
    "x",
    "1.5",
    "01",
    "+1",
    " 1",
    "0x1",
    "1e3",
    "9223372036854775808",
    "-9223372036854775809",
    "9".repeat(400),
  ]) {
    const e = OutOfStock.of(received(1001, "", pair("left", left), pair("sku", "a")));
    assert.equal(e?.params, undefined, left);
  }
  const e = OutOfStock.of(received(1001, "", pair("left", "1")));
  assert.equal(e?.params, undefined);
  assert.equal(e?.message, "Out of stock");
  assert.deepEqual(OutOfStock.of(received(1001, "", pair("left", "-9223372036854775808"), pair("sku", "")))?.params, {
    left: -(2n ** 63n),
    sku: "",
  });
});

test("a double has the values that Go writes, and none that is out of its range", () => {
  const read = template("", { x: "double" });
  for (const [text, want] of Object.entries({
    NaN: Number.NaN,
    "+Inf": Number.POSITIVE_INFINITY,
    "-Inf": Number.NEGATIVE_INFINITY,
    "1e+21": 1e21,
    "-0.5": -0.5,
    [`${Number.NEGATIVE_INFINITY}`]: Number.NEGATIVE_INFINITY,
  })) {
    assert.deepEqual(read("", { x: text })[0], { x: want }, text);
  }
  for (const text of ["1e400", "-1e400", "nan", "f", "", "Infin", "0x1"]) {
    assert.equal(read("", { x: text })[0], undefined, text);
  }
});

test("a code without a reason matches all reasons of its entry, one with a reason that alone", () => {
  const last = received(1001, "LAST_ONE");
  assert.ok(OutOfStock.is(last) && LastOne.is(last) && !Sale.is(last));
  assert.equal(LastOne.of(last)?.message, "The last one is gone");
  assert.equal(LastOne.of(last)?.httpStatus, 410);
  assert.equal(OutOfStock.of(last)?.reason, "LAST_ONE");
  assert.equal(OutOfStock.of(last)?.key, OutOfStock.key);
  assert.ok(!LastOne.is(received(1001)) && !OutOfStock.is(received(1002)));
  assert.ok(!NotExist.is(received(10)), "the number of another catalogue");
});

test("an ErrorInfo names a code by domain and name, where there is no ErrorDetail", () => {
  assert.equal(OutOfStock.of(named("OUT_OF_STOCK"))?.number, 1001);
  assert.equal(OutOfStock.of(named("SHOP_ERROR_OUT_OF_STOCK"))?.inferred, false);
  assert.equal(OutOfStock.of(named("LAST_ONE"))?.reason, "LAST_ONE");
  assert.ok(LastOne.is(named("LAST_ONE")) && !LastOne.is(named("OUT_OF_STOCK")) && !Sale.is(named("SALE")));
  assert.ok(!OutOfStock.is(named("OUT_OF_STOCK", "other.example")) && !OutOfStock.is(named("CLOSED")));
});

test("fromError knows no catalogue but those it is given, and gives the same for the same error", () => {
  const err = received(1001, "LAST_ONE");
  const e = fromError(err);
  assert.equal(fromError(err), e);
  assert.equal(e?.message, "Unknown error");
  assert.equal(e?.key, "acme.shop.v1.ShopError/1001/LAST_ONE");
  assert.equal(e?.code, undefined);
  assert.equal(fromError(err, { codes: [...builtin, OutOfStock, LastOne] })?.code, LastOne);
  assert.equal(fromError(err, { codes: [OutOfStock] })?.code, OutOfStock);
  assert.equal(OutOfStock.of(fromError(err))?.code, OutOfStock);
  assert.equal(fromError(connectError({ code: 5 }), { codes: builtin })?.code, NotExist);
});

test("a contract gives what its method declares, for a switch on the key", () => {
  const say = (err: unknown): string => {
    const e = BuyErrors.of(err);
    if (!e) return "other";
    const { key } = e;
    switch (key) {
      case OutOfStock.key:
        return `left: ${e.params?.left}`;
      case LastOne.key:
        return e.reason;
      case Closed.key:
        return "closed";
      default:
        return key satisfies never;
    }
  };
  assert.equal(say(received(1001, "", pair("left", "3"), pair("sku", "a"))), "left: 3");
  assert.equal(say(received(1001, "LAST_ONE")), "LAST_ONE");
  assert.equal(say(received(1002)), "closed");
  assert.equal(say(received(1003)), "other");
  assert.equal(say(connectError({ code: 5 })), "other");
});

test("error makes an error of a code, for servers and tests", () => {
  const cause = new Error("row 17");
  const e = OutOfStock.error(
    { left: 3n, sku: "a" },
    { cause, metadata: { shelf: "7" }, payload: { n: 1 }, fields: [{ path: "sku", description: "sold out" }] },
  );
  assert.equal(e.message, "only 3 of a left");
  assert.deepEqual(e.metadata, { shelf: "7", left: "3", sku: "a" });
  assert.deepEqual(e.params, { left: 3n, sku: "a" });
  assert.equal(e.retryDelayMs, 1000);
  assert.equal(e.httpStatus, 409);
  assert.deepEqual(e.payload, { n: 1 });
  assert.equal(e.cause, cause);
  assert.equal(e.remote, false);
  assert.match(e.stack ?? "", /code\.test/);
  assert.ok(!JSON.stringify(e).includes("row 17"));
  assert.ok(OutOfStock.is(e) && !Closed.is(e));
  assert.equal(Closed.error(undefined, { message: "a\nb" }).message, "a b");
  assert.equal(LastOne.error().httpStatus, 410);
});

test("error makes what a client would read", () => {
  for (const e of [LastOne.error(), LastOne.of(LastOne.error())]) {
    assert.equal(e?.answered, true);
    assert.equal(retry(3)(0, e), false);
  }
  assert.equal(retry(3)(0, OutOfStock.error({ left: 1n, sku: "a" })), true);
});

test("received errors have no stack, and the limit stays as it was", () => {
  const limit = Error.stackTraceLimit;
  assert.doesNotMatch(fromError(connectError())?.stack ?? "", /\n/);
  assert.equal(Error.stackTraceLimit, limit);
});

test("an error survives JSON, structuredClone and a second copy of the package", () => {
  const err = received(1001, "", pair("left", "3"), pair("sku", "a"));
  const json = OutOfStock.of(err)?.toJSON();
  for (const copy of [JSON.parse(JSON.stringify(json)), structuredClone(json)]) {
    assert.deepEqual(OutOfStock.of(copy)?.params, { left: 3n, sku: "a" });
    assert.ok(fromJSON(copy) instanceof ErrpactError);
  }
  const brand = Symbol.for("errpact.error");
  const other = Object.assign(new Error("m"), { [brand]: [json, undefined] });
  assert.ok(other instanceof ErrpactError && OutOfStock.is(other));
});

test("JSON keeps a message, but none that stands in for the code's", () => {
  const json = (err: unknown): unknown => JSON.parse(JSON.stringify(fromError(err)));
  const unread = received(1001, "LAST_ONE");
  assert.equal(fromJSON(json(unread))?.message, "Unknown error");
  assert.equal(LastOne.of(fromJSON(json(unread)))?.message, "The last one is gone");
  const said = Closed.error(undefined, { message: "HTTP 409" });
  assert.equal(Closed.of(fromJSON(json(said)))?.message, "HTTP 409");
});

test("frameworks may assign to an error", () => {
  const e = fromError(connectError()) as ErrpactError & { digest?: string };
  e.digest = "1";
  assert.equal(e.digest, "1");
});

test("answered is false if the client has no answer", () => {
  const typeError = new TypeError("Failed to fetch");
  for (const [of, want] of [
    [{ isWireError: true, code: 4 }, true],
    [{ isWireError: false }, false],
    [{ isWireError: undefined }, true],
    [{ isWireError: undefined, cause: typeError }, false],
    [{ isWireError: undefined, cause: Object.assign(new Error("m"), { code: "ECONNREFUSED" }) }, false],
    [{ isWireError: undefined, code: 1 }, false],
    [{ isWireError: undefined, code: 4 }, false],
    [{ isWireError: false, details: [{ type: "errpact.v1.ErrorDetail", value: encode([1, 10]) }] }, true],
  ] as const) {
    assert.equal(fromError(connectError(of))?.answered, want, JSON.stringify(of));
  }
});

test("retry repeats what can help, and never what was canceled", () => {
  const delay = { type: "google.rpc.RetryInfo", value: encode([1, encode([1, 40])]) };
  const db = { type: "errpact.v1.ErrorDetail", value: encode([1, 12]) };
  const again = retry(3);
  assert.equal(again(0, connectError({ code: 13, details: [db, delay] })), true);
  assert.equal(again(2, connectError({ code: 14 })), true);
  assert.equal(again(3, connectError({ code: 14 })), false);
  assert.equal(again(0, connectError({ code: 2, isWireError: false })), true);
  assert.equal(again(0, connectError({ code: 1, isWireError: false })), false);
  assert.equal(again(0, connectError({ code: 5 })), false);
  assert.equal(again(0, LastOne.of(received(1001, "LAST_ONE"))), false);
  assert.equal(retryDelay(0, connectError({ details: [db, delay] })), 40000);
  assert.deepEqual(
    [0, 1, 4, 5, 9].map((n) => retryDelay(n, null)),
    [1000, 2000, 16000, 30000, 30000],
  );
});

test("retryOf and faultOf go by what the catalogue states, where it is known", () => {
  assert.deepEqual(retryOf(received(1002), { codes: [Closed] }), { calls: "all", delayMs: 0 });
  assert.deepEqual(retryOf(LastOne.of(received(1001, "LAST_ONE"))), { calls: "none", delayMs: 0 });
  assert.deepEqual(retryOf(OutOfStock.error({ left: 1n, sku: "a" })), { calls: "idempotent", delayMs: 1000 });
  assert.equal(faultOf(Closed.of(received(1002))), "caller");
  assert.equal(faultOf(ExternalService.error()), "upstream");
  assert.equal(faultOf(ExternalServiceTimedOut.error()), "upstream");
  assert.equal(faultOf(new Error("x")), "server");
  assert.equal(faultOf(undefined), undefined);
});

test("fieldErrors names fields as forms do", () => {
  const field = (path: string, text: string): [number, Uint8Array] => [1, encode([1, path], [2, text])];
  const value = encode(
    field("items[0].folder_id", "a"),
    field('labels["a_b.c]"].display_name', "b"),
    field("[acme.v1.ext_x].some_thing", "c"),
    field("Content-Type", "d"),
    field("some_thing.", "e"),
    field("name", "first"),
    field("name", "second"),
    field("v2_3x._a", "f"),
  );
  const err = connectError({ details: [{ type: "google.rpc.BadRequest", value }] });
  assert.deepEqual(fieldErrors(err), {
    "items.0.folderId": "a",
    "labels.a_b.c].displayName": "b",
    "acme.v1.ext_x.someThing": "c",
    "Content-Type": "d",
    "some_thing.": "e",
    name: "first",
    "v23x.A": "f",
  });
  assert.equal(fieldErrors(err, { path: "proto" })["items[0].folder_id"], "a");
  assert.deepEqual(Object.keys(fieldErrors(err)).slice(0, 3), [
    "items.0.folderId",
    "labels.a_b.c].displayName",
    "acme.v1.ext_x.someThing",
  ]);
});

test("paths of 64 KiB are read in linear time", () => {
  for (const path of [
    "a.".repeat(30000),
    "a[".repeat(30000),
    `a["${"\\".repeat(60000)}`,
    "[]".repeat(30000),
    "_".repeat(60000),
  ]) {
    const e = OutOfStock.error({ left: 1n, sku: "" }, { fields: [{ path, description: "d" }] });
    assert.equal(Object.keys(fieldErrors(e)).length, 1);
  }
});

test("an answer that Connect did not mark is one by its text or its headers", () => {
  for (const [of, want] of [
    [{ isWireError: false, code: 16, message: "HTTP 401" }, true],
    [{ isWireError: false, code: 14, message: "HTTP 503", metadata: undefined }, true],
    [{ isWireError: false, code: 2, message: "x", metadata: new Headers({ "content-type": "text/html" }) }, true],
    [{ isWireError: false, code: 2, message: "no HTTP 401" }, false],
    [{ isWireError: undefined, code: 4, message: "HTTP 504" }, true],
  ] as const) {
    const err = connectError(of);
    assert.equal(fromError(err)?.answered, want, JSON.stringify(of));
    assert.equal(fromError(err)?.reason, "");
  }
});

test("fetch that fails is unavailable, whatever Connect calls it", () => {
  const cause = new TypeError("Failed to fetch");
  const err = connectError({ code: 2, isWireError: false, cause });
  assert.equal(fromError(err)?.key, "errpact.v1.ErrorCode/11/BROKEN");
  assert.deepEqual([retryOf(err).calls, faultOf(err)], ["idempotent", "upstream"]);
  // What answered, and what failed in another way, stays unknown.
  assert.equal(fromError(connectError({ code: 2, cause }))?.connectCode, 2);
  assert.equal(fromError(connectError({ code: 2, isWireError: false, cause: new Error("m") }))?.connectCode, 2);
  assert.equal(fromError(connectError({ code: 13, isWireError: false, cause }))?.connectCode, 13);
});

test("retry does not repeat what a client made itself, nor what its codes forbid", () => {
  const again = retry(3);
  for (let code = 1; code <= 16; code++) {
    const want = [2, 4, 10, 14].includes(code);
    assert.equal(again(0, connectError({ code, isWireError: false })), want, String(code));
  }
  const value = encode([5, 1001], [2, shop.name], [3, "LAST_ONE"]);
  const details = [
    { type: "errpact.v1.ErrorDetail", value },
    { type: "google.rpc.RetryInfo", value: encode([1, encode([1, 40])]) },
  ];
  const err = connectError({ code: 14, details });
  assert.equal(again(0, err), true);
  assert.equal(retry(3, { codes: [OutOfStock, LastOne] })(0, err), false);
});
