const res = await fetch("/api/folders/f-17", { headers });
if (!res.ok) {
  const { error_message, details } = await res.json();
  // details is null if the error adds nothing.
  const id = details?.metadata?.folderId ?? "";
  show(`${error_message} ${id}`);
}
