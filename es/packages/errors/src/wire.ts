// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// A reader of protobuf's wire format for messages whose fields are known by heart, so that no descriptor is needed.

/**
 * The fields of a message below number 8, by tag, which is 8 times the number plus the wire type: the last text, all
 * submessages, the last varint exactly up to 2^53, and, one further, its lowest 32 bits as an int32.
 */
// biome-ignore lint/suspicious/noExplicitAny: who reads a field knows its type.
export type Message = any[];

/**
 * Reads a message of a shape, and passes over all other fields, whole groups included. It throws where the bytes are not
 * a message, and on ill-formed UTF-8 unless it is lenient. A shape is the number of leading fields that are texts, then
 * the number of the field that has submessages and their shape, in single digits: "232" is of two texts, and of
 * submessages with two texts in field 3. https://protobuf.dev/programming-guides/encoding/
 */
export function readMessage(
  buffer: Uint8Array,
  shape: string,
  lenient = false,
  at = 0,
  end: number = buffer.length,
): Message {
  const message: Message = [];
  const groups: number[] = [];
  let int32: number;
  const check = (ok: boolean): void => {
    if (!ok) throw new RangeError();
  };
  const varint = (): number => {
    if ((buffer[at] as number) < 128) return (int32 = (buffer[at++] as number) & 127);
    let value = 0;
    int32 = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = buffer[at++] as number;
      check(byte < (shift > 56 ? 2 : 256)); // which undefined is not, either
      if (shift < 32) int32 |= (byte & 127) << shift;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < end) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    const value = type && type !== 2 ? 0 : varint();
    const start = at;
    check(field > 0 && field < 2 ** 29 && groups.length < 1e4);
    if (type === 3) groups.push(field);
    else if (type === 4) check(groups.pop() === field);
    else if (type === 2) at += value;
    else if (type) {
      check(type % 4 === 1); // 1 and 5: 8 and 4 bytes
      at += 9 - type;
    }
    check(at <= end);
    if (groups.length || field > 7) continue;
    if (!type) {
      message[tag] = value;
      message[tag + 1] = int32!;
    } else if (type === 2) {
      if (field <= +shape[0]!) message[tag] = decode(buffer, start, at, lenient);
      else if (field === +shape[1]!)
        (message[tag] ??= []).push(readMessage(buffer, shape.slice(2), lenient, start, at));
    }
  }
  check(!groups.length);
  return message;
}

// Made on first use: some engines get their TextDecoder late, or have none.
const decoders: TextDecoder[] = [];

function decode(buffer: Uint8Array, start: number, end: number, lenient: boolean): string {
  const codes: number[] = [];
  for (let at = start; at < end; at++) {
    // Short ASCII texts are faster by hand.
    if ((buffer[at] as number) > 127 || codes.length > 99) {
      decoders[+lenient] ??= new TextDecoder("utf-8", { fatal: !lenient, ignoreBOM: true });
      return `${decoders[+lenient]?.decode(buffer.subarray(start, end))}`;
    }
    codes.push(buffer[at] as number);
  }
  return String.fromCharCode(...codes);
}
