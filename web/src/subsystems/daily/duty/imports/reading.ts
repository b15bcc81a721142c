/** The server takes no larger file. */
export const TEXT_BYTES_MAX = 4 * 1024 * 1024;

/** What a file says, or why it cannot be sent. */
export type Read = { text: string } | { fault: "not_text" | "too_large" };

/** Reads a file as the text in UTF-8 that the server takes; a byte order mark is no part of it. */
export async function readText(file: Blob): Promise<Read> {
  if (file.size > TEXT_BYTES_MAX) return { fault: "too_large" };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return { text };
  } catch {
    return { fault: "not_text" };
  }
}
