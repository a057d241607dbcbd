// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { FolderService } from "./pb/capsule/v1/folder_service_pb.js";

const key = "capsule-token";

/** The access token, for as long as the tab is open; empty if nobody has signed in. */
export const session: { token: string } = {
  get token() {
    return sessionStorage.getItem(key) ?? "";
  },
  set token(token) {
    sessionStorage.setItem(key, token);
  },
};

const authorize: Interceptor = (next) => (request) => {
  if (session.token) request.header.set("Authorization", `Bearer ${session.token}`);
  return next(request);
};

/** The service of this page's server. Nothing is installed for errors: they are read where they are caught. */
export const folderService = createClient(
  FolderService,
  createConnectTransport({ baseUrl: location.origin, interceptors: [authorize] }),
);
