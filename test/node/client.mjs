// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Makes the calls that stdin asks for, one in a line, and says on stdout what came of each, in the same
// order. It is Connect's own client with generated types: nothing in it is errpact's.
import { ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { text } from "node:stream/consumers";

import { ErrorDetailSchema } from "./gen/errpact/v1/error_detail_pb.js";
import { TroubleService } from "./gen/errpact/interop/v1/trouble_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

// So many calls are under way at once.
const concurrency = 32;

const createTransport = { connect: createConnectTransport, grpc: createGrpcTransport, "grpc-web": createGrpcWebTransport };
const clients = new Map();

function clientOf({ base, protocol, http1, json, get }) {
  const key = [base, protocol, http1, json, get].join();
  if (!clients.has(key)) {
    clients.set(key, createClient(TroubleService, createTransport[protocol]({
      baseUrl: base, httpVersion: http1 ? "1.1" : "2", useBinaryFormat: !json, useHttpGet: get,
    })));
  }
  return clients.get(key);
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

async function rpc(call) {
  const options = { timeoutMs: call.timeoutMs, headers: call.requestId ? { "X-Request-Id": call.requestId } : {} };
  let messages = 0;
  try {
    for await (const _ of methods[call.method](clientOf(call), call, options)) {
      messages++;
    }
    return { messages };
  } catch (thrown) {
    return { messages, ...read(ConnectError.from(thrown)) };
  }
}

// What a client has of an error, and what it reads from it by the generated types.
function read(error) {
  const [detail] = error.findDetails(ErrorDetailSchema);
  const [info] = error.findDetails(ErrorInfoSchema);
  const [bad] = error.findDetails(BadRequestSchema);
  const [retry] = error.findDetails(RetryInfoSchema);
  return {
    code: error.code,
    message: error.rawMessage,
    details: error.details.map(({ type, value }) => ({ type, value: value && Buffer.from(value).toString("base64") })),
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

async function rest(call) {
  const answer = await fetch(call.url, { signal: AbortSignal.timeout(call.timeoutMs) });
  return { status: answer.status, body: await answer.text() };
}

const calls = (await text(process.stdin)).trim().split("\n").map((line) => JSON.parse(line));
const results = new Array(calls.length);
let next = 0;
await Promise.all(Array.from({ length: concurrency }, async () => {
  while (next < calls.length) {
    const i = next++;
    results[i] = JSON.stringify(await (calls[i].url ? rest(calls[i]) : rpc(calls[i])));
  }
}));
// The connections are left open for more calls: they would keep the program alive.
process.stdout.write(results.join("\n") + "\n", () => process.exit(0));
