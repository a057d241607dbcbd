// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Makes calls of TroubleService by a transport, and says what came of each: the same in Node and in a browser.
import { base64Encode } from "@bufbuild/protobuf/wire";
import { ConnectError, createClient } from "@connectrpc/connect";

import { ErrorDetailSchema } from "./gen/errpact/v1/error_detail_pb.js";
import { TroubleService } from "./gen/errpact/interop/v1/trouble_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

// So many calls are under way at once.
const concurrency = 32;

// makeAll makes all calls, and gives what came of each in the same order. createTransport gets one of them, and read
// makes of an error what the result has besides.
export async function makeAll(calls, createTransport, read) {
  const results = new Array(calls.length);
  const clients = new Map();
  let next = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < calls.length) {
      const i = next++;
      results[i] = await (calls[i].url ? rest(calls[i]) : rpc(clientOf(calls[i]), calls[i], read));
    }
  }));
  return results;

  function clientOf(call) {
    const key = [call.base, call.protocol, call.http1, call.json, call.get].join();
    if (!clients.has(key)) {
      clients.set(key, createClient(TroubleService, createTransport(call)));
    }
    return clients.get(key);
  }
}

// Each method gives the messages that come before the error.
const methods = {
  async *unary(client, { name }, options) {
    await client.unary({ name }, options);
  },
  async *clientStream(client, { name }, options) {
    await client.clientStream((async function* () { yield { name }; })(), options);
  },
  serverStream(client, { name, messages }, options) {
    return client.serverStream({ name, messages }, options);
  },
  bidiStream(client, { name, messages }, options) {
    return client.bidiStream((async function* () {
      for (let i = 0; i < messages; i++) {
        yield {};
      }
      yield { name };
    })(), options);
  },
};

async function rpc(client, call, read) {
  const options = { timeoutMs: call.timeoutMs, headers: call.requestId ? { "X-Request-Id": call.requestId } : {} };
  let messages = 0;
  try {
    for await (const _ of methods[call.method](client, call, options)) {
      messages++;
    }
    return { messages };
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    const details = error.details.map(({ type, value }) => ({ type, value: value && base64Encode(value) }));
    return { messages, code: error.code, message: error.rawMessage, details, ...read(thrown) };
  }
}

async function rest(call) {
  const answer = await fetch(call.url, { signal: AbortSignal.timeout(call.timeoutMs) });
  return { status: answer.status, body: await answer.text() };
}

// byTypes reads an error by the generated types: nothing in it is errpact's.
export function byTypes(thrown) {
  const error = ConnectError.from(thrown);
  const [detail] = error.findDetails(ErrorDetailSchema);
  const [info] = error.findDetails(ErrorInfoSchema);
  const [bad] = error.findDetails(BadRequestSchema);
  const [retry] = error.findDetails(RetryInfoSchema);
  return {
    builtin: detail?.code,
    number: detail?.number,
    catalogue: detail?.catalogue,
    reason: detail?.reason,
    payload: detail?.detailsJson,
    metadata: info?.metadata,
    fields: bad?.fieldViolations.map(({ field, description, reason }) => ({ field, description, reason })),
    retryDelay: retry?.retryDelay && Number(retry.retryDelay.seconds) * 1e9 + retry.retryDelay.nanos,
  };
}
