// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { builtinNames } from "./builtin.js";
import { checkReason, shortName } from "./names.js";
import { int, list, millis, type Option, type Options, text } from "./options.js";

// What mapping/catalogue of the Go module reads, as far as code is made of it. `errpact check` and the lint rules of
// buf-plugin-errpact find the mistakes that do not matter here.

export interface Catalogue {
  /** Is the enum's full name. */
  readonly name: string;
  readonly package: string;
  /** Is undefined for the built-in catalogue where the request does not have it. */
  readonly desc: DescEnum | undefined;
  readonly domain: string;
  /** Is undefined where it is not stated. */
  readonly prefix: string | undefined;
  readonly entries: readonly Entry[];
  readonly sets: ReadonlyMap<string, readonly string[]>;
  readonly errors: readonly string[];
}

export interface Param {
  readonly name: string;
  readonly type: string;
}

interface Facts {
  readonly connectCode: number;
  readonly httpStatus: number;
  readonly message: string;
  readonly description: string;
  readonly retryMs: number | undefined;
  readonly retry: number;
  readonly fault: string | undefined;
}

export interface Entry extends Facts {
  /** Is undefined for one of the built-in catalogue where the request does not have it. */
  readonly desc: DescEnumValue | undefined;
  readonly name: string;
  readonly number: number;
  readonly shortName: string;
  readonly fallback: string;
  readonly params: readonly Param[];
  readonly reasons: readonly Reason[];
}

export interface Reason extends Facts {
  readonly name: string;
  /** Says that it has its entry's message, and with it the entry's placeholders. */
  readonly hasEntrysMessage: boolean;
}

const upstream = 2; // the first of the upstream roles
const faults = [undefined, "caller", "server", "upstream"];

/** Reads an annotated enum; undefined for any other. It throws on what no code can be made of. */
export function readCatalogue(options: Options, desc: DescEnum): Catalogue | undefined {
  const option = options.of(desc, "catalogue");
  if (!option) return undefined;
  const prefix = readPrefix(desc.typeName, option);
  const numbers = new Map<number, string>();
  const entries = desc.values.flatMap((value) => {
    const first = numbers.get(value.number);
    if (first !== undefined)
      throw new Error(`${desc.typeName}.${value.name}: want number ${value.number} once, have it for ${first} too`);
    numbers.set(value.number, value.name);
    const entry = options.of(value, "entry");
    return entry ? [readEntry(value, entry)] : [];
  });
  return {
    name: desc.typeName,
    package: desc.file.proto.package,
    desc,
    domain: text(option.domain),
    prefix,
    entries: entries.sort((a, b) => a.number - b.number),
    sets: new Map(list(option.sets).map((set) => [text(set.name), list<string>(set.errors)])),
    errors: list<string>(option.errors),
  };
}

/** Returns the go_prefix of a catalogue or service; undefined where it is not stated. */
export function readPrefix(at: string, option: Option | undefined): string | undefined {
  const prefix = option?.goPrefix;
  if (prefix === undefined) return undefined;
  if (!/^([A-Z][A-Za-z0-9]{0,62})?$/.test(text(prefix)))
    throw new Error(`${at}: want go_prefix like ^([A-Z][A-Za-z0-9]*)?$, of at most 63 characters, have "${prefix}"`);
  return text(prefix);
}

export const builtinName = "errpact.v1.ErrorCode";

/** Returns the built-in catalogue for a request that does not have it, since methods name it without an import. */
export function builtinCatalogue(): Catalogue {
  const facts = {
    connectCode: 0,
    httpStatus: 0,
    message: "",
    description: "",
    retryMs: undefined,
    retry: 0,
    fault: undefined,
  };
  const entries = Object.entries(builtinNames).map(
    ([short, reasons]): Entry => ({
      ...facts,
      desc: undefined,
      name: `ERROR_CODE_${short}`,
      number: 0,
      shortName: short,
      fallback: "",
      params: [],
      reasons: reasons.map((name) => ({ ...facts, name, hasEntrysMessage: true })),
    }),
  );
  return {
    name: builtinName,
    package: "errpact.v1",
    desc: undefined,
    domain: "",
    prefix: undefined,
    entries,
    sets: new Map(),
    errors: [],
  };
}

function readEntry(desc: DescEnumValue, option: Option): Entry {
  const at = `${desc.parent.typeName}.${desc.name}`;
  const reasons = list(option.reasons);
  const role = int(option.role);
  const isUpstream = role ? role >= upstream : reasons.length > 0 && reasons.every((r) => int(r.role) >= upstream);
  const entry: Omit<Entry, "reasons"> = {
    desc,
    name: desc.name,
    number: desc.number,
    shortName: text(option.reason) || shortName(desc.parent.name, desc.name),
    connectCode: int(option.connectCode),
    httpStatus: int(option.httpStatus),
    message: text(option.message),
    fallback: text(option.fallbackMessage),
    params: list(option.params).map((p) => ({ name: text(p.name), type: text(p.type) || "string" })),
    description: text(option.description),
    retryMs: millis(option.retryDelay),
    retry: int(option.retry),
    fault: isUpstream ? "upstream" : faults[int(option.fault)],
  };
  check(at, entry);
  if (text(option.reason)) checkReason(at, "reason", entry.shortName);
  for (const [i, { name, type }] of entry.params.entries()) {
    if (entry.params.findIndex((p) => p.name === name) < i)
      throw new Error(`${at}: param "${name}": want the param once`);
    if (!types.has(type)) throw new Error(`${at}: want the type of {${name}} to be a scalar type, have "${type}"`);
  }
  return { ...entry, reasons: reasons.map((r) => readReason(at, r, entry, role)) };
}

function readReason(at: string, option: Option, entry: Omit<Entry, "reasons">, role: number): Reason {
  const name = text(option.name);
  const retry = int(option.retry) || entry.retry;
  const message = text(option.message) || entry.message;
  const reason: Reason = {
    name,
    connectCode: int(option.connectCode) || entry.connectCode,
    httpStatus: int(option.httpStatus) || entry.httpStatus,
    message,
    hasEntrysMessage: message === entry.message,
    description: text(option.description),
    retryMs: millis(option.retryDelay) ?? (int(option.retry) === 1 ? 0 : entry.retryMs),
    retry,
    fault: (int(option.role) || role) >= upstream ? "upstream" : entry.fault,
  };
  checkReason(`${at}: reason "${name}"`, "a name", name);
  check(`${at}: reason "${name}"`, reason);
  return reason;
}

function check(at: string, { connectCode, httpStatus, message }: Facts): void {
  if (connectCode < 1 || connectCode > 16) throw new Error(`${at}: want connect_code 1 to 16, have ${connectCode}`);
  if (httpStatus < 400 || httpStatus > 599) throw new Error(`${at}: want http_status 400 to 599, have ${httpStatus}`);
  if (!message.trim()) throw new Error(`${at}: want a message`);
}

/** By protobuf's scalar type, that of TypeScript. Bytes are the base64 text that messages and metadata have. */
export const types: ReadonlyMap<string, string> = new Map([
  ...["double", "float", "int32", "sint32", "sfixed32", "uint32", "fixed32"].map((type) => [type, "number"] as const),
  ...["int64", "sint64", "sfixed64", "uint64", "fixed64"].map((type) => [type, "bigint"] as const),
  ["bool", "boolean"],
  ["string", "string"],
  ["bytes", "string"],
]);
