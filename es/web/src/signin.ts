// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { ErrpactError } from "@errpact/errors";
import { session } from "./api.js";
import { field, h, onSubmit } from "./dom.js";
import { messageOf, texts } from "./texts.js";

const demoTokens = ["demo-admin", "demo-operator", "demo-expired"];

let open: Promise<void> | undefined;

/** Asks for an access token because of an error, once for all calls that need one. */
export function signIn(e: ErrpactError): Promise<void> {
  open ??= ask(e).finally(() => {
    open = undefined;
  });
  return open;
}

/** Has an event "change" whenever the token is another. */
export const signedIn = new EventTarget();

/** Forgets the token. */
export function signOut(): void {
  session.token = "";
  signedIn.dispatchEvent(new Event("change"));
}

function ask(e: ErrpactError): Promise<void> {
  const refused = session.token;
  signOut();
  const input = h("input", { name: "token", value: refused, autocomplete: "off", required: true });
  const form = h(
    "form",
    {},
    field(texts.token, input),
    h("button", { type: "submit", className: "primary" }, texts.signIn),
    h("p", { className: "soft" }, texts.tokens),
    h("div", { className: "row" }, ...demoTokens.map(demoToken)),
  );
  const dialog = h(
    "dialog",
    {},
    h("h2", {}, texts.signIn),
    h("p", { className: "message", role: "alert" }, messageOf(e)),
    form,
  );
  // Whatever closes it, Escape or a gesture: the calls wait for an answer.
  dialog.addEventListener("close", () => dialog.showModal());
  document.body.append(dialog);
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    onSubmit(form, (values) => {
      session.token = String(values.get("token")).trim();
      dialog.remove();
      signedIn.dispatchEvent(new Event("change"));
      resolve();
    });
  });

  function demoToken(token: string): HTMLElement {
    const button = h("button", { type: "submit" }, token);
    button.addEventListener("click", () => {
      input.value = token;
    });
    return button;
  }
}
