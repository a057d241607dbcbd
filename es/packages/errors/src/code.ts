// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { ErrpactError, keyOf } from "./error.js";
import { checked, type Raw } from "./facts.js";
import { as, read } from "./from.js";
import type { Params, Template } from "./params.js";

/** Who has to do something about an error. */
export type Fault = "caller" | "server" | "upstream";

/** Which calls may be sent again: none, those that may be repeated, or all. */
export type RetryCalls = "none" | "idempotent" | "all";

/** An annotated enum. */
export interface Catalogue {
  /** Is the enum's full name, such as "acme.shop.v1.ShopError". */
  readonly name: string;
  /** Is the domain of google.rpc.ErrorInfo. */
  readonly domain: string;
  /** Is what the names of the enum's values begin with, such as "SHOP_ERROR_". */
  readonly prefix: string;
}

/** What a catalogue says of a code besides the usual. Generated code states it. */
export interface CodeOptions {
  /** What template() made, if the message has {placeholders}. */
  readonly template?: Template;
  readonly retryMs?: number;
  readonly retry?: RetryCalls;
  readonly fault?: Fault;
  /** The names of the entry's reasons. */
  readonly reasons?: readonly string[];
  /** The name of the enum's value where it is not the short name after the catalogue's prefix. */
  readonly value?: string;
  /**
   * The names by which google.rpc.ErrorInfo alone means the code, where they are not the usual ones: its reason, or its
   * short name and its name. A name that the catalogue gives to several codes means none of them.
   */
  readonly names?: readonly string[];
}

/** The private and the further public parts of an error that Code.error makes. */
export interface ErrorOptions {
  /** Is for logs. It never leaves the process. */
  readonly cause?: unknown;
  /** The public message; the catalogue's by default. */
  readonly message?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fields?: readonly { readonly path: string; readonly description: string; readonly reason?: string }[];
  /** Any JSON. */
  readonly payload?: unknown;
  readonly retryDelayMs?: number;
}

/**
 * The arguments of Code.error: values are required if the message has {placeholders}. If it has none, no value is taken,
 * since all of them are public: a cause belongs to the options.
 */
export type ErrorArguments<P extends Params> = [keyof P] extends [never]
  ? [params?: Readonly<Record<string, never>> | undefined, options?: ErrorOptions]
  : Record<never, never> extends P
    ? [params?: P | undefined, options?: ErrorOptions]
    : [params: P, options?: ErrorOptions];

/** One entry of a catalogue, or one reason of an entry. Its identity is the catalogue's name, its number and its reason. */
export interface Code<P extends Params = Params, K extends string = string> {
  /** Is "CATALOGUE/NUMBER" or "CATALOGUE/NUMBER/REASON": a constant, for `switch (err.key)`. */
  readonly key: K;
  readonly catalogue: Catalogue;
  readonly number: number;
  /** Is the name of the enum's value, such as "SHOP_ERROR_OUT_OF_STOCK". */
  readonly name: string;
  /** Is the name in google.rpc.ErrorInfo, such as "OUT_OF_STOCK". */
  readonly shortName: string;
  /** Is empty if the code is an entry's. */
  readonly reason: string;
  readonly connectCode: number;
  readonly httpStatus: number;
  /** Is the message, with its {placeholders}. */
  readonly message: string;
  readonly options: CodeOptions;
  /**
   * Returns the error if it is of this code, with its params in their types; else undefined. A code without a reason matches
   * all reasons of its entry. It takes anything that was caught, and never throws.
   */
  of(err: unknown): ErrpactError<P, K> | undefined;
  /** Reports whether the error is of this code. */
  is(err: unknown): boolean;
  /** Makes an error of this code. */
  error(...args: ErrorArguments<P>): ErrpactError<P, K>;
}

/** The type of a code's errors: `ErrorOf<typeof OutOfStock>`. */
export type ErrorOf<C extends Code> = C extends Code<infer P, infer K> ? ErrpactError<P, K> : never;

/** Makes a catalogue. It is for generated code. */
export function catalogue(name: string, domain: string, prefix: string): Catalogue {
  return { name, domain, prefix };
}

/** Makes the code of an entry. It is for generated code, which leaves the reason to reason(). */
export function code<P extends Params, K extends string>(
  catalogue: Catalogue,
  number: number,
  shortName: string,
  connectCode: number,
  httpStatus: number,
  message: string,
  options: CodeOptions = {},
  reason = "",
): Code<P, K> {
  const self: Code<P, K> = {
    catalogue,
    number,
    shortName,
    reason,
    connectCode,
    httpStatus,
    message,
    options,
    key: keyOf(catalogue.name, number, reason) as K,
    name: options.value ?? catalogue.prefix + shortName,
    of: (err) => as(self, read(err)),
    is: (err) => !!self.of(err),
    error: (...[params, { cause, payload, metadata, ...given } = {} as ErrorOptions]) => {
      const raw: Raw = {
        retryDelayMs: options.retryMs,
        ...given,
        catalogue: catalogue.name,
        number,
        reason,
        connectCode,
        answered: true, // as what a client would read
        metadata: Object.entries({ ...metadata, ...params }).map(([key, value]) => [key, `${value}`]),
        payloadText: JSON.stringify(payload),
      };
      return new ErrpactError(checked(raw), self, cause, false);
    },
  };
  return self;
}

/** What a reason has of its own. */
export interface ReasonOptions extends CodeOptions {
  readonly connectCode?: number;
  readonly httpStatus?: number;
}

/** Makes the code of a reason, which has what it does not state from its entry. It is for generated code. */
export function reason<P extends Params, K extends string>(
  entry: Code,
  name: string,
  message?: string,
  own: ReasonOptions = {},
): Code<P, K> {
  const { connectCode = entry.connectCode, httpStatus = entry.httpStatus } = own;
  const { names, reasons, ...inherited } = entry.options;
  const options = { ...inherited, ...(message && { template: undefined }), ...own } as CodeOptions;
  const { catalogue, number, shortName } = entry;
  return code(catalogue, number, shortName, connectCode, httpStatus, message ?? entry.message, options, name);
}
