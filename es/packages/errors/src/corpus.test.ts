// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { codes } from "./builtin.js";
import { checkResponse } from "./envelope.js";
import type { ErrpactError } from "./error.js";
import { fromError, fromJSON } from "./from.js";
import { fillTemplate } from "./template.js";
import { connectError, corpus, type View, viewOf } from "./testkit.test.js";
import { cleanMessage, matching, requestIds } from "./text.js";

interface DecodeCase {
  readonly name: string;
  readonly connectCode: number;
  readonly message: string;
  readonly wire: boolean;
  readonly requestId?: string;
  readonly details: { type: string; value: string | null }[];
  readonly want: View;
}

test("errors of Connect are what Go reads in them", () => {
  for (const c of corpus<DecodeCase[]>("decode.json")) {
    const err = connectError({
      code: c.connectCode,
      message: c.message,
      isWireError: c.wire,
      metadata: { get: (name: string) => (name === "x-request-id" ? (c.requestId ?? null) : null) },
      details: c.details.map(({ type, value }) => ({
        type,
        value: Uint8Array.from(Buffer.from(value ?? "", "base64")),
      })),
    });
    const e = fromError(err, { codes }) as ErrpactError;
    assert.deepEqual(viewOf(e), c.want, differs(c.name, viewOf(e), c.want));
    const again = fromJSON(JSON.parse(JSON.stringify(e)));
    assert.deepEqual(viewOf(fromError(again, { codes }) as ErrpactError), c.want, `${c.name}, after JSON`);
  }
});

/** Says what differs, and of which case. */
function differs(name: string, got: View, want: View): string {
  return `${name}: ${JSON.stringify(got)}, want ${JSON.stringify(want)}`;
}

interface EnvelopeCase {
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly requestId?: string;
  readonly retryAfter?: string;
  readonly credential: boolean;
  readonly want: View;
}

test("answers of REST are what Go reads in them", async () => {
  for (const c of corpus<EnvelopeCase[]>("envelopes.json")) {
    const headers = new Headers();
    if (c.requestId) headers.set("X-Request-Id", c.requestId);
    if (c.retryAfter) headers.set("Retry-After", c.retryAfter);
    const res = new Response(c.body, { headers });
    Object.defineProperties(res, { status: { value: c.status }, ok: { value: false } }); // a Response refuses 600
    const e = await checkResponse(res, { codes, credential: c.credential }).then(
      () => assert.fail("no error"),
      (err: ErrpactError) => err,
    );
    // Status texts are not in the bundle.
    const message = e.message === `HTTP ${e.httpStatus}` ? c.want.message : e.message;
    const got = { ...viewOf(e), message };
    assert.deepEqual(got, c.want, differs(c.name, got, c.want));
  }
});

interface Texts {
  readonly messages: { text: string; want: string }[];
  readonly requestIds: { text: string; want: string }[];
  readonly templates: { template: string; metadata: Record<string, string>; want: string }[];
}

test("messages, templates and request ids are what Go makes of them", () => {
  const texts = corpus<Texts>("texts.json");
  for (const { text, want } of texts.messages) assert.equal(cleanMessage(text), want);
  for (const { text, want } of texts.requestIds) assert.equal(matching(text, requestIds), want);
  for (const { template, metadata, want } of texts.templates) {
    assert.equal(fillTemplate(template, metadata) ?? "Few left", want);
  }
});
