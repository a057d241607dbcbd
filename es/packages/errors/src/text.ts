// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// The bounds of texts that are received. They are those of the Go packages.

/** Returns the value if it is a text, else "". */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Returns the value if it is a text of at most 512 characters that matches, else "". */
export function matching(value: unknown, pattern: RegExp): string {
  const text = textOf(value);
  return text.length <= 512 && pattern.test(text) ? text : "";
}

/** What may be the id of a request, a reason of AIP-193, and the full name of an enum. */
export const requestIds: RegExp = /^[\w.:/+=@-]{1,128}$/;
export const reasons: RegExp = /^[A-Z][A-Z0-9_]{1,61}[A-Z0-9]$/;
export const fullNames: RegExp = /^[a-z_]\w*(\.[a-z_]\w*)*$/i;

/** Returns a text fit to be a public message: well-formed, on one line, at most 512 bytes of UTF-8. */
export function cleanMessage(message: unknown): string {
  let text = textOf(message).slice(0, 512);
  if (/^[ -~]*$/.test(text)) return text;
  text = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replace(/\p{Cs}/gu, "\ufffd");
  let bytes = 0;
  return text.replace(/./gu, (c) => {
    bytes += c < "\x80" ? 1 : c < "\u0800" ? 2 : c.length + 2;
    return bytes > 512 ? "" : c;
  });
}
