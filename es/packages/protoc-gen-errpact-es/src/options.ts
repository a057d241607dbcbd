// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { type AnyDesc, type DescExtension, getOption, hasOption, type Message } from "@bufbuild/protobuf";
import type { Schema } from "@bufbuild/protoplugin";

/** A message of errpact/v1/options.proto, as the request's own descriptors have it. */
export type Option = Message & Readonly<Record<string, unknown>>;

/** Reads the options of errpact/v1/options.proto. They are found in the request, so that no generated code is needed. */
export class Options {
  readonly #extensions = new Map<string, DescExtension>();

  constructor(schema: Schema) {
    for (const file of schema.allFiles) {
      for (const extension of file.extensions) {
        if (file.proto.package === "errpact.v1") this.#extensions.set(extension.name, extension);
      }
    }
  }

  /** Returns the option errpact.v1.NAME of a descriptor, or undefined. */
  of(desc: Exclude<AnyDesc, { kind: "file" }>, name: "catalogue" | "entry" | "rest" | "service"): Option | undefined {
    const extension = this.#extensions.get(name) as never;
    return extension && hasOption(desc as never, extension)
      ? (getOption(desc as never, extension) as Option)
      : undefined;
  }
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const int = (value: unknown): number => (typeof value === "number" ? value : 0);
export const list = <T = Option>(value: unknown): readonly T[] => (Array.isArray(value) ? value : []);

/** Returns the milliseconds of a google.protobuf.Duration, rounded up; undefined without one. */
export function millis(value: unknown): number | undefined {
  const { seconds = 0n, nanos = 0 } = (value ?? {}) as { seconds?: bigint; nanos?: number };
  return value ? Number(seconds) * 1000 + Math.ceil(nanos / 1e6) : undefined;
}
