// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { useQuery } from "@connectrpc/connect-query";
import { NotExist } from "@errpact/errors/builtin";
import type { ReactNode } from "react";
import { FolderService } from "../../web/src/pb/capsule/v1/folder_service_pb.js";

/** Lists folders, and shows one. An error that it does not expect is the boundary's. */
export function Folders(): ReactNode {
  const list = useQuery(FolderService.method.listFolders, {}, { throwOnError: true });
  const one = useQuery(
    FolderService.method.getFolder,
    { folderId: "f-17" },
    { throwOnError: (err) => !NotExist.is(err) },
  );
  return (
    <section>
      <p id="folders">{list.data ? `${list.data.folders.length} folders` : "…"}</p>
      <p id="folder">{NotExist.of(one.error)?.metadata?.folderId}</p>
    </section>
  );
}
