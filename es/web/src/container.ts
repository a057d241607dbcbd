// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

/** What can be wrong with a container, as `capsule pack -break` has it. */
export const faults = ["", "nothing", "payload", "media", "damage", "signature", "hash", "session"] as const;
export type Fault = (typeof faults)[number];

/** A file of a container. */
export interface File {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Signs containers unless the server is given another key. Everybody knows it: it proves nothing. */
const demoKey = "capsule-demo-key";

const utf8 = new TextEncoder();

/** Packs media as a container signed with the demo's key, broken as fault says. */
export async function pack(
  media: readonly File[],
  sessionToken: string,
  fault: Fault,
): Promise<Uint8Array<ArrayBuffer>> {
  if (fault === "nothing") return new Uint8Array();
  const payload = { name: "payload.json", data: utf8.encode(JSON.stringify({ case: "demo", packed_by: "browser" })) };
  const files = [...(fault === "payload" ? [] : [payload]), ...(fault === "media" ? [] : media)];
  const hashes = await Promise.all(files.map(async ({ name, data }) => [name, await sha256(data)] as const));
  const wrong = fault === "hash" ? hashes.map(([name]) => [name, "0".repeat(64)]) : hashes;
  const session = fault === "session" ? "nobody-issued-this" : sessionToken;
  const manifest = utf8.encode(JSON.stringify({ session_token: session, files: Object.fromEntries(wrong) }));
  const signature = utf8.encode(await sign(manifest, fault === "signature" ? `another-${demoKey}` : demoKey));
  const archive = zip([...files, { name: "manifest.json", data: manifest }, { name: "manifest.sig", data: signature }]);
  if (fault === "damage") archive[40 + files[0]!.name.length] = 0;
  return archive;
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", data));
}

async function sign(data: Uint8Array<ArrayBuffer>, key: string): Promise<string> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return hex(
    await crypto.subtle.sign(hmac, await crypto.subtle.importKey("raw", utf8.encode(key), hmac, false, ["sign"]), data),
  );
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Makes a zip of files as they are: media are compressed already. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
function zip(files: readonly File[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  const size = (of: readonly Uint8Array[]): number => of.reduce((sum, part) => sum + part.length, 0);
  for (const { name, data } of files) {
    const path = utf8.encode(name);
    // What the header of a file and its entry in the directory share: version, UTF-8 names, stored, 1980-01-01.
    const shared = [
      20,
      2,
      0x0800,
      2,
      0,
      2,
      0,
      2,
      0x0021,
      2,
      crc32(data),
      4,
      data.length,
      4,
      data.length,
      4,
      path.length,
      2,
      0,
      2,
    ];
    directory.push(numbers(0x02014b50, 4, 20, 2, ...shared, 0, 2, 0, 2, 0, 2, 0, 4, size(parts), 4), path);
    parts.push(numbers(0x04034b50, 4, ...shared), path, data);
  }
  const end = numbers(0x06054b50, 4, 0, 4, files.length, 2, files.length, 2, size(directory), 4, size(parts), 4, 0, 2);
  return concat([...parts, ...directory, end]);
}

/** Writes numbers in little-endian, each followed by how many bytes it takes. */
function numbers(...pairs: number[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    for (let byte = 0; byte < pairs[i + 1]!; byte++) bytes.push((pairs[i]! >>> (8 * byte)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function crc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
