// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescMethod } from "@bufbuild/protobuf";
import type { Catalogue, Entry, Reason } from "./catalogue.js";
import { list, type Options } from "./options.js";

/** One error that a method declares: an entry with all its reasons, or one reason. */
export interface Declared {
  readonly catalogue: Catalogue;
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
  const at = `${method.parent.typeName}.${method.name}`;
  const add = (pkg: string, names: readonly string[]): void => {
    closed ||= names.length > 0;
    for (const name of names) {
      if (name.startsWith("@")) {
        const set = resolveSet(at, pkg, name, catalogues);
        if (!sets.has(set.names)) {
          sets.add(set.names);
          add(set.pkg, set.names);
        }
        continue;
      }
      const found = resolve(at, pkg, name, catalogues);
      const isFound = (d: Declared): boolean =>
        d.entry.name === found.entry.name && d.catalogue === found.catalogue && d.reason?.name === found.reason?.name;
      if (!declared.some(isFound)) declared.push(found);
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

/** Finds the error that a list in a package names. */
function resolve(at: string, pkg: string, name: string, catalogues: readonly Catalogue[]): Declared {
  const [value = "", ...rest] = name.split("/");
  const reasonName = rest.length > 0 ? rest.join("/") : undefined;
  const found = meanings(catalogues, (catalogue, isOwn) => {
    const scope = scopeOf(catalogue);
    for (const entry of catalogue.entries) {
      const full = scope + entry.name;
      if (isOwn ? pkg === "" || full !== `${pkg}.${value}` : full !== value && entry.name !== value) continue;
      const reason = entry.reasons.find((r) => r.name === reasonName);
      if (reason || reasonName === undefined) return { catalogue, entry, reason };
    }
    return undefined;
  });
  const [first] = found;
  if (!first)
    throw new Error(`${at}: want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have "${name}"`);
  wantOne(
    at,
    name,
    `${scopeOf(first.catalogue)}${name}`,
    found.map((d) => d.catalogue),
  );
  return first;
}

/** Finds the set that a list in a package names. */
function resolveSet(
  at: string,
  pkg: string,
  name: string,
  catalogues: readonly Catalogue[],
): { pkg: string; names: readonly string[] } {
  const short = name.slice(1);
  const found = meanings(catalogues, (c, isOwn) => {
    for (const [set, names] of c.sets) {
      const matches = isOwn ? c.package === pkg && set === short : `${c.package}.${set}` === short || set === short;
      if (matches) return { catalogue: c, pkg: c.package, set, names };
    }
    return undefined;
  });
  const [first, second] = found;
  if (!first) throw new Error(`${at}: want the set of a known catalogue, have "${name}"`);
  if (first.pkg === second?.pkg)
    throw new Error(
      `${at}: want set "${first.set}" once in package ${first.pkg}, have it in ${first.catalogue.name} and ${second.catalogue.name}: give it another name`,
    );
  wantOne(
    at,
    name,
    `@${first.pkg}.${first.set}`,
    found.map((f) => f.catalogue),
  );
  return first;
}

/** Returns what catalogues have of a name: those of the list's own package or, if these have nothing, all. */
function meanings<T>(catalogues: readonly Catalogue[], find: (c: Catalogue, isOwn: boolean) => T | undefined): T[] {
  for (const isOwn of [true, false]) {
    const found = catalogues.map((c) => find(c, isOwn)).filter((t) => t !== undefined);
    if (found.length > 0) return found;
  }
  return [];
}

/** Throws if several catalogues have a name. Their order does not choose one of them. */
function wantOne(at: string, name: string, write: string, [first, second]: readonly Catalogue[]): void {
  if (second)
    throw new Error(
      `${at}: want the package before "${name}", since ${first?.name} and ${second.name} have it: write "${write}"`,
    );
}

function scopeOf(catalogue: Catalogue): string {
  return catalogue.name.slice(0, catalogue.name.lastIndexOf(".") + 1);
}
