// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescEnumValue, DescFile } from "@bufbuild/protobuf";
import type { GeneratedFile, ImportSymbol, Printable } from "@bufbuild/protoplugin";
import { type Catalogue, type Entry, type Reason, types } from "./catalogue.js";
import type { Names } from "./names.js";

const runtime = "@errpact/errors";
const pure = "/*@__PURE__*/ ";

// Every constant has a written type: protoplugin's own transpiler, which sees one file alone, writes "any" for types that
// it would have to infer.

/** Prints a catalogue, its codes, and the list of them. */
export function printCatalogue(f: GeneratedFile, c: Catalogue, names: Names): void {
  const prefix = prefixOf(c);
  f.print();
  f.print(f.jsDoc(`The catalogue of ${c.name}, domain "${c.domain}".${deprecated(c.desc)}`));
  const make = f.import("catalogue", runtime);
  f.print(
    f.export("const", names.catalogue),
    ": ",
    f.import("Catalogue", runtime, true),
    " = ",
    pure,
    make,
    "(",
    f.string(c.name),
    ", ",
    f.string(c.domain),
    ", ",
    f.string(prefix),
    ");",
  );
  const codes: string[] = [];
  for (const e of c.entries) {
    printEntry(f, c, e, names, prefix);
    codes.push(names.entry(e));
    for (const r of e.reasons) {
      printReason(f, c, e, r, names);
      codes.push(names.reason(e, r));
    }
  }
  f.print();
  f.print(
    f.jsDoc(`All codes of ${c.name}: for fromError and checkResponse. Whoever imports it has them all in the bundle.`),
  );
  f.print(f.export("const", names.codes), ": readonly ", f.import("Code", runtime, true), "[] = [");
  for (const code of codes) f.print("  ", code, ",");
  f.print("];");
}

function printEntry(f: GeneratedFile, c: Catalogue, e: Entry, names: Names, prefix: string): void {
  const doc = `${e.name}, number ${e.number}: "${e.message}". ${codesOf(e)}`;
  f.print();
  f.print(f.jsDoc(paragraphs(doc, e.description) + deprecated(e.desc)));
  f.print(
    f.export("const", names.entry(e)),
    ": ",
    typeOf(f, `${c.name}/${e.number}`, e.params),
    " = ",
    pure,
    f.import("code", runtime),
    "(",
    names.catalogue,
    ", ",
    e.number,
    ", ",
    f.string(e.shortName),
    ", ",
    e.connectCode,
    ", ",
    e.httpStatus,
    ", ",
    f.string(e.message),
    optionsOf([
      ["template", templateOf(f, e)],
      ["retryMs", e.retryMs],
      ["retry", retries[e.retry]],
      ["fault", e.fault && `"${e.fault}"`],
      ["reasons", namesOf(c, e)],
      ["value", prefix + e.shortName === e.name ? undefined : f.string(e.name)],
      ["names", ownNamesOf(c, e)],
    ]),
    ");",
  );
}

function printReason(f: GeneratedFile, c: Catalogue, e: Entry, r: Reason, names: Names): void {
  const doc = `Reason ${r.name} of ${names.entry(e)}: "${r.message}". ${codesOf(r)}`;
  f.print();
  f.print(f.jsDoc(paragraphs(doc, r.description) + deprecated(e.desc)));
  const options = optionsOf([
    ["connectCode", r.connectCode === e.connectCode ? undefined : r.connectCode],
    ["httpStatus", r.httpStatus === e.httpStatus ? undefined : r.httpStatus],
    ["retryMs", r.retryMs === e.retryMs ? undefined : r.retryMs],
    ["retry", r.retry === e.retry ? undefined : retries[r.retry]],
    ["fault", r.fault === e.fault ? undefined : `"${r.fault}"`],
    ["names", countOf(c, r.name) > 1 ? "[]" : undefined],
  ]);
  const message = r.hasEntrysMessage ? (options.length ? [", undefined"] : []) : [", ", f.string(r.message)];
  f.print(
    f.export("const", names.reason(e, r)),
    ": ",
    typeOf(f, `${c.name}/${e.number}/${r.name}`, r.hasEntrysMessage ? e.params : []),
    " = ",
    pure,
    f.import("reason", runtime),
    "(",
    names.entry(e),
    ", ",
    f.string(r.name),
    message,
    options,
    ");",
  );
}

