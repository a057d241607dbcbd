// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { read } from "./from.js";

/** How fieldErrors names fields: as forms do, or as the server did. */
export interface FieldErrorsOptions {
  /** The default is "form": "items.0.folderId". "proto" keeps "items[0].folder_id". */
  readonly path?: "form" | "proto";
}

const subscript = String.raw`\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]`;
const isPath = new RegExp(String.raw`^(?:(?:[a-z_]\w*(?:${subscript})*|(?:${subscript})+)(?:\.(?!$)|$))+$`, "i");
const parts = /\[("(?:[^"\\]|\\.)*"|[^\]]*)\]|_+([a-z]?)/g;

/** Returns "items.0.folderId" for "items[0].folder_id", and a text that is not a path of fields as it is. */
function formPath(path: string): string {
  if (!isPath.test(path)) return path;
  const form = path.replace(parts, (_, key?: string, letter = "") =>
    key === undefined ? letter.toUpperCase() : `.${key.startsWith('"') ? key.slice(1, -1) : key}`,
  );
  return form.startsWith(".") ? form.slice(1) : form;
}

/** Returns the messages of an error's fields by their paths; empty if it has none. Of several of one field, the first. */
export function fieldErrors(err: unknown, options?: FieldErrorsOptions): Record<string, string> {
  const fields = read(err)?.fields ?? [];
  const pairs = fields.map(({ path, description }) => [options?.path === "proto" ? path : formPath(path), description]);
  return Object.fromEntries(pairs.reverse());
}
