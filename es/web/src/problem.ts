// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { type ErrpactError, fieldErrors, fromError, retryDelay, retryOf } from "@errpact/errors";
import { AuthExpired, AuthInvalid, AuthNotProvided, codes } from "@errpact/errors/builtin";
import { h, mark, unmark } from "./dom.js";
import { signIn } from "./signin.js";
import { messageOf, texts } from "./texts.js";

/** A call that may fail, and where to say so. */
export interface Attempt {
  /** Shows the error, in place of the last one. */
  readonly place: HTMLElement;
  call(): Promise<void>;
  /** Has the inputs that the error's fields are about. */
  readonly form?: HTMLFormElement;
  /** Says that another call does no harm, so that nobody has to ask for it. */
  readonly idempotent?: boolean;
  /** Says whether the answer is of interest still; by default it is. */
  current?(): boolean;
}

const automatic = 3;

/** Makes a call. If it fails, it shows why, and what can be done about it. */
export async function attempt(a: Attempt, failures = 0): Promise<void> {
  stop(a.place);
  if (a.form) unmark(a.form);
  try {
    await a.call();
  } catch (err) {
    if (a.current && !a.current()) return;
    const e = fromError(err, { codes });
    if (!e) {
      a.place.replaceChildren(h("div", { className: "problem", role: "alert" }, texts.broken));
      throw err;
    }
    if ([AuthNotProvided, AuthInvalid, AuthExpired].some((code) => code.is(e))) {
      await signIn(e);
      return attempt(a);
    }
    show(a, e, failures);
  }
}

function show(a: Attempt, e: ErrpactError, failures: number): void {
  const { form } = a;
  const fields = Object.entries(fieldErrors(e));
  const others = fields.filter(([name, message]) => !form || !mark(form, name, message));
  form?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  a.place.replaceChildren(
    h(
      "div",
      { className: `problem ${e.httpStatus < 500 && e.answered ? "caller" : "server"}`, role: "alert" },
      h("p", { className: "message" }, messageOf(e)),
      fields.length > others.length && h("p", {}, texts.check),
      ...others.map(([name, message]) => h("p", {}, h("code", {}, name), ` ${message}`)),
      ...Object.entries(e.metadata ?? {}).map(([name, value]) => h("p", {}, h("code", {}, name), ` ${value}`)),
      e.answered && h("p", {}, explanation(e)),
      e.requestId !== undefined && requestId(e.requestId),
      again(a, e, failures),
    ),
  );
}

/** Links to the error's entry on the page of the catalogue. */
function explanation({ code, number, reason }: ErrpactError): HTMLElement {
  const href = code ? `/errors#${code.name}${reason && `.${reason}`}` : "/errors";
  const entry = `${number} ${code?.shortName ?? ""}`;
  return h("a", { href, target: "_blank", title: texts.explain }, entry, h("wbr"), reason && `/${reason}`);
}

function requestId(id: string): HTMLElement {
  const copy = h("button", { type: "button", className: "copy" }, texts.copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(id);
    copy.textContent = texts.copied;
  });
  return h("p", {}, `${texts.requestId} `, h("code", { className: "request-id" }, id), " ", copy);
}

const countdowns = new WeakMap<HTMLElement, number>();

function stop(place: HTMLElement): void {
  clearInterval(countdowns.get(place));
  place.replaceChildren();
}

/** Offers another try, if the error says that it can help, and not before the error says so. */
function again(a: Attempt, e: ErrpactError, failures: number): HTMLElement | undefined {
  if (e.answered && retryOf(e).calls === "none") return undefined;
  const button = h("button", { type: "button", className: "again", disabled: true });
  button.addEventListener("click", () => attempt(a, failures + 1));
  const due = Date.now() + retryDelay(failures, e);
  const tick = (): void => {
    const seconds = Math.ceil((due - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? texts.againIn(seconds) : texts.again;
    if (seconds > 0) return;
    clearInterval(countdowns.get(a.place));
    if (a.idempotent && failures < automatic) button.click();
  };
  countdowns.set(a.place, setInterval(tick, 200));
  tick();
  return button;
}
