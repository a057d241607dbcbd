// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { cleanMessage } from "./text.js";

/** Puts values into a message with {placeholders}. It returns undefined where a value is missing. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>> = {}): string | undefined {
  let missing = false;
  const text = template.replace(/\{([^}]*)\}?/g, (_, name: string) => {
    missing ||= !Object.hasOwn(values, name);
    return String(values[name]);
  });
  return missing ? undefined : cleanMessage(text);
}
