import type { Attachment } from "@convex/shared/attachments/attachments";
import { newSubmissionKey } from "@/lib/submission-key";
import { type ChosenFile, choose, type FileState } from "./files";

/** What the queue sends with and tells of its changes. */
export interface QueueTools {
  files: ChosenFile[];
  /** Sends one file; rejects when `signal` ends it, or for a reason that `words` puts into a sentence. */
  send: (file: File, name: string, onPart: (part: number) => void, signal: AbortSignal) => Promise<Attachment>;
  words: (caught: unknown) => string;
  /** Called with all files after each change. */
  onChange: (files: ChosenFile[]) => void;
}

/** The files of the form. They are sent one after the other, so that the request has them in the order they were chosen in. */
export interface FileQueue {
  /** Adds files and begins to send them; answers a sentence where there was no room for all. */
  add: (files: readonly File[]) => string | null;
  /** Removes files, whatever their state. */
  remove: (keys: readonly string[]) => void;
  retry: (key: string) => void;
  /** Sends what waits; until then, and after `stop`, nothing is sent. */
  start: () => void;
  /** Breaks off what is being sent, without a word in the list: its page is being left. */
  stop: () => void;
}

/** Makes a queue with the files that were there before. */
export function createFileQueue({ files: before, send, words, onChange }: QueueTools): FileQueue {
  let files = before;
  let started = false;
  let running: { key: string; leaving: AbortController } | null = null;

  const change = (next: ChosenFile[]) => {
    files = next;
    onChange(files);
    sendNext();
  };
  const set = (key: string, state: FileState) =>
    change(files.map((file) => (file.key === key ? { ...file, state } : file)));
  const sendNext = () => {
    if (!started || running !== null) return;
    for (const { key, name, state } of files) {
      if (state.kind !== "waiting") continue;
      const leaving = new AbortController();
      running = { key, leaving };
      void run(key, name, state.file, leaving.signal);
      return;
    }
  };
  const run = async (key: string, name: string, file: File, signal: AbortSignal) => {
    const onPart = (part: number) => {
      if (!signal.aborted) set(key, { kind: "sending", file, part });
    };
    onPart(0);
    const after = await send(file, name, onPart, signal).then(
      (attachment): FileState => ({ kind: "kept", attachment }),
      (caught: unknown): FileState => ({ kind: "failed", message: words(caught), file }),
    );
    if (signal.aborted) return;
    running = null;
    set(key, after);
  };
  const breakOff = () => {
    running?.leaving.abort();
    running = null;
  };
  return {
    add: (chosen) => {
      const { added, problem } = choose(chosen, files, newSubmissionKey);
      if (added.length > 0) change([...files, ...added]);
      return problem;
    },
    remove: (keys) => {
      if (running !== null && keys.includes(running.key)) breakOff();
      change(files.filter(({ key }) => !keys.includes(key)));
    },
    retry: (key) => {
      const state = files.find((file) => file.key === key)?.state;
      if (state?.kind === "failed" && state.file !== null) set(key, { kind: "waiting", file: state.file });
    },
    start: () => {
      started = true;
      sendNext();
    },
    stop: () => {
      started = false;
      breakOff();
    },
  };
}
