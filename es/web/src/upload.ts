// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { folderService } from "./api.js";
import { type Fault, faults, pack } from "./container.js";
import { field, h, onSubmit } from "./dom.js";
import { attempt } from "./problem.js";
import { texts } from "./texts.js";

/** The form that packs media into a container and uploads it. */
export function uploadForm(uploaded: (folderId: string) => void): HTMLElement {
  const options = faults.map((fault) => h("option", { value: fault }, texts.faults[fault]));
  const button = h("button", { type: "submit", className: "primary" }, texts.upload);
  const form = h(
    "form",
    { noValidate: true },
    field(texts.files, h("input", { type: "file", name: "media", multiple: true })),
    field(texts.fault, h("select", { name: "fault" }, ...options)),
    button,
  );
  const place = h("div");
  onSubmit(form, (values) => {
    attempt({
      place,
      form,
      button,
      call: async () => {
        const folderId = await upload(values.getAll("media"), values.get("fault") as Fault);
        form.reset();
        place.replaceChildren(h("p", { className: "done", role: "status" }, texts.uploaded));
        uploaded(folderId);
      },
    });
  });
  return h("section", { className: "card" }, h("h2", {}, texts.upload), form, place);
}

async function upload(chosen: readonly FormDataEntryValue[], fault: Fault): Promise<string> {
  const files = chosen.filter((file) => file instanceof File && file.name !== "") as File[];
  const media = await Promise.all(
    files.map(async (file) => ({ name: `media/${file.name}`, data: new Uint8Array(await file.arrayBuffer()) })),
  );
  const { sessionToken } = await folderService.issueSessionToken({});
  const data = await pack(media, sessionToken, fault);
  const container = fault === "nothing" ? undefined : { contentType: "application/octet-stream", data };
  const { folder } = await folderService.createFolder({ container });
  return folder?.folderId ?? "";
}
