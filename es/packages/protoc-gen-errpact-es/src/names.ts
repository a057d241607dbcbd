// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescEnum, DescFile, DescService } from "@bufbuild/protobuf";
import { safeIdentifier } from "@bufbuild/protoplugin";
import type { Entry, Reason } from "./catalogue.js";

// The names are those of protoc-gen-errpact-go, whose tests write the golden of them.

const aip193 = /^[A-Z][A-Z0-9_]{1,61}[A-Z0-9]$/;

/** Reports whether a text may be the reason of a google.rpc.ErrorInfo. */
export function isReason(name: string): boolean {
  return aip193.test(name);
}

/** Throws on a text that may not be the reason of a google.rpc.ErrorInfo, and says what to write. */
export function checkReason(at: string, what: string, name: string): void {
  if (isReason(name)) return;
  if (name.length > 63) throw new Error(`${at}: want ${what} of at most 63 characters, have ${name.length}`);
  const near = name
    .toUpperCase()
    .replace(/^[_0-9]+/, "")
    .replace(/_+$/, "");
  const write = isReason(near) ? `: write "${near}"` : "";
  throw new Error(`${at}: want ${what} like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "${name}"${write}`);
}

/** Returns the name of an enum's value without the enum's, or the whole name where the rest would not do as a reason. */
export function shortName(enumName: string, value: string): string {
  const rest = trimPrefix(value, enumName.replaceAll("_", "").toUpperCase());
  return rest !== undefined && isReason(rest) ? rest : value;
}

/** Cuts "ERROR_CODE_" off, given "ERRORCODE": underscores do not count. */
function trimPrefix(value: string, prefix: string): string | undefined {
  let rest = value;
  for (const [i, letter] of [...prefix].entries()) {
    if (i > 0 && rest.startsWith("_")) rest = rest.slice(1);
    if (!rest.startsWith(letter)) return undefined;
    rest = rest.slice(1);
  }
  return prefix && rest.startsWith("_") ? rest.slice(1) : undefined;
}

/** Makes "NotExist" of "NOT_EXIST". Parts that are not all in upper case keep theirs. */
export function camel(name: string): string {
  const camel = name
    .split("_")
    .map(
      (part) =>
        part.slice(0, 1).toUpperCase() + (part === part.toUpperCase() ? part.slice(1).toLowerCase() : part.slice(1)),
    )
    .join("");
  return /^[A-Z]/.test(camel) ? camel : `X${camel}`;
}

/** Makes "OrderLineError" of an enum Error in a message Line in a message Order. */
export function enumPrefix(desc: DescEnum): string {
  const name = desc.file.proto.package ? desc.typeName.slice(desc.file.proto.package.length + 1) : desc.typeName;
  let prefix = "";
  let first = true;
  for (const [i, char] of [...name].entries()) {
    let c = char;
    if (c === "_" && (i === 0 || name[i - 1] === ".")) [c, first] = ["X", true];
    else if (c === "_" || c === ".") {
      first = true;
      continue;
    } else if (c >= "0" && c <= "9") first = true;
    else if (first) [c, first] = [c.toUpperCase(), false];
    prefix += c;
  }
  return prefix;
}

/** The identifiers that are generated for a catalogue. */
export class Names {
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Is in lower case, and so never the name of a code. */
  get catalogue(): string {
    return this.#lower("Catalogue");
  }

  get codes(): string {
    return this.#lower("Codes");
  }

  entry(e: Entry): string {
    return safeIdentifier(this.prefix + camel(e.shortName));
  }

  reason(e: Entry, r: Reason | undefined): string {
    return r ? safeIdentifier(this.prefix + camel(e.shortName) + camel(r.name)) : this.entry(e);
  }

  #lower(name: string): string {
    const full = this.prefix + name;
    return full.slice(0, 1).toLowerCase() + full.slice(1);
  }
}

/** Hands out names, one catalogue after the other, in the order of their files' paths. */
export class Packages {
  readonly #catalogues = new Set<string>();
  readonly #services = new Set<string>();
  readonly #taken = new Map<string, string>();

  /** Returns the names of a catalogue: with its enum's prefix if it is not the first of its package and states none. */
  names(desc: DescEnum, stated: string | undefined): Names {
    const keys = [`proto ${desc.file.proto.package}`, `go ${goPackage(desc.file)}`];
    const isFirst = !keys.some((key) => this.#catalogues.has(key));
    for (const key of keys) this.#catalogues.add(key);
    return new Names(stated ?? (isFirst ? "" : enumPrefix(desc)));
  }

  /** Reports whether a service is the first of its package, by the path of its file. */
  isFirst(desc: DescService): boolean {
    const key = goPackage(desc.file);
    const isFirst = !this.#services.has(key);
    this.#services.add(key);
    return isFirst;
  }

  /** Takes a name, and throws if another has it. */
  declare(file: DescFile, name: string, of: string): void {
    const key = `${goPackage(file)} ${name}`;
    const other = this.#taken.get(key);
    if (other !== undefined) throw new Error(`${of}: want the name ${name} once, have it for ${other} too`);
    this.#taken.set(key, of);
  }
}

/** Is what the Go plugin takes for one package: names must not depend on the language. */
function goPackage(file: DescFile): string {
  const [path] = (file.proto.options?.goPackage ?? "").split(";");
  return path || `proto ${file.proto.package}`;
}
