// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { createFileRegistry, type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type Duration, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { fromError } from "./from.js";
import { connectError, corpus, encode } from "./testkit.test.js";
import { cleanMessage, fullNames, matching, reasons, requestIds } from "./text.js";

/** The descriptors of the details, for a second reader that knows them: protobuf's own. */
export const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(new URL("../../../../testdata/details.binpb", import.meta.url))),
);

/** How many inputs there are: `make es` takes ten times as many, which is some ten seconds. */
const inputs = Number(process.env.ES_FUZZ ?? 20000);

/** A generator of numbers that can be repeated: mulberry32. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Parsed = Message & Readonly<Record<string, unknown>>;

/** What the reader must make of a message that protobuf parsed, and of none. */
const expected: Readonly<Record<string, (m: Parsed | undefined) => Record<string, unknown>>> = {
  "errpact.v1.ErrorDetail": (m) => {
    const number = (m?.number ?? m?.code) as number | undefined;
    if (!m || number === undefined) return { inferred: true };
    const catalogue = m.number === undefined ? "errpact.v1.ErrorCode" : matching(m.catalogue, fullNames) || "unknown";
    return { inferred: false, number, catalogue, reason: matching(m.reason, reasons) };
  },
  "google.rpc.ErrorInfo": (m) => {
    const metadata = Object.entries((m?.metadata ?? {}) as object);
    return { metadata: metadata.length ? Object.fromEntries(metadata) : undefined };
  },
  "google.rpc.BadRequest": (m) => {
    const violations = ((m?.fieldViolations as Parsed[] | undefined) ?? []).slice(0, 128);
    const fields = violations.map(({ field, description, reason }) => ({ path: field, description, reason }));
    return { fields: fields.length ? fields : undefined };
  },
  "google.rpc.RetryInfo": (m) => {
    const { seconds = 0n, nanos = 0 } = (m?.retryDelay ?? {}) as Partial<Duration>;
    const valid = seconds >= 0n && seconds <= 315576000000n && nanos >= 0 && nanos <= 999999999;
    const ms = Math.min(Math.ceil(Number(seconds) * 1e3 + nanos / 1e6), 864e5);
    return { retryDelayMs: valid && ms > 0 ? ms : undefined };
  },
  "google.rpc.LocalizedMessage": (m) => ({ localizedMessage: cleanMessage(m?.message) || undefined }),
  "google.rpc.RequestInfo": (m) => ({ requestId: matching(m?.requestId, requestIds) || undefined }),
};

interface Seed {
  readonly details: { readonly type: string; readonly value: string | null }[];
}

function seeds(): [type: string, value: Uint8Array][] {
  const own: [string, Uint8Array][] = [
    ["google.rpc.LocalizedMessage", encode([1, "de"], [2, "Gibt es nicht"])],
    ["google.rpc.BadRequest", encode([1, encode([1, "a.b"], [2, "ü"], [3, "R"], [4, encode([1, "de"], [2, "x"])])])],
  ];
  const shared = corpus<Seed[]>("decode.json").flatMap((c) => c.details);
  const short = shared.filter((d) => d.type in expected && (d.value ?? "").length < 1000);
  return [
    ...own,
    ...short.map((d): [string, Uint8Array] => [d.type, Uint8Array.from(Buffer.from(d.value ?? "", "base64"))]),
  ];
}

function mutate(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const b = [...bytes];
  for (let i = below(4); i >= 0; i--) {
    const at = below(b.length + 1);
    const byte = [below(256), below(64), 0x80 | below(128), 8 * below(6) + below(8)][below(4)] as number;
    b.splice(at, below(2), ...(below(3) ? [byte] : []));
    if (!below(8)) b.push(...b.slice(0, below(20)));
  }
  return Uint8Array.from(b);
}

// protobuf-es takes some messages that Go refuses, such as one with a lone end of a group: there the reader is with Go,
// whose own results are in the corpus.
test("what the reader reads, protobuf-es reads alike, whatever the bytes are", () => {
  const below = random(Number(process.env.SEED ?? 1));
  const from = seeds();
  let valid = 0;
  let refused = 0;
  for (let i = 0; i < inputs; i++) {
    const [type, seed] = from[below(from.length)] as [string, Uint8Array];
    const value = below(20) ? mutate(seed, below) : seed;
    const e = fromError(connectError({ details: [{ type, value }] }));
    const of = expected[type] as (m: Parsed | undefined) => Record<string, unknown>;
    const desc = registry.getMessage(type) as DescMessage;
    if (!hasWireTypes(desc, value)) continue;
    const parsed = parse(desc, value);
    if (!parsed && type === "errpact.v1.ErrorDetail") continue; // whose texts need not be UTF-8 to us
    const want = of(parsed);
    const got = Object.fromEntries(Object.keys(want).map((key) => [key, e?.[key as keyof typeof e]]));
    const nothing = Object.entries(of(undefined)).every(([key, v]) => isDeepStrictEqual(e?.[key as keyof typeof e], v));
    if (nothing && !isDeepStrictEqual(got, want)) {
      refused++;
      continue;
    }
    assert.deepEqual(got, want, `${type} of ${Buffer.from(value).toString("hex")}`);
    if (e?.inferred === false || e?.metadata || e?.fields || e?.retryDelayMs || e?.localizedMessage || e?.requestId)
      valid++;
  }
  assert.ok(
    valid > inputs / 10 && refused < inputs / 10,
    `${valid} inputs are messages, ${refused} are to protobuf-es alone`,
  );
});

/** Reports whether known fields have the wire types of their own, which protobuf-es does not look at and Go does. */
function hasWireTypes(desc: DescMessage, value: Uint8Array): boolean {
  try {
    const reader = new BinaryReader(value);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = desc.fields.find((f) => f.number === number);
      const want =
        field && (field.fieldKind === "enum" || (field.fieldKind === "scalar" && field.scalar !== 9) ? 0 : 2);
      if (want !== undefined && wireType !== want) return false;
      const inner = wireType === 2 ? reader.bytes() : undefined;
      if (!inner) reader.skip(wireType, number);
      if (inner && field?.fieldKind === "map" && !hasWireTypes(entry, inner)) return false;
      if (inner && field?.message && !hasWireTypes(field.message, inner)) return false;
    }
  } catch {
    // malformed, which is compared
  }
  return true;
}

/** A message with two texts, as a map's entries are. */
const entry = registry.getMessage("google.rpc.LocalizedMessage") as DescMessage;

function parse(desc: DescMessage, value: Uint8Array): Parsed | undefined {
  try {
    return fromBinary(desc, value) as Parsed;
  } catch {
    return undefined;
  }
}