/** Prints what a method declares. */
export function printContract(
  f: GeneratedFile,
  name: string,
  method: { procedure: string; typeName: string },
  codes: readonly (ImportSymbol | string)[],
): void {
  const type = name.replace(/s$/, "");
  const errors = codes.flatMap((code, i) => [
    i ? " | " : "",
    f.import("ErrorOf", runtime, true),
    "<typeof ",
    code,
    ">",
  ]);
  f.print();
  f.print(f.jsDoc(`An error that method ${method.typeName} declares. Switch on its key.`));
  f.print(f.export("type", type), " = ", errors.length ? errors : "never", ";");
  f.print();
  f.print(f.jsDoc(`What method ${method.typeName} declares.`));
  f.print(
    f.export("const", name),
    ": ",
    f.import("Contract", runtime, true),
    "<",
    type,
    "> = ",
    pure,
    f.import("contract", runtime),
    "(",
    f.string(method.procedure),
    ", [",
    codes.flatMap((code, i) => [i ? ", " : "", code]),
    "]);",
  );
}

const retries = [undefined, '"none"', '"idempotent"', '"all"'];

function typeOf(f: GeneratedFile, identity: string, params: Entry["params"]): Printable {
  const values = params.map((p) => `${key(p.name)}: ${types.get(p.type)}`);
  return [
    f.import("Code", runtime, true),
    "<",
    values.length ? `{ ${values.join("; ")} }` : f.import("NoParams", runtime, true),
    ", ",
    f.string(identity),
    ">",
  ];
}

/** Only a message with {placeholders} imports what reads and fills them. */
function templateOf(f: GeneratedFile, { fallback, params }: Entry): Printable | undefined {
  const parts = params.map((p) => `${key(p.name)}: "${p.type === "bytes" ? "string" : p.type}"`).join(", ");
  return params.length
    ? [pure, f.import("template", runtime), "(", f.string(fallback), ", { ", parts, " })"]
    : undefined;
}

function optionsOf(options: readonly (readonly [string, Printable | undefined])[]): Printable[] {
  const stated = options.filter(([, value]) => value !== undefined);
  return stated.length
    ? [", { ", stated.flatMap(([name, value], i) => [i ? ", " : "", name, ": ", value as Printable]), " }"]
    : [];
}

const key = (name: string): string => (/^[A-Za-z]\w*$/.test(name) ? name : JSON.stringify(name));

/** The names that ErrorInfo gives the reasons of an entry. */
function namesOf(c: Catalogue, e: Entry): string | undefined {
  const names = e.reasons.map((r) => r.name).filter((name) => countOf(c, name) === 1);
  return names.length ? JSON.stringify(names) : undefined;
}

/** The names that ErrorInfo gives an entry, unless they are its short name and its own. */
function ownNamesOf(c: Catalogue, { shortName, name }: Entry): string | undefined {
  const all = new Set([shortName, name]);
  const names = [...all].filter((own) => countOf(c, own) === (own === shortName ? 1 : 0));
  return names.length < all.size ? JSON.stringify(names) : undefined;
}

/**
 * Returns how many entries and reasons of a catalogue have a name in ErrorInfo. It means nothing if several have it, and
 * an entry whose value has the name only if none has it.
 */
function countOf(c: Catalogue, name: string): number {
  return c.entries.flatMap((e) => [e.shortName, ...e.reasons.map((r) => r.name)]).filter((n) => n === name).length;
}

/** What the values' names begin with; that of most. */
function prefixOf(c: Catalogue): string {
  const entry = c.entries.find((e) => e.name !== e.shortName && e.name.endsWith(e.shortName));
  return entry ? entry.name.slice(0, -entry.shortName.length) : "";
}

const connectCodes = [
  "",
  "canceled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
];

function codesOf({ connectCode, httpStatus }: { connectCode: number; httpStatus: number }): string {
  return `Connect code ${connectCodes[connectCode]}, HTTP status ${httpStatus}.`;
}

function paragraphs(...texts: string[]): string {
  return texts
    .map((text) => text.replace(/[^\P{Cc}\n\t]|[\u2028\u2029\ufeff]/gu, " ").trim())
    .filter(Boolean)
    .join("\n\n");
}

function deprecated(
  desc:
    | { readonly deprecated: boolean; readonly file?: DescFile; readonly parent?: unknown }
    | DescEnumValue
    | undefined,
): string {
  if (!desc?.deprecated) return "";
  const file = "file" in desc ? desc.file : (desc as DescEnumValue).parent.file;
  return `\n\n@deprecated Marked as deprecated in ${file?.proto.name}.`;
}
