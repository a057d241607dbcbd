// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { clone, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type EnumValueDescriptorProto,
  EnumValueDescriptorProtoSchema,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { builtinNames } from "./builtin.js";
import type { plugin } from "./plugin.js";

// Tests run in build/test.
const folder = new URL("../../", import.meta.url);
const testdata = new URL("testdata/", folder);

function request(name: string, parameter: string): CodeGeneratorRequest {
  const request = fromBinary(CodeGeneratorRequestSchema, readFileSync(new URL(`${name}.binpb`, testdata)));
  request.parameter = parameter;
  return request;
}

let runs = 0;

/** Returns the plugin as a process of its own has it: protoplugin keeps the targets of one run for the next. */
async function fresh(): Promise<typeof plugin> {
  return ((await import(`./plugin.js?${runs++}`)) as { plugin: typeof plugin }).plugin;
}

async function run(name: string, parameter: string): Promise<Map<string, string>> {
  const response = (await fresh()).run(request(name, parameter));
  assert.equal(response.error ?? "", "");
  return new Map(response.file.map((f) => [f.name, f.content]));
}

function compare(path: string, got: string): void {
  const url = new URL(path, folder);
  if (process.env.UPDATE) writeFileSync(url, got);
  assert.equal(got, readFileSync(url, "utf8"), `${path}: run UPDATE=1 npm test npm test`);
}

for (const name of ["shop", "params", "names", "sets"]) {
  for (const target of ["ts", "js+dts"]) {
    test(`the code of ${name} for ${target} is the golden's`, async () => {
      for (const [file, content] of await run(name, `target=${target},import_extension=js`)) {
        compare(`testdata/${file.replaceAll("/", ".")}.golden`, content);
        if (file.endsWith(".d.ts")) assert.doesNotMatch(content, /\bany\b/, "a type that was left to be inferred");
        assert.doesNotMatch(content, /_pb/, "an import of a descriptor");
      }
    });
  }
}

for (const name of ["builtin", "shop", "params", "names", "services", "sets"]) {
  test(`the names of ${name} are those of protoc-gen-errpact-go`, async () => {
    const want = JSON.parse(readFileSync(new URL(`${name}.json`, testdata), "utf8")) as Record<
      string,
      Record<string, string[]>
    >;
    const got = await run(name, "target=ts");
    for (const [file, { codes, contracts }] of Object.entries(want)) {
      const content = got.get(file.replace(".proto", "_errpact.ts")) ?? "";
      const names = (call: string): string[] =>
        [
          ...content.matchAll(new RegExp(`^export const (\\S+): .* = /\\*@__PURE__\\*/ (?:${call})(?:\\$1)?\\(`, "gm")),
        ].map((m) => m[1] ?? "");
      // An identifier that TypeScript has itself ends with a dollar sign.
      assert.deepEqual(
        names("code|reason").map((n) => n.replace("$", "")),
        codes ?? [],
      );
      assert.deepEqual(
        names("contract").map((n) => n.replace("$", "")),
        contracts ?? [],
      );
    }
  });
}

test("the built-in catalogue of @errpact/errors is up to date", async () => {
  const files = await run(
    "builtin",
    "target=ts,import_extension=js,rewrite_imports=@errpact/errors:./errpact/v1/index.js",
  );
  compare("../errors/src/builtin.ts", files.get("errpact/v1/error_code_errpact.ts") ?? "");
});

