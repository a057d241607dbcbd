// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// A reader of protobuf's wire format for messages whose fields are known by heart, so that no descriptor is needed.

/** The fields of a message below number 8. */
export interface Message {
  /** Has, by number, the values of length-delimited fields. */
  readonly bytes: (Uint8Array[] | undefined)[];
  /** Has, by number, the last varint: exact up to 2^53, and its lowest 32 bits as an int32. */
  readonly ints: (readonly [value: number, int32: number] | undefined)[];
}

/**
 * Reads a message, and passes over all other fields, whole groups included. It throws where the bytes are not a message.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readMessage(buffer: Uint8Array): Message {
  const bytes: Uint8Array[][] = [];
  const ints: (readonly [number, number])[] = [];
  const groups: number[] = [];
  let at = 0;
  const check = (ok: boolean): void => {
    if (!ok) throw new RangeError();
  };
  let int32: number;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    int32 = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = buffer[at++] as number;
      check(byte < (shift > 56 ? 2 : 256)); // which undefined is not, either
      if (shift < 32) int32 |= (byte & 127) << shift;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < buffer.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    const wanted = !groups.length && field < 8;
    check(field > 0 && field < 2 ** 29 && groups.length < 1e4);
    if (!type) {
      const value = varint();
      if (wanted) ints[field] = [value, int32!];
    } else if (type === 2) {
      const end = varint() + at;
      if (wanted) (bytes[field] ??= []).push(buffer.subarray(at, end));
      at = end;
    } else if (type === 3) groups.push(field);
    else if (type === 4) check(groups.pop() === field);
    else {
      check(type % 4 === 1); // 1 and 5: 8 and 4 bytes
      at += 9 - type;
    }
    check(at <= buffer.length);
  }
  check(!groups.length);
  return { bytes, ints };
}

/** Returns the texts of the fields 1 to n, the last of each. It throws on ill-formed UTF-8 unless it is lenient. */
export function texts({ bytes }: Message, n: number, lenient?: boolean): string[] {
  const found: string[] = [];
  for (let i = 1; i <= n; i++) {
    found.push("");
    for (const value of bytes[i] ?? []) found[i - 1] = decode(value, !lenient);
  }
  return found;
}

// Made on first use: some engines get their TextDecoder late, or have none.
const decoders: TextDecoder[] = [];

function decode(bytes: Uint8Array, fatal: boolean): string {
  decoders[+fatal] ??= new TextDecoder("utf-8", { fatal, ignoreBOM: true });
  return `${decoders[+fatal]?.decode(bytes)}`;
}
