// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { TransportProvider } from "@connectrpc/connect-query";
import { createConnectTransport } from "@connectrpc/connect-web";
import { retry, retryDelay } from "@errpact/errors";
import { QueryClient, QueryClientProvider, QueryErrorResetBoundary } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { AnalysisForm } from "./analysis.js";
import { Boundary } from "./boundary.js";
import { Folders } from "./folders.js";

const query = new URLSearchParams(location.search);
let token = query.get("token") ?? "";

const transport = createConnectTransport({
  baseUrl: query.get("server") ?? "http://127.0.0.1:8080",
  interceptors: [
    (next) => (request) => {
      request.header.set("Authorization", `Bearer ${token}`);
      return next(request);
    },
  ],
});

// Queries are repeated if the error says that it can help, and when it says so.
const client = new QueryClient({ defaultOptions: { queries: { retry: retry(3), retryDelay } } });

function signIn(): void {
  token = "demo-admin";
}

createRoot(document.body.appendChild(document.createElement("main"))).render(
  <TransportProvider transport={transport}>
    <QueryClientProvider client={client}>
      <QueryErrorResetBoundary>
        {({ reset }) => (
          <Boundary reset={reset} signIn={signIn}>
            <Folders />
            <AnalysisForm folderId="f-17" />
          </Boundary>
        )}
      </QueryErrorResetBoundary>
    </QueryClientProvider>
  </TransportProvider>,
);