test("the names of the built-in catalogue are up to date", async () => {
  const content = (await run("builtin", "target=ts")).get("errpact/v1/error_code_errpact.ts") ?? "";
  const entries = [...content.matchAll(/ code\(catalogue, \d+, "(\w+)"(?:.*\breasons: (\[.*?\]))?/g)];
  assert.notEqual(entries.length, 0);
  const names = entries.map(([, short, reasons = "[]"]) => `  ${short}: ${reasons.replaceAll(",", ", ")},\n`).join("");
  compare(
    "src/builtin.ts",
    `// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/** The entries of the built-in catalogue without "ERROR_CODE_", and their reasons. A test writes them. */
export const builtinNames: Readonly<Record<string, readonly string[]>> = {
${names}};
`,
  );
});

test("lists have the names of the built-in catalogue without an import", async () => {
  const content = (await run("builtin", "target=ts")).get("errpact/v1/error_code_errpact.ts") ?? "";
  const names = Object.entries(builtinNames).flatMap(([entry, reasons]) =>
    ["", ...reasons.map((r) => `/${r}`)].map((reason) => `ERROR_CODE_${entry}${reason}`),
  );
  const all = request("services", "target=ts");
  const method = all.protoFile.at(-1)?.service[0]?.method[0];
  assert(method?.options);
  method.options.$unknown = [];
  for (const name of names) annotate(method.options, bytes(2, name));
  const text = (await fresh())
    .run(all)
    .file.map((f) => f.content)
    .join("");
  const exported = [...content.matchAll(/^export const (\w+): Code/gm)].map((m) => m[1] ?? "");
  assert.equal(exported.length, names.length);
  for (const name of exported) assert.match(text, new RegExp(`\\b${name}\\b`));
});

test("an imported file keeps its place, so that names do not depend on the request", async () => {
  const all = request("names", "target=ts");
  all.fileToGenerate = ["b.proto"];
  const response = (await fresh()).run(all);
  assert.match(response.file[0]?.content ?? "", /export const ShopErrorAlpha: /);
});

test("names that two errors would share are refused", async () => {
  const twice = request("names", "target=ts");
  for (const file of twice.protoFile) {
    for (const value of file.enumType[0]?.value ?? [])
      if (value.name === "FIRST_ERROR_IO") value.name = "FIRST_ERROR_ERROR_CODE";
  }
  const plugin = await fresh();
  assert.throws(
    () => plugin.run(twice),
    /acme\.FIRST_ERROR_ERROR_CODE: want the name ErrorCode once, have it for acme\.FIRST_ERROR_ERROR: reason "CODE" too|reason "CODE": want the name ErrorCode once/,
  );
});

test("a name that no catalogue has is refused", async () => {
  const unknown = request("shop", "target=ts");
  const at = unknown.protoFile.findIndex((f) => f.name.endsWith("service.proto"));
  const bytes = toBinary(FileDescriptorProtoSchema, unknown.protoFile[at]!);
  const text = Buffer.from(bytes).toString("latin1").replace("SHOP_ERROR_OUT_OF_STOCK", "SHOP_ERROR_OUT_OF_STACK");
  unknown.protoFile[at] = fromBinary(FileDescriptorProtoSchema, Buffer.from(text, "latin1"));
  const plugin = await fresh();
  assert.throws(
    () => plugin.run(unknown),
    /acme\.shop\.v1\.ShopService\.Buy: want each of errors .* have "SHOP_ERROR_OUT_OF_STACK"/,
  );
});

/** Encodes a field of a message: a text, or fields. */
function bytes(field: number, content: string | readonly number[]): readonly number[] {
  const encoded = Buffer.from(typeof content === "string" ? Buffer.from(content) : content);
  const tag = (field << 3) | 2;
  return [...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), encoded.length, ...encoded];
}

/** Adds to an option of errpact's, which may come twice, and is merged then. */
function annotate(options: Message | undefined, content: readonly number[]): void {
  assert(options);
  const [, ...data] = bytes(1, content);
  options.$unknown = [...(options.$unknown ?? []), { no: 58535, wireType: 2, data: Uint8Array.from(data) }];
}

test("a set that several catalogues have is refused", async () => {
  const ambiguous = async (packages: readonly string[], want: RegExp): Promise<void> => {
    const twice = request("services", "target=ts");
    const files = twice.protoFile.slice(-2);
    for (const [i, file] of files.entries()) {
      file.package = packages[i] ?? "";
      const [value] = file.enumType[0]?.value ?? [];
      annotate(file.enumType[0]?.options, bytes(2, [...bytes(1, "auth"), ...bytes(2, value?.name ?? "")]));
    }
    const [shop] = files;
    assert(shop);
    const gate = clone(FileDescriptorProtoSchema, shop);
    [gate.name, gate.package, gate.enumType] = ["gate.proto", "gate", []];
    const method = gate.service[0]?.method[0];
    assert(method?.options);
    method.options.$unknown = [];
    annotate(method.options, bytes(2, "@auth"));
    for (const file of files) file.service = [];
    twice.protoFile.push(gate);
    twice.fileToGenerate.push(gate.name);
    const plugin = await fresh();
    assert.throws(() => plugin.run(twice), want);
  };
  await ambiguous(
    ["a", "b"],
    /^Error: gate\.\w+\.Get: want the package before "@auth", since a\.ShopError and b\.AdminError have it: write "@a\.auth"$/,
  );
  await ambiguous(
    ["a", "a"],
    /^Error: gate\.\w+\.Get: want set "auth" once in package a, have it in a\.AdminError and a\.ShopError: give it another name$/,
  );
});

