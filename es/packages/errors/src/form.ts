// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { read } from "./from.js";

/** How fieldErrors names fields: as forms do, or as the server did. */
export interface FieldErrorsOptions {
  /** The default is "form": "items.0.folderId". "proto" keeps "items[0].folder_id". */
  readonly path?: "form" | "proto";
}

/** A name or a [subscript] of a path, with the dot before it. */
const part = /(?!^\.)(?:(?:^|\.)([a-z_]\w*)|\.?\[(?:"((?:[^"\\]|\\.)*)"|([^\]"]*))\])/giy;

/** Returns "items.0.folderId" for "items[0].folder_id", and a text that is not a path of fields as it is. */
function formPath(path: string): string {
  let end = 0;
  const form = path.replace(part, (all: string, name: string | undefined, quoted = "", bare = "", at: number) => {
    end = at + all.length;
    return `.${name ? name.replace(/_+([a-z]?)/g, (_, letter) => letter.toUpperCase()) : quoted + bare}`;
  });
  return end === path.length ? form.slice(1) : path;
}

/** Returns the messages of an error's fields by their paths; empty if it has none. Of several of one field, the first. */
export function fieldErrors(err: unknown, options?: FieldErrorsOptions): Record<string, string> {
  const fields = read(err)?.fields ?? [];
  const pairs = fields.map(({ path, description }) => [options?.path === "proto" ? path : formPath(path), description]);
  // Each key stands where it came first, and has its last value.
  return Object.fromEntries([...pairs, ...pairs.reverse()]);
}
