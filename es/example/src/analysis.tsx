// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import { useMutation } from "@connectrpc/connect-query";
import { fieldErrors, fromError } from "@errpact/errors";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { FolderService } from "../../web/src/pb/capsule/v1/folder_service_pb.js";

/** Starts an analysis. What is wrong with a field is said there, and the rest below. */
export function AnalysisForm({ folderId }: { readonly folderId: string }): ReactNode {
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { type: "" } });
  const start = useMutation(FolderService.method.startAnalysis, {
    onError: (err) => {
      const fields = Object.entries(fieldErrors(err));
      for (const [path, message] of fields) setError(path as "type", { message });
      if (fields.length === 0) setError("root", { message: fromError(err)?.message ?? "This page has a bug." });
    },
  });
  const { type, root } = formState.errors;
  return (
    <form onSubmit={handleSubmit((values) => start.mutate({ folderId, ...values }))}>
      <input {...register("type")} aria-invalid={!!type} />
      <p id="type-error">{type?.message}</p>
      <button type="submit">Analyse</button>
      <p id="form-error">{root?.message}</p>
    </form>
  );
}
