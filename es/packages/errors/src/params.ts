// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { fillTemplate } from "./template.js";

/** The value of a {placeholder} of a message. */
export type ParamValue = string | number | bigint | boolean;

/** The values of a message's {placeholders}, by their names. */
export type Params = Readonly<Record<string, ParamValue>>;

/** Is for codes whose messages have no {placeholders}. */
export type NoParams = Readonly<Record<never, never>>;

/** The protobuf scalar types that a placeholder can have. */
export type ParamType =
  | "bool"
  | "double"
  | "fixed32"
  | "fixed64"
  | "float"
  | "int32"
  | "int64"
  | "sfixed32"
  | "sfixed64"
  | "sint32"
  | "sint64"
  | "string"
  | "uint32"
  | "uint64";

function parse(type: ParamType, text: string): ParamValue | undefined {
  if (type === "string") return text;
  if (type === "bool") return text === "true" || (text === "false" ? false : undefined);
  if (/^[df][lo]/.test(type)) {
    const value = Number(text.replace(/f$/, "finity")); // Go writes "+Inf"
    const form = Number.isFinite(value) ? /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/ : /^([-+]?Inf(inity)?|NaN)$/;
    return form.test(text) ? value : undefined;
  }
  if (!/^(0|-?[1-9]\d{0,19})$/.test(text)) return undefined;
  const value = BigInt(text);
  const bits = Number(type.slice(-2));
  if (BigInt[/^[uf]/.test(type) ? "asUintN" : "asIntN"](bits, value) !== value) return undefined;
  return bits < 64 ? Number(value) : value;
}

type Texts = Readonly<Record<string, string>>;

/** What is known of a message with {placeholders}. Only the bundles of those that have one carry it. */
export type Template = (
  message: string,
  metadata: Texts | undefined,
) => readonly [params: Params | undefined, message: string];

/**
 * Makes what reads the values of the placeholders from metadata, and puts them into the message, which is the fallback
 * where one is missing. There are params only if all values are there and of their types: another release may have sent
 * the error. It is for generated code.
 */
export function template(fallback: string, types: Readonly<Record<string, ParamType>>): Template {
  return (message, metadata = {}) => {
    const values = Object.entries(types).map(([name, type]) => [
      name,
      Object.hasOwn(metadata, name) ? parse(type, metadata[name] as string) : undefined,
    ]);
    const params = values.some(([, value]) => value === undefined)
      ? undefined
      : Object.freeze(Object.fromEntries(values));
    return [params, fillTemplate(message, metadata) ?? fallback];
  };
}
