// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// A reader of protobuf's wire format for messages whose fields are known by heart, so that no descriptor is needed.

/**
 * The fields of a message, by number: of texts and varints the last one, of submessages all. A varint has its lowest 32
 * bits, and what is above 2^49 is only known to be that large.
 */
// biome-ignore lint/suspicious/noExplicitAny: who reads a field knows its type.
export type Message = any[];

/** What is read of a message: for each field 0, a varint, or 2, a text, as its wire type is; or the shape of a submessage. */
export type Shape = readonly (0 | 2 | Shape)[];

/** The bytes of a field, by wire type, where they are known. */
const sizes = [0, 8, 0, 0, 0, 4];

/**
 * Reads a message of at most 64 KiB, and passes over the fields that its shape does not have, whole groups included. It
 * throws where the bytes are not a message, and on ill-formed UTF-8 unless it is lenient.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readMessage(bytes: Uint8Array, shape: Shape, lenient?: boolean): Message {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let n = 0, unit = 1; ; n++) {
      const byte = bytes[at++] as number;
      check(byte < (n > 8 ? 2 : 256)); // which undefined is not, either
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit = Math.min(unit * 128, 2 ** 42);
    }
  };
  const message = (shape: Shape, end: number): Message => {
    const fields: Message = [];
    const groups: number[] = [];
    while (at < end) {
      const tag = varint();
      check(tag > 7 && tag < 2 ** 32 && groups.length < 1e4);
      const field = tag >>> 3;
      const type = tag & 7;
      const value = type && type !== 2 ? 0 : varint();
      const start = at;
      at += type === 2 ? value : (sizes[type] as number);
      check(at <= end); // which NaN, of the wire types 6 and 7, is not
      if (type === 3) groups.push(field);
      if (type === 4) check(groups.pop() === field);
      const kind = groups.length ? undefined : shape[field - 1];
      if (kind === type) {
        fields[field] = kind ? textOf(bytes, start, at, lenient) : value;
      } else if (kind && type === 2) {
        at = start;
        (fields[field] ??= []).push(message(kind as Shape, start + value));
      }
    }
    check(!groups.length);
    return fields;
  };
  const { length } = bytes; // asked once, so that it stays the same
  check(length <= 65536);
  return message(shape, length);
}

function check(ok: boolean): void {
  if (!ok) throw new RangeError();
}

function textOf(bytes: Uint8Array, start: number, end: number, lenient = false): string {
  // Short ASCII texts are faster by hand. Some engines get their decoder late, or have none.
  if (end - start < 64 || !globalThis.TextDecoder) {
    const codes: number[] = new Array(end - start);
    let bits = 0;
    for (let at = start; at < end; at++) bits |= codes[at - start] = bytes[at] as number;
    const text = String.fromCharCode(...codes);
    if (bits < 128) return text;
    if (!globalThis.TextDecoder) return decodeURIComponent(escape(text)); // the bytes as UTF-8
  }
  return new TextDecoder("utf-8", { fatal: !lenient, ignoreBOM: true }).decode(bytes.subarray(start, end));
}
