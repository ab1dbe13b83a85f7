import type { Attachment } from "@convex/shared/attachments/attachments";
import { digitsOf } from "@convex/shared/digest";
import { refusalText, Said } from "@/lib/said";

/** What a file is fetched with: where files come from, the person's token, and what computes digests (null without one). */
export interface FetchTools {
  address: string;
  token: string | null;
  fetch: typeof fetch;
  /** Missing where the page did not come over HTTPS or from this machine. */
  subtle: Pick<SubtleCrypto, "digest"> | null;
}

/**
 * Fetches a file of a request and answers its bytes once they are shown to be those that were attached: by their digest, or
 * by their number alone where the browser computes none.
 *
 * @throws Said what went wrong
 */
export async function fetchFile({ address, token, fetch, subtle }: FetchTools, file: Attachment): Promise<Blob> {
  const bytes = await bytesFrom(fetch, `${address}?id=${encodeURIComponent(file.attachmentId)}`, token);
  const same = bytes.byteLength === file.size && (subtle === null || (await digest(subtle, bytes)) === file.digest);
  if (!same) {
    throw new Said(
      "What came is not the file that was attached, so it was not saved. Nothing at the desk was changed. Tell an admin.",
    );
  }
  // No type of its own: whatever it is, it is saved and not opened.
  return new Blob([bytes], { type: "application/octet-stream" });
}

async function bytesFrom(fetch: FetchTools["fetch"], url: string, token: string | null): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token ?? ""}` }, cache: "no-store" });
    if (response.ok) return await response.arrayBuffer();
    throw new Said(refusalText(response.status, await response.text()));
  } catch (error) {
    if (error instanceof Said) throw error;
    throw new Said("The connection broke off, so nothing was saved. Nothing at the desk was changed. Try again.", {
      cause: error,
    });
  }
}

async function digest(subtle: Pick<SubtleCrypto, "digest">, bytes: ArrayBuffer): Promise<string> {
  return digitsOf(new Uint8Array(await subtle.digest("SHA-256", bytes)));
}
