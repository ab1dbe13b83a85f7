// The envelope that every playbook's input comes in: who writes, about what, and what they write.

import { FROM_MAX, MESSAGE_MAX, SUBJECT_MAX } from "../shared/limits";
import type { Playbook } from "./playbook";

/** An address alone or with a display name: "maria@example.com" or "Maria Lopez <maria@example.com>". */
const FROM = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/;

/** The input with outer blanks taken off, or the code of the first thing wrong with it. */
export const checkInput: Playbook["checkInput"] = (raw) => {
  const input = { from: raw.from.trim(), subject: raw.subject.trim(), message: raw.message.trim() };
  if (input.message === "") return { error: "messageEmpty" };
  if (input.message.length > MESSAGE_MAX) return { error: "messageTooLong" };
  if (input.from.length > FROM_MAX || !FROM.test(input.from)) return { error: "fromInvalid" };
  if (input.subject === "" || input.subject.length > SUBJECT_MAX || /[\r\n]/.test(input.subject)) {
    return { error: "subjectInvalid" };
  }
  if (!Object.values(input).every((text) => text.isWellFormed())) return { error: "textInvalid" };
  return { input };
};

/** The bare address in a "from" line that `checkInput` accepted, in lower case. */
export function addressOf(from: string): string {
  return (/<([^<>]+)>$/.exec(from)?.[1] ?? from).toLowerCase();
}

/** The name in a "from" line, or null when the line holds only an address. */
export function nameOf(from: string): string | null {
  const name = from.includes("<") ? from.slice(0, from.indexOf("<")).replaceAll('"', "").trim() : "";
  return name === "" ? null : name;
}

/** The sender's first name, or null when the line holds only an address. */
export function firstNameOf(from: string): string | null {
  return nameOf(from)?.split(/\s+/)[0] ?? null;
}
