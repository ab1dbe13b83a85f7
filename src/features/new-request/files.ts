import {
  type Attachment,
  ATTACHMENT_BYTES_MAX,
  attachmentName,
  ATTACHMENTS_MAX,
  vAttachment,
} from "@convex/shared/attachments/attachments";
import { errorText } from "@convex/shared/errors";
import { validate } from "convex-helpers/validators";
import { counted } from "@/lib/format";

/** Where a chosen file stands. `part` of it is sent, 0 to 1; a failed one without `file` cannot be sent again. */
export type FileState =
  | { kind: "waiting"; file: File }
  | { kind: "sending"; file: File; part: number }
  | { kind: "kept"; attachment: Attachment }
  | { kind: "failed"; message: string; file: File | null };

/** A file of the form, by the name that the desk gives it; `size` in bytes. */
export type ChosenFile = { key: string; name: string; size: number; state: FileState };

/** What stands for a file whose sending ended with its page. */
const BROKEN_OFF =
  "The page was left before the file was sent. What you typed and other files are kept. Attach it again.";

/**
 * What becomes of files that a person chose beside those that are there: the ones to be listed, and a sentence where there is
 * no room for all. One that the desk would refuse is listed with the desk's words. `newKey` names each.
 */
export function choose(
  chosen: readonly File[],
  there: readonly ChosenFile[],
  newKey: () => string,
): { added: ChosenFile[]; problem: string | null } {
  const room = Math.max(0, ATTACHMENTS_MAX - there.length);
  const added = chosen
    .slice(0, room)
    .map((file) => ({ key: newKey(), name: attachmentName(file.name), size: file.size, state: firstState(file) }));
  return { added, problem: leftOut(chosen.slice(room)) };
}

function firstState(file: File): FileState {
  if (file.size === 0) return { kind: "failed", message: errorText("attachmentEmpty"), file: null };
  if (file.size > ATTACHMENT_BYTES_MAX) return { kind: "failed", message: errorText("attachmentTooLarge"), file: null };
  return { kind: "waiting", file };
}

function leftOut(files: readonly File[]): string | null {
  const [first] = files;
  if (first === undefined) return null;
  const what = files.length === 1 ? `“${attachmentName(first.name)}” was` : `${counted(files.length, "file")} were`;
  return `A request takes at most ten files, so ${what} not attached. Those listed are kept. Remove some to make room.`;
}

/** Whether a file is on its way to the desk, or will be. */
export function isUnderWay({ state }: ChosenFile): boolean {
  return state.kind === "waiting" || state.kind === "sending";
}

/** What is said of folders that were dropped. */
export const FOLDERS =
  "Folders cannot be attached. What you typed and other files are kept. Attach the files in them, or an archive.";

/** What keeps the form from being submitted with these files, or undefined. */
export function filesProblem(files: readonly ChosenFile[]): string | undefined {
  const failed = files.filter(({ state }) => state.kind === "failed");
  const [first] = failed;
  if (first === undefined) return undefined;
  const what = failed.length === 1 ? `“${first.name}” was` : `${counted(failed.length, "file")} were`;
  const them = failed.length === 1 ? "it" : "them";
  const again = failed.some(({ state }) => state.kind === "failed" && state.file !== null);
  const next = again ? "Retry or remove" : "Remove";
  return `${what} not attached. Nothing was submitted. ${next} ${them}, then submit again.`;
}

/** The files that are at the desk, as a submission names them, in their order. */
export function keptFiles(files: readonly ChosenFile[]): Attachment[] {
  return files.flatMap(({ state }) => (state.kind === "kept" ? [state.attachment] : []));
}

/** Where the files stand, for whoever hears the form and does not see it. */
export function filesStatus(files: readonly ChosenFile[]): string {
  const of = (kind: FileState["kind"]) => files.filter(({ state }) => state.kind === kind).length;
  const [kept, failed, open] = [of("kept"), of("failed"), files.filter(isUnderWay).length];
  const parts = [
    ...(kept > 0 ? [`${counted(kept, "file")} attached`] : []),
    ...(open > 0 ? [`${counted(open, "file")} being sent`] : []),
    ...(failed > 0 ? [`${counted(failed, "file")} not attached`] : []),
  ];
  return parts.length === 0 ? "" : `${parts.join(", ")}.`;
}

/** The files as this tab keeps them: those at the desk whole, of others that they were there. */
export function encodeFiles(files: readonly ChosenFile[]): string {
  return JSON.stringify(
    files.map(({ key, name, size, state }) => {
      if (state.kind === "kept") return { key, name, size, attachment: state.attachment };
      // What could be sent again cannot after a reload: the file itself is gone with the page.
      const final = state.kind === "failed" && state.file === null;
      return final ? { key, name, size, message: state.message } : { key, name, size };
    }),
  );
}

/** The files that this tab kept; none for anything else. One that was not sent to its end has to be attached again. */
export function decodeFiles(text: string | null): ChosenFile[] {
  try {
    const stored: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(stored) ? stored.flatMap(decodeFile) : [];
  } catch {
    return [];
  }
}

function decodeFile(stored: unknown): ChosenFile[] {
  if (typeof stored !== "object" || stored === null) return [];
  const { key, name, size, attachment, message } = stored as Record<string, unknown>;
  if (typeof key !== "string" || typeof name !== "string" || typeof size !== "number") return [];
  const file = { key, name, size };
  if (validate(vAttachment, attachment)) return [{ ...file, state: { kind: "kept", attachment } }];
  const why = typeof message === "string" ? message : BROKEN_OFF;
  return [{ ...file, state: { kind: "failed", message: why, file: null } }];
}