test("names that only look like the built-in catalogue's are refused", async () => {
  for (const name of ["ERROR_CODE_SOLD_OUT", "errpact.v1.ERROR_CODE_SOLD_OUT", "ERROR_CODE_NOT_EXIST/SOLD_OUT"]) {
    const odd = request("services", "target=ts");
    annotate(odd.protoFile.at(-1)?.service[0]?.method[0]?.options, bytes(2, name));
    const plugin = await fresh();
    assert.throws(() => plugin.run(odd), {
      message: `acme.AdminService.Get: want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have "${name}"`,
    });
  }
});

// As package mapping has it: a name that several entries and reasons have in an ErrorInfo means none of them, and that of
// a value means its entry only if none has it.
for (const [title, reasons, want] of [
  [
    "a value's name is another entry's reason",
    ["ADMIN_ERROR_LOST"],
    { LOST: '{ value: "ADMIN_ERROR_LOST", names: ["GONE"] }' },
  ],
  [
    "a short name is another entry's reason",
    ["GONE"],
    { LOST: '{ value: "ADMIN_ERROR_LOST", names: ["ADMIN_ERROR_LOST"] }' },
  ],
  [
    "both are another entry's reasons",
    ["GONE", "ADMIN_ERROR_LOST"],
    {
      LOST: '{ value: "ADMIN_ERROR_LOST", names: [] }',
      AUTH: '{ reasons: ["ADMIN_ERROR_LOST"] }',
      "reason GONE": "{ names: [] }",
    },
  ],
  ["no name is another's", ["OTHER"], { LOST: '{ value: "ADMIN_ERROR_LOST" }', AUTH: '{ reasons: ["OTHER"] }' }],
] satisfies [string, string[], Record<string, string>][]) {
  test(`names in an ErrorInfo: ${title}`, async () => {
    const all = request("services", "target=ts");
    const values = all.protoFile.at(-1)?.enumType[0]?.value;
    const [lost] = values ?? [];
    assert(lost?.options);
    const auth = clone(EnumValueDescriptorProtoSchema, lost);
    [auth.name, auth.number] = ["ADMIN_ERROR_AUTH", 9];
    annotate(lost.options, bytes(19, "GONE"));
    for (const name of reasons) annotate(auth.options, bytes(15, bytes(1, name)));
    values?.push(auth);
    const plugin = await fresh();
    const text = plugin
      .run(all)
      .file.map((f) => f.content)
      .join("");
    const options = (call: string): string =>
      new RegExp(`${call}[^\\n]*?, (\\{[^\\n]*\\})\\);\\n`).exec(text)?.[1] ?? "";
    for (const [name, wanted] of Object.entries(want)) {
      const call = { LOST: ' code\\(\\w+, \\d+, "GONE"', AUTH: ' code\\(\\w+, 9, "AUTH"' }[name];
      assert.equal(options(call ?? ' reason\\(\\w+, "GONE"'), wanted, name);
    }
  });
}

// With the words of protoc-gen-errpact-go.
for (const [name, change, want] of [
  [
    "a reason that ErrorInfo does not take",
    (value) => annotate(value.options, bytes(19, "out-of-stock")),
    'want reason like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "out-of-stock"',
  ],
  [
    "a reason in lower case",
    (value) => annotate(value.options, bytes(19, "sold_out")),
    'want reason like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "sold_out": write "SOLD_OUT"',
  ],
  [
    "a reason that is too long",
    (value) => annotate(value.options, bytes(19, "A".repeat(64))),
    "want reason of at most 63 characters, have 64",
  ],
  [
    "a param that comes twice",
    (value) => {
      for (const _ of "12") annotate(value.options, bytes(5, bytes(1, "sku")));
    },
    'param "sku": want the param once',
  ],
] satisfies [string, (value: EnumValueDescriptorProto) => void, string][]) {
  test(`${name} is refused`, async () => {
    const odd = request("services", "target=ts");
    const value = odd.protoFile.at(-1)?.enumType[0]?.value[0];
    assert(value);
    change(value);
    const plugin = await fresh();
    assert.throws(() => plugin.run(odd), { message: `acme.AdminError.${value.name}: ${want}` });
  });
}

