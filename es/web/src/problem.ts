// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { type ErrpactError, fieldErrors, fromError, retryDelay, retryOf } from "@errpact/errors";
import { AuthExpired, AuthInvalid, AuthNotProvided, codes } from "@errpact/errors/builtin";
import { disable, h, mark, unmark } from "./dom.js";
import { signIn } from "./signin.js";
import { messageOf, texts } from "./texts.js";

/** A call that may fail, and where to say so. */
export interface Attempt {
  /** Shows the error, in place of the last one. The next attempt here takes the place over, and ends this one. */
  readonly place: HTMLElement;
  /** Makes the call. The signal ends it as soon as nobody waits for the answer. */
  call(signal: AbortSignal): Promise<void>;
  /** Has the inputs that the error's fields are about. */
  readonly form?: HTMLFormElement;
  /** Starts the attempt, and is disabled until it has ended: for calls that must not be made twice at once. */
  readonly button?: HTMLButtonElement;
  /** Says that another call does no harm, so that nobody has to ask for it. */
  readonly idempotent?: boolean;
  /** Ends the attempt. Without it, only the next one in the same place does. */
  readonly until?: AbortSignal;
}

const automatic = 3;
/** A call that went well for so many milliseconds, as streams do, starts the count of failures anew. */
const steady = 60_000;

const attempts = new WeakMap<HTMLElement, AbortController>();

/** Makes a call. If it fails, it shows why, and what can be done about it. */
export async function attempt(a: Attempt, failures = 0): Promise<void> {
  attempts.get(a.place)?.abort();
  const own = new AbortController();
  attempts.set(a.place, own);
  const signal = a.until ? AbortSignal.any([a.until, own.signal]) : own.signal;
  a.place.replaceChildren();
  if (a.form) unmark(a.form);
  const enable = a.button && disable(a.button);
  const start = Date.now();
  try {
    await a.call(signal);
  } catch (err) {
    if (!signal.aborted) await failed(a, signal, err, Date.now() - start < steady ? failures : 0);
  } finally {
    enable?.();
  }
}

async function failed(a: Attempt, signal: AbortSignal, err: unknown, failures: number): Promise<void> {
  const e = fromError(err, { codes });
  if (!e) {
    a.place.replaceChildren(h("div", { className: "problem", role: "alert" }, texts.broken));
    throw err;
  }
  if (![AuthNotProvided, AuthInvalid, AuthExpired].some((code) => code.is(e))) return show(a, signal, e, failures);
  await signIn(e);
  if (!signal.aborted) await attempt(a);
}

function show(a: Attempt, signal: AbortSignal, e: ErrpactError, failures: number): void {
  const { form } = a;
  const fields = Object.entries(fieldErrors(e));
  const others = fields.filter(([name, message]) => !form || !mark(form, name, message));
  form?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  a.place.replaceChildren(
    h(
      "div",
      { className: `problem ${e.httpStatus < 500 && e.answered ? "caller" : "server"}` },
      // Screen readers read all of an alert again when a part of it changes, so buttons that change stay outside.
      h(
        "div",
        { role: "alert" },
        h("p", { className: "message" }, messageOf(e)),
        fields.length > others.length && h("p", {}, texts.check),
        ...others.map(([name, message]) => h("p", {}, h("code", {}, name), ` ${message}`)),
      ),
      ...Object.entries(e.metadata ?? {}).map(([name, value]) => h("p", {}, h("code", {}, name), ` ${value}`)),
      e.answered && h("p", {}, explanation(e)),
      e.requestId !== undefined && requestId(e.requestId),
      again(a, signal, e, failures),
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

/** Offers another try, if the error says that it can help, and not before the error says so. */
function again(a: Attempt, signal: AbortSignal, e: ErrpactError, failures: number): HTMLElement | undefined {
  if (e.answered && retryOf(e).calls === "none") return undefined;
  const button = h("button", { type: "button", className: "again", disabled: true });
  button.addEventListener("click", () => attempt(a, failures + 1));
  const due = Date.now() + retryDelay(failures, e);
  const tick = (): void => {
    const seconds = Math.ceil((due - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = seconds > 0 ? texts.againIn(seconds) : texts.again;
    if (seconds > 0) return;
    clearInterval(timer);
    if (a.idempotent && failures < automatic) button.click();
  };
  const timer = setInterval(tick, 200);
  signal.addEventListener("abort", () => clearInterval(timer));
  tick();
  return button;
}
