// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { folderService } from "./api.js";
import { field, h, onSubmit } from "./dom.js";
import type { Folder } from "./pb/capsule/v1/folder_service_pb.js";
import { attempt } from "./problem.js";
import { language, texts } from "./texts.js";

/** Writes a time as readers of the language do. */
export function timeText(time: Timestamp | undefined): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return time ? format.format(timestampDate(time)) : "";
}

let watch = new AbortController();

/** Shows one folder in place, and follows its analyses until another is shown. */
export function showFolder(place: HTMLElement, folderId: string, deleted: () => void): void {
  watch.abort();
  const { signal: until } = (watch = new AbortController());
  const problem = h("div");
  place.replaceChildren(problem);
  attempt({
    place: problem,
    idempotent: true,
    until,
    call: async (signal) => {
      const { folder } = await folderService.getFolder({ folderId }, { signal });
      const gone = (): void => {
        if (!until.aborted) showNoFolder(place);
        deleted();
      };
      if (folder) place.replaceChildren(...contents(folder, until, gone));
    },
  });
}

/** Asks for the choice of a folder in place of the one that is shown. */
export function showNoFolder(place: HTMLElement): void {
  watch.abort();
  place.replaceChildren(h("p", { className: "soft" }, texts.choose));
}

function contents(folder: Folder, until: AbortSignal, deleted: () => void): HTMLElement[] {
  const rows = folder.media.map(({ name, sizeBytes }) =>
    h("tr", {}, h("td", {}, name), h("td", { className: "number" }, sizeBytes.toLocaleString(language))),
  );
  return [
    h("h2", { className: "id" }, folder.folderId),
    h("p", { className: "soft" }, `${texts.created} ${timeText(folder.createTime)}`),
    h("table", {}, h("tr", {}, h("th", {}, texts.file), h("th", { className: "number" }, texts.bytes)), ...rows),
    h("details", {}, h("summary", {}, texts.payload), h("pre", {}, JSON.stringify(folder.payload, undefined, 2))),
    h("h3", {}, texts.analyses),
    analyses(folder.folderId, until),
    analysisForm(folder.folderId),
    remove(folder.folderId, deleted),
  ];
}

/** Lists the analyses, and adds those that come. The stream's errors are shown below. */
function analyses(folderId: string, until: AbortSignal): HTMLElement {
  const list = h("ul", { className: "analyses" });
  const problem = h("div");
  attempt({
    place: problem,
    idempotent: true,
    until,
    call: async (signal) => {
      list.replaceChildren(h("li", { className: "soft none" }, texts.noAnalyses));
      for await (const { analysis } of folderService.watchAnalyses({ folderId, follow: true }, { signal })) {
        list.querySelector(".none")?.remove();
        list.append(
          h("li", {}, `${analysis?.type} `, h("span", { className: "soft" }, timeText(analysis?.createTime))),
        );
      }
    },
  });
  return h("div", {}, list, problem);
}

function analysisForm(folderId: string): HTMLElement {
  const type = h("input", { name: "type", value: "QUALITY", autocomplete: "off" });
  type.setAttribute("list", "types");
  const types = h("datalist", { id: "types" }, h("option", { value: "QUALITY" }), h("option", { value: "DOCUMENTS" }));
  const submit = h("button", { type: "submit" }, texts.analyse);
  const form = h("form", { className: "line", noValidate: true }, field(texts.type, type), types, submit);
  const place = h("div");
  onSubmit(form, (values) => {
    attempt({
      place,
      form,
      button: submit,
      call: async () => void (await folderService.startAnalysis({ folderId, type: String(values.get("type")) })),
    });
  });
  return h("div", { className: "analysis" }, form, place);
}

function remove(folderId: string, deleted: () => void): HTMLElement {
  const button = h("button", { type: "button", className: "remove" }, texts.remove);
  const place = h("div");
  button.addEventListener("click", () => {
    attempt({
      place,
      button,
      call: async () => {
        await folderService.deleteFolder({ folderId });
        deleted();
      },
    });
  });
  return h("div", {}, button, place);
}
