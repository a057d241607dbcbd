// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Calls what does not answer by the newest Connect that runs on Node 20, which does not mark errors off the wire yet.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { EmptySchema, file_google_protobuf_empty } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { fromError, retry } from "@errpact/errors";

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

const transports = {
  Connect: (baseUrl, httpVersion) => createConnectTransport({ baseUrl, httpVersion }),
  "gRPC-Web": (baseUrl, httpVersion) => createGrpcWebTransport({ baseUrl, httpVersion }),
  gRPC: (baseUrl) => createGrpcTransport({ baseUrl }),
};

/** Returns the error of a call. */
const caught = (transport) =>
  createClient(service, transport)
    .get({})
    .then(() => assert.fail("answered"), fromError);

/** Listens on any port. */
async function listen(onConnection) {
  const server = createServer(onConnection).listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return { server, address: `127.0.0.1:${server.address().port}` };
}

for (const [wire, transport] of Object.entries(transports)) {
  for (const version of wire === "gRPC" ? ["2"] : ["1.1", "2"]) {
    const name = `over ${wire} on HTTP/${version}`;

    test(`a closed port did not answer ${name}`, async () => {
      // A client's end of a connection: the port of a server that was closed may be another's in the next moment.
      const { server } = await listen();
      const client = connect(server.address().port, "127.0.0.1");
      await once(client, "connect");
      const e = await caught(transport(`http://127.0.0.1:${client.localPort}`, version));
      client.destroy();
      server.close();
      assert.deepEqual([e.answered, e.connectCode, e.inferred], [false, 14, true], e.message);
      assert.equal(retry(3)(0, e), true);
    });

    test(`an unknown host did not answer ${name}`, async () => {
      const e = await caught(transport("http://nobody.invalid", version));
      assert.deepEqual([e.answered, e.connectCode, e.inferred], [false, 14, true], e.message);
    });

    test(`a connection that breaks, or is no TLS, did not answer ${name}`, async () => {
      const ends = { http: (socket) => socket.resetAndDestroy(), https: (socket) => socket.end("no TLS\n") };
      for (const [scheme, end] of Object.entries(ends)) {
        const { server, address } = await listen((socket) =>
          socket.on("error", () => {}).once("data", () => end(socket)),
        );
        const e = await caught(transport(`${scheme}://${address}`, version));
        assert.deepEqual([e.answered, e.inferred], [false, true], `${scheme}: ${e.message}`);
        // Over HTTP/2, Connect takes it for a cancellation.
        if (scheme === "http" && version === "1.1") assert.equal(retry(3)(0, e), true, e.message);
        server.close();
      }
    });
  }
}

for (const [wire, transport] of Object.entries(transports)) {
  test(`a proxy's errors over ${wire} are answers`, async () => {
    for (const status of [401, 403, 404, 413, 429, 503]) {
      const sockets = [];
      const server = (wire === "gRPC" ? createHttp2Server : createHttpServer)((_, res) =>
        res.writeHead(status, { "Content-Type": "text/html" }).end("<h1>no</h1>"),
      ).listen(0, "127.0.0.1");
      // The client would keep its connection open.
      server.on("connection", (socket) => sockets.push(socket));
      await once(server, "listening");
      const e = await caught(transport(`http://127.0.0.1:${server.address().port}`, "1.1"));
      assert.deepEqual([e.answered, e.inferred, e.reason], [true, true, ""], e.message);
      assert.equal(retry(3)(0, e), status === 429 || status === 503, e.message);
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
}
