// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Compiled by each TypeScript that is supported, against the packed package: what must hold, and what must not compile.

import {
  type Code,
  type Contract,
  checkResponse,
  type ErrorOf,
  ErrpactError,
  fieldErrors,
  fromError,
  fromJSON,
  type Params,
  retry,
  retryDelay,
  retryOf,
} from "@errpact/errors";
import * as builtin from "@errpact/errors/builtin";
import * as Cjs from "./commonjs.cjs";
import { All, codes, Words, WordsOwnMessage, WordsSameMessage } from "./params_errpact.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(_: T): void => undefined;
declare const err: unknown;

// Params have their types, and none that was not declared.
const words = Words.of(err);
type WordsParams = { type: string; order_id: bigint; orderId: string; mapping: string; string: string };
is<Equal<typeof words, ErrpactError<WordsParams, "acme.params.v1.ParamsError/3002"> | undefined>>(true);
is<Equal<NonNullable<typeof words>["params"], WordsParams | undefined>>(true);
const all = All.of(err)?.params;
if (all) {
  is<Equal<typeof all.a, number>>(true);
  is<Equal<typeof all.d, bigint>>(true);
  is<Equal<typeof all.m, boolean>>(true);
  // @ts-expect-error there is no such placeholder
  all.z;
  // @ts-expect-error params are read only to those who look at the class, and bigint is no number
  const n: number = all.d;
  void n;
}
// @ts-expect-error undefined is possible
words.message;

// error wants the values of the message's placeholders, and these alone.
Words.error({ type: "t", order_id: 1n, orderId: "o", mapping: "m", string: "s" }, { cause: err });
WordsSameMessage.error({ type: "t", order_id: 1n, orderId: "o", mapping: "m", string: "s" });
WordsOwnMessage.error();
WordsOwnMessage.error(undefined, { message: "m" });
// @ts-expect-error values are missing
Words.error();
// @ts-expect-error a value is missing
Words.error({ type: "t", orderId: "o", mapping: "m", string: "s" });
// @ts-expect-error a value has another type
Words.error({ type: "t", order_id: 1, orderId: "o", mapping: "m", string: "s" });
// @ts-expect-error there is no such option
WordsOwnMessage.error(undefined, { because: 1 });

// A code without placeholders takes options as the second argument alone: the first one is public.
builtin.NotExist.error(undefined, { cause: err });
builtin.NotExist.error({});
// @ts-expect-error a cause would be public metadata
builtin.NotExist.error({ cause: new Error("SELECT secret") });
// @ts-expect-error a message would be metadata
builtin.NotExist.error({ message: "m" });
// @ts-expect-error a text is no params
builtin.NotExist.error("text");
// @ts-expect-error an error is no params
builtin.NotExist.error(new Error("SELECT secret"));
// @ts-expect-error nor is what was caught
builtin.NotExist.error(err);
const params = builtin.NotExist.of(err)?.params;
// @ts-expect-error there is no placeholder
params?.id;
declare const anyCode: Code;
anyCode.error({ id: 1n }, { cause: err });
// @ts-expect-error no value of a placeholder
anyCode.error({ cause: new Error("m") });

// The declarations of ESM and of CommonJS mix.
declare const ofEsm: ErrpactError<WordsParams, "acme.params.v1.ParamsError/3002">;
ofEsm satisfies Cjs.ErrpactError<WordsParams, "acme.params.v1.ParamsError/3002">;
Cjs.NotExist.of(err) satisfies ReturnType<typeof builtin.NotExist.of>;
fromError(err, { codes: [Cjs.NotExist] }) satisfies ReturnType<typeof Cjs.fromError>;
Cjs.fromError(err, { codes: [builtin.NotExist, ...codes] }) satisfies ReturnType<typeof fromError>;
retry(3, { codes: [...Cjs.codes] });

// A switch over what a method declares is exhaustive, however many errors it declares.
declare const BuyErrors: Contract<ErrorOf<typeof Words> | ErrorOf<typeof builtin.NotExist>>;
export function say(err: unknown): string {
  const e = BuyErrors.of(err);
  if (!e) return "";
  const { key } = e;
  switch (key) {
    case Words.key:
      is<Equal<typeof e.params, WordsParams | undefined>>(true);
      return e.params?.type ?? "";
    case builtin.NotExist.key:
      return e.message;
    default:
      return key satisfies never;
  }
}
export function forgets(err: unknown): string {
  const e = BuyErrors.of(err);
  if (!e) return "";
  const { key } = e;
  switch (key) {
    case Words.key:
      return "";
    default:
      // @ts-expect-error NotExist is left
      return key satisfies never;
  }
}
declare const OneError: Contract<ErrorOf<typeof Words>>;
export function one(err: unknown): string {
  const e = OneError.of(err);
  if (!e) return "";
  const { key } = e;
  switch (key) {
    case Words.key:
      return e.params?.type ?? "";
    default:
      return key satisfies never;
  }
}
export function forgetsOne(err: unknown): string {
  const e = OneError.of(err);
  if (!e) return "";
  const { key } = e;
  switch (key) {
    default:
      // @ts-expect-error Words is left
      return key satisfies never;
  }
}
declare const NoErrors: Contract<never>;
export function none(err: unknown): string {
  const e = NoErrors.of(err);
  if (!e) return "";
  const { key } = e;
  switch (key) {
    default:
      return key satisfies never;
  }
}

// Lists of codes, whatever their params.
const list: readonly Code[] = [...builtin.codes, ...codes, Words, All, builtin.NotExist];
const e = fromError(err, { codes: list });
is<Equal<typeof e, ErrpactError | undefined>>(true);
is<Equal<NonNullable<typeof e>["params"], Params | undefined>>(true);
is<Equal<NonNullable<typeof e>["payload"], unknown>>(true);
// @ts-expect-error an error does not change
if (e) e.number = 7;
if (err instanceof ErrpactError) err.requestId satisfies string | undefined;
fromJSON(e?.toJSON()) satisfies ErrpactError | undefined;
fieldErrors(err) satisfies Record<string, string>;
retryOf(err).calls satisfies "none" | "idempotent" | "all";
// @ts-expect-error there is no such form
fieldErrors(err, { path: "json" });

// TanStack Query's options.
const options: {
  retry: (failureCount: number, error: Error) => boolean;
  retryDelay: (failureCount: number, error: Error) => number;
} = { retry: retry(3), retryDelay };
void options;

// A response keeps its type.
interface Own {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  own: 7;
}
declare const res: Own;
checkResponse(res, { codes: list, credential: false }).then((r) => is<Equal<typeof r, Own>>(true));
// @ts-expect-error not a response
checkResponse({ ok: true });
