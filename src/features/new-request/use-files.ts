import { api } from "@convex/_generated/api";
import { useConvex } from "convex/react";
import { useEffect, useState } from "react";
import { explainSaid } from "@/lib/said";
import { useLatestToken } from "@/lib/use-latest-token";
import { createFileQueue, type FileQueue } from "./file-queue";
import { type ChosenFile, decodeFiles, encodeFiles } from "./files";
import { sendFile } from "./send-file";

/** The files of the form and what can be done with them. */
export type Files = { files: readonly ChosenFile[]; queue: FileQueue };

/**
 * The form's files, sent to the desk as soon as they are chosen and kept in this tab until they are submitted, as the form's
 * text is (`use-kept-form.ts`).
 */
export function useFiles(personId: string): Files {
  const key = `countersign.newRequest.files.${personId}`;
  const convex = useConvex();
  const token = useLatestToken();
  const [files, setFiles] = useState<ChosenFile[]>(() => decodeFiles(read(key)));
  const [queue] = useState(() =>
    createFileQueue({
      files,
      send: async (file, name, onPart, signal) => {
        const address = await convex.query(api.attachments.address, {});
        return await sendFile({ address, token: token(), file, name, onPart, signal });
      },
      words: (caught) => explainSaid("", caught).message,
      onChange: (next) => {
        write(key, next);
        setFiles(next);
      },
    }),
  );
  useEffect(() => {
    queue.start();
    return queue.stop;
  }, [queue]);
  return { files, queue };
}

function write(key: string, files: readonly ChosenFile[]): void {
  try {
    if (files.length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, encodeFiles(files));
  } catch {
    // No storage: the files stay in memory.
  }
}

function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
