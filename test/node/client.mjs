// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Makes the calls that stdin asks for, one in a line, and says on stdout what came of each, in the same
// order. It is Connect's own client for Node. With the argument "errpact" it reads errors as @errpact/errors does, and
// else by generated types alone.
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { text } from "node:stream/consumers";

import { byTypes, makeAll } from "./calls.mjs";

const create = { connect: createConnectTransport, grpc: createGrpcTransport, "grpc-web": createGrpcWebTransport };

function createTransport({ base, protocol, http1, json, get }) {
  return create[protocol]({ baseUrl: base, httpVersion: http1 ? "1.1" : "2", useBinaryFormat: !json, useHttpGet: get });
}

const read = process.argv[2] === "errpact" ? (await import("./typed.mjs")).byErrpact : byTypes;
const calls = (await text(process.stdin)).trim().split("\n").map((line) => JSON.parse(line));
const results = await makeAll(calls, createTransport, read);
// The connections are left open for more calls: they would keep the program alive.
process.stdout.write(results.map((result) => JSON.stringify(result)).join("\n") + "\n", () => process.exit(0));
