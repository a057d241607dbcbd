// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Calls proxies, and what does not answer, by the newest Connect over fetch. It marks errors off the wire, but none that it
// makes of an HTTP status.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { EmptySchema, file_google_protobuf_empty } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { faultOf, fromError, retry, retryOf } from "@errpact/errors";

const method = {
  name: "Get",
  localName: "get",
  parent: { typeName: "acme.v1.S" },
  input: EmptySchema,
  output: EmptySchema,
};
Object.assign(method, { kind: "rpc", methodKind: "unary", idempotency: 0 });
const service = {
  kind: "service",
  typeName: "acme.v1.S",
  file: file_google_protobuf_empty,
  methods: [method],
  method: { get: method },
};

const transports = { Connect: createConnectTransport, "gRPC-Web": createGrpcWebTransport };

/** Returns what a call throws. */
const caught = (transport, options) =>
  createClient(service, transport)
    .get({}, options)
    .then(
      () => assert.fail("answered"),
      (err) => err,
    );

/** Returns the address of a server, which closes with the test. */
async function serve(t, answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

for (const [wire, transport] of Object.entries(transports)) {
  for (const status of [401, 403, 404, 413, 429, 502, 503]) {
    for (const type of ["text/html", "application/json", undefined]) {
      test(`a proxy's ${status} of ${type} over ${wire} is an answer, and only what is unavailable is sent again`, async (t) => {
        const headers = type ? { "Content-Type": type } : {};
        const baseUrl = await serve(t, (_, res) =>
          res.writeHead(status, headers).end(type?.endsWith("json") ? "{}" : "<h1>no</h1>"),
        );
        const err = await caught(transport({ baseUrl }));
        const e = fromError(err);
        assert.deepEqual([e.answered, e.inferred, e.reason], [true, true, ""], e.message);
        assert.equal(retry(3)(0, err), [429, 502, 503].includes(status), `${e.connectCode} ${e.message}`);
      });
    }
  }

  test(`a page with status 200 over ${wire} is not sent for again`, async (t) => {
    const baseUrl = await serve(t, (_, res) => res.setHeader("Content-Type", "text/html").end("<h1>offline</h1>"));
    const err = await caught(transport({ baseUrl }));
    assert.equal(fromError(err).inferred, true);
    if (wire === "Connect") assert.equal(fromError(err).answered, true);
  });

  test(`a dead host over ${wire} is unavailable, and an upstream's fault, as it is with connect-node`, async (t) => {
    const baseUrl = await serve(t, (_, res) => res.end());
    const client = connect(Number(new URL(baseUrl).port), "127.0.0.1");
    await once(client, "connect");
    t.after(() => client.destroy());
    // A client's end of a connection: nothing listens there.
    const err = await caught(transport({ baseUrl: `http://127.0.0.1:${client.localPort}` }));
    const e = fromError(err);
    assert.deepEqual([e.answered, e.inferred, e.key], [false, true, "errpact.v1.ErrorCode/11/BROKEN"], e.message);
    assert.deepEqual([e.connectCode, retryOf(err).calls, faultOf(err)], [14, "idempotent", "upstream"]);
    assert.equal(retry(3)(0, err), true);
  });

  test(`a connection that breaks over ${wire} is sent for again`, async (t) => {
    const err = await caught(transport({ baseUrl: await serve(t, (req) => req.socket.destroy()) }));
    assert.deepEqual([fromError(err).answered, retry(3)(0, err)], [false, true]);
  });

  test(`what a client made itself over ${wire} is not sent again`, async (t) => {
    const baseUrl = await serve(t, () => assert.fail("called"));
    const refuses = () => () => {
      throw new ConnectError("no token", Code.Unauthenticated);
    };
    const local = await caught(transport({ baseUrl, interceptors: [refuses] }));
    assert.deepEqual([fromError(local).answered, retry(3)(0, local)], [false, false]);
    const breaks = (next) => (req) => next({ ...req, message: undefined });
    const encode = await caught(transport({ baseUrl, interceptors: [breaks] }));
    assert.deepEqual([fromError(encode).answered, retry(3)(0, encode)], [false, false], encode.message);
    const aborted = await caught(transport({ baseUrl }), { signal: AbortSignal.abort() });
    assert.deepEqual([fromError(aborted).answered, retry(3)(0, aborted)], [false, false]);
  });
}
