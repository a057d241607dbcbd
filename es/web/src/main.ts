// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { folderService, session } from "./api.js";
import { field, h, onSubmit } from "./dom.js";
import { showFolder, showNoFolder, timeText } from "./folder.js";
import type { FolderSummary } from "./pb/capsule/v1/folder_service_pb.js";
import { attempt } from "./problem.js";
import { signedIn, signOut } from "./signin.js";
import { language, texts } from "./texts.js";
import { uploadForm } from "./upload.js";

const list = h("ul", { className: "folders" });
const problem = h("div");
const folder = h("section", { className: "card folder" });
const page = h(
  "form",
  { className: "line", noValidate: true },
  field(texts.limit, h("input", { name: "limit", type: "number", value: "20" })),
  field(texts.offset, h("input", { name: "offset", type: "number", value: "0" })),
  h("button", { type: "submit" }, texts.show),
);

function refresh(): void {
  const values = new FormData(page);
  attempt({
    place: problem,
    form: page,
    idempotent: true,
    call: async (signal) => {
      const request = { limit: Number(values.get("limit")), offset: Number(values.get("offset")) };
      const { folders } = await folderService.listFolders(request, { signal });
      const none = h("li", { className: "soft" }, texts.noFolders);
      list.replaceChildren(...(folders.length ? folders.map(row) : [none]));
    },
  });
}

function row({ folderId, createTime, mediaCount }: FolderSummary): HTMLElement {
  const about = h("span", { className: "soft" }, `${texts.media(mediaCount)} · ${timeText(createTime)}`);
  const button = h("button", { type: "button" }, h("span", { className: "id" }, folderId), about);
  button.addEventListener("click", () => open(folderId));
  return h("li", {}, button);
}

function open(folderId: string): void {
  showFolder(folder, folderId, refresh);
  folder.scrollIntoView({ behavior: "smooth", block: "nearest" });
}

const who = h("code");
const out = h("button", { type: "button" }, texts.signOut);
out.addEventListener("click", () => {
  signOut();
  // The page still has the user's folder, a stream with the user's token, and calls whose answers are to come.
  location.reload();
});
const account = h("p", { className: "account" }, h("span", { className: "soft" }, `${texts.signedInAs} `, who), out);
const showAccount = (): void => {
  who.textContent = session.token;
  account.hidden = session.token === "";
};
signedIn.addEventListener("change", showAccount);

onSubmit(page, refresh);
document.documentElement.lang = language;
document.querySelector("header")?.append(h("nav", {}, account, h("a", { href: "/errors" }, texts.catalogue)));
document.querySelector("main")?.replaceChildren(
  h(
    "div",
    { className: "side" },
    h("section", { className: "card" }, h("h2", {}, texts.folders), page, problem, list),
    uploadForm((folderId) => {
      refresh();
      open(folderId);
    }),
  ),
  folder,
);
showAccount();
showNoFolder(folder);
refresh();
