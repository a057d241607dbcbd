// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescMethod } from "@bufbuild/protobuf";
import { builtinError, builtinName, type Catalogue, type Entry, type Reason } from "./catalogue.js";
import { list, type Options } from "./options.js";

/** One error that a method declares: an entry with all its reasons, or one reason. */
export interface Declared {
  /** Is undefined for the built-in catalogue where the request does not have it. */
  readonly catalogue: Catalogue | undefined;
  readonly entry: Entry;
  readonly reason: Reason | undefined;
}

/**
 * Returns what a method declares: the errors of its own list, its service's and its package's catalogues', each once; or
 * undefined if it declares nothing, so that it may return anything. It throws on a name that is not known.
 */
export function declare(
  options: Options,
  method: DescMethod,
  catalogues: readonly Catalogue[],
): Declared[] | undefined {
  const rest = options.of(method, "rest");
  const declared: Declared[] = [];
  const sets = new Set<readonly string[]>();
  let closed = rest?.errorsNone === true;
  const add = (pkg: string, names: readonly string[]): void => {
    closed ||= names.length > 0;
    for (const name of names) {
      const set = name.startsWith("@") ? resolveSet(pkg, name.slice(1), catalogues) : undefined;
      const found = resolve(pkg, name, catalogues);
      if (set && !sets.has(set.names)) {
        sets.add(set.names);
        add(set.pkg, set.names);
      } else if (!set && !found) {
        const at = `${method.parent.typeName}.${method.name}`;
        throw new Error(
          `${at}: want each of errors to be an entry, ENTRY/REASON or @SET of a known catalogue, have "${name}"`,
        );
      } else if (
        found &&
        !declared.some(
          (d) =>
            d.entry.name === found.entry.name &&
            d.catalogue === found.catalogue &&
            d.reason?.name === found.reason?.name,
        )
      ) {
        declared.push(found);
      }
    }
  };
  const pkg = method.parent.file.proto.package;
  add(pkg, list<string>(rest?.errors));
  add(pkg, list<string>(options.of(method.parent, "service")?.errors));
  for (const c of catalogues) {
    if (c.package === pkg) add(pkg, c.errors);
  }
  return closed ? declared : undefined;
}

/** Finds an error that a list in a package names: of the package itself, else of the first catalogue that has it. */
function resolve(pkg: string, name: string, catalogues: readonly Catalogue[]): Declared | undefined {
  const [value = "", reasonName] = name.split("/", 2);
  const isOwn = (full: string): boolean => pkg !== "" && full === `${pkg}.${value}`;
  for (const matches of [isOwn, (full: string, short: string): boolean => full === value || short === value]) {
    for (const catalogue of catalogues) {
      const scope = catalogue.name.slice(0, catalogue.name.lastIndexOf(".") + 1);
      for (const entry of catalogue.entries) {
        if (!matches(scope + entry.name, entry.name)) continue;
        const reason = entry.reasons.find((r) => r.name === reasonName);
        if (reason || reasonName === undefined) return { catalogue, entry, reason };
      }
    }
  }
  const builtin = catalogues.some((c) => c.name === builtinName) ? undefined : builtinError(name);
  return builtin && { catalogue: undefined, ...builtin };
}

function resolveSet(
  pkg: string,
  name: string,
  catalogues: readonly Catalogue[],
): { pkg: string; names: readonly string[] } | undefined {
  for (const own of [true, false]) {
    for (const c of catalogues) {
      for (const [set, names] of c.sets) {
        const matches = own ? c.package === pkg && set === name : `${c.package}.${set}` === name || set === name;
        if (matches) return { pkg: c.package, names };
      }
    }
  }
  return undefined;
}
