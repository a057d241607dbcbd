// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// The page's script: Connect's own client for browsers.
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";

import { makeAll } from "./calls.mjs";
import { byErrpact } from "./typed.mjs";

const create = { connect: createConnectTransport, "grpc-web": createGrpcWebTransport };

globalThis.makeCalls = (calls) =>
  makeAll(calls, ({ base, protocol, json, get }) => create[protocol]({ baseUrl: base, useBinaryFormat: !json, useHttpGet: get }), byErrpact);
