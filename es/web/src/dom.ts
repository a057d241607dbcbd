// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

type Child = Node | string | undefined | false;

/** Makes an element. Its text is never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], "style" | "dataset">> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** Calls with what a form has, and keeps the browser from sending it. */
export function onSubmit(form: HTMLFormElement, call: (values: FormData) => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    call(new FormData(form));
  });
}

/** Makes an input with its label, and a place for what is wrong with it. */
export function field(label: string, input: HTMLInputElement | HTMLSelectElement): HTMLElement {
  input.id = `field-${input.name}`;
  const wrong = h("p", { id: `${input.id}-error`, className: "wrong" });
  input.setAttribute("aria-describedby", wrong.id);
  return h("div", { className: "field" }, h("label", { htmlFor: input.id }, label), input, wrong);
}

/** Shows a message at the input of a name, or reports that there is none. An empty message takes the last one away. */
export function mark(form: HTMLFormElement, name: string, message: string): boolean {
  const input = form.elements.namedItem(name);
  // The form may have left the page, and another have come with the same ids.
  const wrong = input instanceof HTMLElement && input.parentElement?.querySelector(".wrong");
  if (!wrong) return false;
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  wrong.textContent = message;
  return true;
}

/** Takes away all that mark has shown. */
export function unmark(form: HTMLFormElement): void {
  for (const input of form.elements) {
    if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) mark(form, input.name, "");
  }
}

/** Disables a button, and returns how to enable it again, with the focus if it had it. */
export function disable(button: HTMLButtonElement): () => void {
  const focused = document.activeElement === button;
  button.disabled = true;
  return () => {
    button.disabled = false;
    if (focused && document.activeElement === document.body) button.focus({ preventScroll: true });
  };
}
