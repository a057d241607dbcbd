const res = await fetch("/api/folders/f-17", { headers });
if (!res.ok) {
  const { error_message, details } = await res.json();
  show(`${error_message}: ${details.metadata.folderId}`);
}
