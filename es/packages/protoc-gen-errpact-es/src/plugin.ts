// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { DescEnum, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, type ImportSymbol, type Schema, safeIdentifier } from "@bufbuild/protoplugin";
import { builtinCatalogue, builtinName, type Catalogue, readCatalogue, readPrefix } from "./catalogue.js";
import { type Declared, declare } from "./declare.js";
import { camel, Names, Packages } from "./names.js";
import { Options } from "./options.js";
import { printCatalogue, printContract } from "./print.js";
import { version } from "./version.js";

/** Writes FILE_errpact.ts for every file that has annotated enums, or services whose methods declare their errors. */
export const plugin: ReturnType<typeof createEcmaScriptPlugin> = createEcmaScriptPlugin({
  name: "protoc-gen-errpact-es",
  version: `v${version}`,
  generateTs: generate,
});

type Generate = Parameters<typeof createEcmaScriptPlugin>[0]["generateTs"];

function generate(schema: Parameters<Generate>[0]): void {
  const reader = new Reader(schema);
  for (const file of schema.files) {
    const sets = reader.sets.filter((s) => s.catalogue.desc?.file === file);
    const contracts = reader.contracts.filter((c) => c.method.parent.file === file);
    if (sets.length + contracts.length === 0) continue;
    const f = schema.generateFile(`${file.name}_errpact.ts`);
    f.preamble(file);
    for (const s of sets) printCatalogue(f, s.catalogue, s.names);
    for (const { name, method, errors } of contracts) {
      const codes = errors.map((d) => {
        const set = reader.sets.find((s) => s.catalogue === d.catalogue);
        const code = (set?.names ?? new Names("")).reason(d.entry, d.reason);
        const from =
          set && (set.catalogue.name !== builtinName || schema.files.includes(set.catalogue.desc?.file as DescFile));
        if (set?.catalogue.desc?.file === file) return code;
        return f.import(code, from ? `./${set.catalogue.desc?.file.name}_errpact.js` : "@errpact/errors/builtin");
      });
      const typeName = `${method.parent.typeName}.${method.name}`;
      printContract(
        f,
        name,
        { typeName, procedure: `/${method.parent.typeName}/${method.name}` },
        codes satisfies (ImportSymbol | string)[],
      );
    }
  }
}

/** One annotated enum, and its names. */
interface Set {
  readonly catalogue: Catalogue;
  readonly names: Names;
}

/** What one method declares, and the name of that. */
interface MethodContract {
  readonly method: DescMethod;
  readonly name: string;
  readonly errors: readonly Declared[];
}

/** Reads a request: files by path, and not in the order of their imports, which names must not depend on. */
class Reader {
  readonly sets: Set[] = [];
  readonly contracts: MethodContract[] = [];

  constructor(schema: Schema) {
    const options = new Options(schema);
    const packages = new Packages();
    // A file's own name lacks its extension, and is sorted otherwise: "shop" is before "shop-admin".
    const files = [...schema.allFiles].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
    for (const file of files) {
      for (const desc of enumsOf(file)) {
        if (!options.of(desc, "catalogue")) continue;
        const isImported = !schema.files.includes(file);
        const catalogue = isImported ? readImported(options, desc) : readCatalogue(options, desc);
        const names = packages.names(desc, catalogue?.prefix);
        if (!catalogue) continue;
        this.sets.push({ catalogue, names });
        if (!isImported) declareNames(packages, file, catalogue, names);
      }
    }
    const known = this.sets.map((s) => s.catalogue);
    if (!known.some((c) => c.name === builtinName)) known.push(builtinCatalogue());
    const catalogues = known.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const service of files.flatMap((file) => file.services)) {
      const byDefault = packages.isFirst(service) ? "" : camel(service.name.replace(/(?<=.)Service$/, ""));
      if (!schema.files.includes(service.file)) continue;
      const prefix = readPrefix(service.typeName, options.of(service, "service")) ?? byDefault;
      for (const method of service.methods) {
        const errors = declare(options, method, catalogues);
        if (!errors) continue;
        const name = safeIdentifier(`${prefix}${camel(method.name)}Errors`);
        packages.declare(service.file, name, `${service.typeName}.${method.name}`);
        this.contracts.push({ method, name, errors });
      }
    }
  }
}

/** Passes over a catalogue with mistakes, which keeps its place in its package: the run of its own file says what they are. */
function readImported(options: Options, desc: DescEnum): Catalogue | undefined {
  try {
    return readCatalogue(options, desc);
  } catch {
    return undefined;
  }
}

function declareNames(packages: Packages, file: DescFile, catalogue: Catalogue, names: Names): void {
  packages.declare(file, names.catalogue, catalogue.name);
  packages.declare(file, names.codes, catalogue.name);
  for (const e of catalogue.entries) {
    packages.declare(file, names.entry(e), `${catalogue.package}.${e.name}`);
    for (const r of e.reasons)
      packages.declare(file, names.reason(e, r), `${catalogue.package}.${e.name}: reason "${r.name}"`);
  }
}

/** The enums of a file in order of declaration, those of messages after those of the file. */
function enumsOf(of: DescFile | DescMessage): DescEnum[] {
  const [enums, messages] = of.kind === "file" ? [of.enums, of.messages] : [of.nestedEnums, of.nestedMessages];
  return [...enums, ...messages.flatMap(enumsOf)];
}
