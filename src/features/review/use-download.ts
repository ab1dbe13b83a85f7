import { api } from "@convex/_generated/api";
import type { Attachment } from "@convex/shared/attachments/attachments";
import { useConvex } from "convex/react";
import { useRef, useState } from "react";
import type { Explanation } from "@/lib/errors";
import { explainSaid } from "@/lib/said";
import { useLatestToken } from "@/lib/use-latest-token";
import { fetchFile } from "./fetch-file";

/** Where a download stands. */
export type DownloadState = { kind: "idle" } | { kind: "pending" } | { kind: "failed"; error: Explanation };

/** Long enough for any browser to have taken the bytes from an object URL. */
const KEEP_URL_MS = 60_000;

/** Downloads one file of a request under its name, one time at a time. Answers where that stands and what begins it. */
export function useDownload(file: Attachment): [DownloadState, () => void] {
  const convex = useConvex();
  const token = useLatestToken();
  const busy = useRef(false);
  const [state, setState] = useState<DownloadState>({ kind: "idle" });

  const run = async (): Promise<DownloadState> => {
    try {
      const address = await convex.query(api.attachments.address, {});
      // Not there over plain HTTP from another machine, whatever its type says.
      const subtle = (crypto as Partial<Crypto>).subtle ?? null;
      save(await fetchFile({ address, token: token(), fetch: (...asked) => fetch(...asked), subtle }, file), file.name);
      return { kind: "idle" };
    } catch (caught) {
      return { kind: "failed", error: explainSaid("The file was not downloaded", caught) };
    }
  };
  const begin = () => {
    if (busy.current) return;
    busy.current = true;
    setState({ kind: "pending" });
    void run().then((after) => {
      busy.current = false;
      setState(after);
    });
  };
  return [state, begin];
}

function save(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
}
