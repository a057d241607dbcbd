// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { ErrpactError } from "./error.js";
import { builtinName, checked, type Raw } from "./facts.js";
import { type FromErrorOptions, fromError } from "./from.js";
import { errorStatus, ofStatus } from "./status.js";
import { matching, reasons, requestIds } from "./text.js";

/** The parts of a fetch Response that are read. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly type?: string;
  readonly headers: { get(name: string): string | null };
  readonly body?: unknown;
  text(): Promise<string>;
}

export interface CheckResponseOptions extends FromErrorOptions {
  /** Says whether the request carried a credential, which tells two kinds of 401 apart. The default is true. */
  readonly credential?: boolean;
}

const maxBody = 65536;

/**
 * Returns a response that is no error, untouched. For a status of 400 and more, and for a response that may not be read
 * (an opaque one, or Response.error()), it throws an ErrpactError: by the body's error_code, which it looks up in
 * options.codes, else by the status. A page that a proxy answers with status 200 is no error to it. It waits for the body
 * for as long as fetch does: give fetch a signal.
 */
export async function checkResponse<R extends ResponseLike>(res: R, options?: CheckResponseOptions): Promise<R> {
  const codes = options?.codes ?? [];
  const { status, headers } = res;
  if (res.ok || (status > 0 && status < 400) || res.type === "opaqueredirect") return res;
  const httpStatus = errorStatus(status) ?? (status ? 500 : undefined);
  const [connectCode, number] = ofStatus(httpStatus);
  const requestId = headers.get("x-request-id");
  const retryDelayMs = retryAfter(headers.get("retry-after"));
  let raw: Raw = {
    catalogue: builtinName,
    number: status === 401 && options?.credential === false ? 6 : number,
    connectCode,
    httpStatus,
    inferred: true,
    answered: status,
    requestId,
    retryDelayMs,
  };
  // Its three keys must be there; application/problem+json has them, and others.
  const { error_code, error_message, details } = Object(
    await readBody(res)
      .then(JSON.parse)
      .catch(() => undefined),
  );
  if ((error_code | 0) === error_code && typeof error_message === "string" && details !== undefined) {
    const said = Object(details);
    const reason = matching(said.reason, reasons);
    // The keys of details that errpact wrote, of an error without a payload. A reason of another form is a payload's.
    const own =
      !reason === !said.reason &&
      /^((reason|request_id|retry_delay|resolution|retryable|field_violations|metadata),?)+$/.test(
        String(Object.keys(said)),
      );
    const numbered = codes.filter((code) => code.number === error_code);
    const code = numbered.find((code) => code.reason === reason) ?? numbered.find((code) => !code.reason);
    raw = {
      ...raw,
      catalogue: numbered[0]?.catalogue.name ?? builtinName,
      number: error_code,
      reason,
      connectCode: code?.httpStatus === httpStatus ? code?.connectCode : connectCode,
      message: error_message,
      inferred: false,
      payloadText: details !== null && !own && textOf(details),
      metadata: Object.entries(Object(said.metadata)).filter(([key]) => /^[a-z][\w-]{0,63}$/i.test(key)),
      fields: said.field_violations,
      retryDelayMs: Number.parseFloat(matching(said.retry_delay, /^\d+(\.\d+)?s$/)) * 1000 || retryDelayMs,
      requestId: matching(requestId, requestIds) || said.request_id,
    };
  }
  throw fromError(new ErrpactError(checked(raw)), options);
}

/** Returns the JSON of what was parsed, unless it is nested too deeply for that. */
function textOf(details: unknown): string | undefined {
  try {
    return JSON.stringify(details);
  } catch {
    return undefined;
  }
}

/** Reads seconds or an HTTP date, or neither. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfter(header: string | null): number | false {
  const value = header as string; // null has no digits, and no GMT
  return /^\d{1,9}$/.test(value) ? Number(value) * 1000 : /GMT$/.test(value) && Date.parse(value) - Date.now();
}

/** Reads the start of the body, as far as an error can reach. React Native has no reader. */
async function readBody(res: ResponseLike): Promise<string> {
  const body = res.body as { getReader?(): Reader } | null | undefined;
  if (!body?.getReader) return (await res.text()).slice(0, maxBody);
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; size < maxBody; ) {
    const { value } = await reader.read();
    if (!value) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, maxBody - size), { stream: true });
    size += value.length || 1; // empty chunks without end must end, too
  }
  // Not awaited: a peer that never ends its answer would hold us.
  reader.cancel().catch(() => undefined);
  return text;
}

interface Reader {
  read(): Promise<{ readonly value?: Uint8Array }>;
  cancel(): Promise<unknown>;
}
