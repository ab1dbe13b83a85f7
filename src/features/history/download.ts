import type { ExportFormat } from "@convex/shared/history/exporting";
import { refusalText } from "@/lib/said";

/** What a download is made with: the desk's calls, the person's token of this moment, and where the bytes go. */
export interface DownloadTools {
  /** Begins the export; answers its id and where its parts are. */
  begin: () => Promise<{ exportId: string; url: string }>;
  /** How far the export has come, or null where the desk does not know it (any more). */
  progress: (exportId: string) => Promise<{ rows: number; done: boolean } | null>;
  token: () => string | null;
  /** Takes one part, in order. */
  write: (part: Blob) => Promise<void>;
  /** Called after each part with the rows so far. */
  onProgress: (rows: number) => void;
  signal: AbortSignal;
  fetch: typeof fetch;
}

/** Tries of one part before a download fails: a part that was broken off is made again from where it began. */
const TRIES = 3;

/**
 * Fetches an export part after part, so that no more than one is in memory here, and answers how many rows it has.
 *
 * @throws Error with a sentence for the screen; an AbortError where the signal ended it
 */
export async function download(tools: DownloadTools): Promise<number> {
  const { exportId, url } = await tools.begin();
  for (let part = 1; ; part += 1) {
    await tools.write(await partOf(tools, `${url}?export=${encodeURIComponent(exportId)}&part=${part}`));
    const state = await tools.progress(exportId);
    if (state === null) throw new Error("The desk does not know this export any more. Begin it again.");
    tools.onProgress(state.rows);
    if (state.done) return state.rows;
  }
}

async function partOf({ fetch, token, signal }: DownloadTools, url: string): Promise<Blob> {
  for (let tried = 1; ; tried += 1) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token() ?? ""}` },
        signal,
        cache: "no-store",
      });
      if (response.ok) return await response.blob();
      throw new Refused(refusalText(response.status, await response.text().catch(() => "")));
    } catch (error) {
      if (signal.aborted || error instanceof Refused) throw error;
      if (tried === TRIES)
        throw new Error("The connection broke off. Nothing at the desk was changed. Try again.", { cause: error });
    }
  }
}

/** The desk said no, and why: asking again changes nothing. */
class Refused extends Error {}

/** What the file of an export is called: "countersign-events-2026-11-21.csv". */
export function fileName(of: "events" | "requests", format: ExportFormat, now: Date): string {
  return `countersign-${of}-${now.toISOString().slice(0, 10)}.${format}`;
}
