// Files that a requester attaches: what is accepted, and what they are called. Both sides import these: the form warns early, the
// backend decides. Rules A1 to A8 in README.md.

import { v, type Infer } from "convex/values";

/** Files of one request. */
export const ATTACHMENTS_MAX = 10;
/** Bytes of one file: an HTTP body ends at 20 MiB, and the browser holds it whole. */
export const ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024;
/** Characters (UTF-16 code units) of a name; longer ones are cut before their ending. */
export const ATTACHMENT_NAME_MAX = 120;
/** Where files are sent to (POST, `?name=`) and come from (GET, `?id=`), with the person's token in the Authorization header. */
export const ATTACHMENT_PATH = "/requests/attachment";

/** A file as it is shown: size in bytes, `digest` is SHA-256 of its bytes. */
export const vAttachment = v.object({
  attachmentId: v.id("attachments"),
  name: v.string(),
  size: v.number(),
  digest: v.string(),
});
export type Attachment = Infer<typeof vAttachment>;

/** What no name holds: line ends, controls, what has no shape or turns the reading direction, and what separates folders. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\]/gu;
/** The ending of a name, such as ".pdf". */
const ENDING = /\.[\p{L}\p{N}]{1,10}$/u;

/** The name under which a file is kept and shown (A3): whatever cannot stand in one becomes "_". */
export function attachmentName(given: string): string {
  const name = given.normalize("NFC").replace(NOT_IN_NAMES, "_").trim();
  if (name === "" || /^\.+$/.test(name)) return "file";
  if (name.length <= ATTACHMENT_NAME_MAX) return name;
  const ending = ENDING.exec(name)?.[0] ?? "";
  const kept = [...name].reduce((text, one) => (text.length + one.length + ending.length <= ATTACHMENT_NAME_MAX ? text + one : text), "");
  return kept + ending;
}