test("an alias is refused", async () => {
  const odd = request("services", "target=ts");
  const [of] = odd.protoFile.at(-1)?.enumType ?? [];
  const [value] = of?.value ?? [];
  assert(of?.options && value);
  of.options.allowAlias = true;
  of.value.push({ ...clone(EnumValueDescriptorProtoSchema, value), name: "ADMIN_ERROR_AGAIN" });
  const plugin = await fresh();
  assert.throws(() => plugin.run(odd), {
    message: `acme.AdminError.ADMIN_ERROR_AGAIN: want number ${value.number} once, have it for ${value.name} too`,
  });
});

test("odd names in lists are refused", async () => {
  for (const name of [
    "",
    "@",
    "@@",
    "@.",
    ".",
    "/",
    "a/",
    "ERROR_CODE_",
    "ERROR_CODE_/A",
    "ERROR_CODE_A/",
    "ERROR_CODE_A-B",
    "errpact.v1.",
  ]) {
    const odd = request("services", "target=ts");
    const method = odd.protoFile.at(-1)?.service[0]?.method[0];
    annotate(method?.options, bytes(2, name));
    const plugin = await fresh();
    assert.throws(() => plugin.run(odd), /^Error: acme\.\w+\.Get: want (each of errors|the set)/, `"${name}"`);
  }
});

test("a set may be named with its @, and hold itself", async () => {
  const odd = request("services", "target=ts");
  const file = odd.protoFile.at(-1);
  const value = file?.enumType[0]?.value[0]?.name ?? "";
  annotate(file?.enumType[0]?.options, bytes(2, [...bytes(1, "@auth"), ...bytes(2, "@@auth"), ...bytes(2, value)]));
  annotate(file?.service[0]?.method[0]?.options, bytes(2, "@@auth"));
  assert.equal((await fresh()).run(odd).error ?? "", "");
});

test("a mistake in a catalogue fails the run of its own file alone", async () => {
  const broken = request("services", "target=ts");
  const [shop, admin] = broken.protoFile.slice(-2);
  // The message of an entry is empty.
  annotate(shop?.enumType[0]?.value[0]?.options, bytes(3, ""));
  const plugin = await fresh();
  assert.throws(() => plugin.run(broken), /^Error: acme\.ShopError\.SHOP_ERROR_LOST: want a message$/);
  broken.fileToGenerate = [admin?.name ?? ""];
  const names = plugin.run(broken).file.map((f) => f.name);
  assert.deepEqual(names, ["shop-admin_errpact.ts"]);
});

for (const [option, field] of [
  ["service", 2],
  ["catalogue", 4],
] as const) {
  test(`a go_prefix of a ${option} that Go does not allow is refused`, async () => {
    const odd = request("shop", "target=ts");
    const ofShop = odd.protoFile.filter((f) => f.package === "acme.shop.v1");
    const all = ofShop.flatMap((f): { options?: Message | undefined }[] =>
      option === "service" ? f.service : f.enumType,
    );
    annotate(all.find((d) => d.options)?.options, bytes(field, "a-b"));
    const plugin = await fresh();
    assert.throws(
      () => plugin.run(odd),
      /acme\.shop\.v1\.Shop\w+: want go_prefix like \^\(\[A-Z\]\[A-Za-z0-9\]\*\)\?\$, of at most 63 characters, have "a-b"$/,
    );
  });
}

test("a file without catalogues and contracts makes no code", async () => {
  const none = request("names", "target=ts");
  none.fileToGenerate = ["errpact/v1/options.proto"];
  assert.deepEqual((await fresh()).run(none).file, []);
});

test("the command has the version of package.json", () => {
  const command = fileURLToPath(new URL("bin/protoc-gen-errpact-es", folder));
  const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const { stdout } = spawnSync(process.execPath, [command, "--version"], { encoding: "utf8" });
  assert.equal(stdout.trim(), `protoc-gen-errpact-es v${version}`);
});

test("protoc and buf run the command, and get its files or its mistakes", () => {
  const command = fileURLToPath(new URL("bin/protoc-gen-errpact-es", folder));
  const ask = (parameter: string): SpawnSyncReturns<Buffer> =>
    spawnSync(process.execPath, [command], { input: toBinary(CodeGeneratorRequestSchema, request("shop", parameter)) });
  const { file } = fromBinary(CodeGeneratorResponseSchema, ask("target=ts").stdout);
  assert.deepEqual(
    file.map((f) => f.name),
    ["acme/shop/v1/errors_errpact.ts", "acme/shop/v1/service_errpact.ts"],
  );
  const refused = ask("no_such_option=1");
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr.toString(), /no_such_option/);
});
