// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { useMutation } from "@connectrpc/connect-query";
import { fieldErrors, fromError } from "@errpact/errors";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { FolderService } from "../../web/src/pb/capsule/v1/folder_service_pb.js";

/** Starts an analysis. A field's error is shown at its input, and everything else below. */
export function AnalysisForm({ folderId }: { readonly folderId: string }): ReactNode {
  const { register, handleSubmit, setError, getValues, formState } = useForm({ defaultValues: { type: "" } });
  const start = useMutation(FolderService.method.startAnalysis, {
    onError: (err) => {
      const e = fromError(err);
      let message = e?.localizedMessage ?? e?.message ?? "This page has a bug.";
      for (const [path, wrong] of Object.entries(fieldErrors(err))) {
        // An error at a path without an input is never shown, and keeps handleSubmit from calling until it is cleared.
        if (getValues(path as "type") !== undefined) setError(path as "type", { message: wrong });
        else message += `: ${path} ${wrong}`;
      }
      setError("root.server", { message });
    },
  });
  const { type, root } = formState.errors;
  return (
    <form onSubmit={handleSubmit((values) => start.mutate({ folderId, ...values }))}>
      <input {...register("type")} aria-invalid={!!type} />
      <p id="type-error">{type?.message}</p>
      <button type="submit">Analyse</button>
      <p id="form-error">{root?.server?.message}</p>
    </form>
  );
}
