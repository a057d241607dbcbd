// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Makes the calls that stdin asks for, and says on stdout what came of each, as JSON.
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { text } from "node:stream/consumers";

const job = JSON.parse(await text(process.stdin));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(job.descriptors, "base64")));
const service = registry.getService("errpact.interop.v1.TroubleService");

const clients = {
  connect: createClient(service, createConnectTransport({ baseUrl: job.web, httpVersion: "1.1" })),
  grpc: createClient(service, createGrpcTransport({ baseUrl: job.rpc })),
  "grpc-web": createClient(service, createGrpcWebTransport({ baseUrl: job.web, httpVersion: "1.1" })),
};

// What an RPC client has of an error, and what it reads from it by the types of errpact's protos.
async function rpc(call) {
  const options = { timeoutMs: job.timeoutMs };
  let messages = 0;
  try {
    if (call.stream) {
      for await (const _ of clients[call.protocol].serverStream({ name: call.name, messages: call.messages }, options)) {
        messages++;
      }
    } else {
      await clients[call.protocol].unary({ name: call.name }, options);
    }
    return { messages };
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    return {
      received: {
        code: error.code,
        message: error.rawMessage,
        details: error.details.map(({ type, value }) => ({ type, value: value && Buffer.from(value).toString("base64") })),
        messages,
      },
      ...read(error),
    };
  }
}

function read(error) {
  const [detail] = error.findDetails(registry.getMessage("errpact.v1.ErrorDetail"));
  const [info] = error.findDetails(registry.getMessage("google.rpc.ErrorInfo"));
  return { number: detail?.code, payload: detail?.detailsJson, reason: detail?.reason, metadata: info?.metadata };
}

async function rest(call) {
  const answer = await fetch(call.url, { signal: AbortSignal.timeout(job.timeoutMs) });
  return { status: answer.status, body: await answer.text() };
}

const results = [];
for (const call of job.calls) {
  results.push(await (call.url ? rest(call) : rpc(call)));
}
// The connections are left open for more calls: they would keep the program alive.
process.stdout.write(JSON.stringify(results), () => process.exit(0));
