import { actionProblem } from "../shared/actions";
import { DEADLINE_DEFAULT_MS, DEADLINE_MIN_MS, FROM_MAX, MESSAGE_MAX, SUBJECT_MAX } from "../shared/limits";
import type { Playbook } from "./index";
import { SAMPLES } from "./samples";

/** An address alone or with a display name: "maria@example.com" or "Maria Lopez <maria@example.com>". */
const FROM = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/;

/** Answers one customer message with one e-mail. */
export const customerReply: Playbook = {
  name: "customerReply",
  title: "Customer reply",
  description: "Agents sort a customer's message, look up the order and the policies, and draft the reply.",
  deadlineMs: DEADLINE_DEFAULT_MS,
  minDeadlineMs: DEADLINE_MIN_MS,
  samples: SAMPLES,
  checkInput: (raw) => {
    const input = { from: raw.from.trim(), subject: raw.subject.trim(), message: raw.message.trim() };
    if (input.message === "") return { error: "messageEmpty" };
    if (input.message.length > MESSAGE_MAX) return { error: "messageTooLong" };
    if (input.from.length > FROM_MAX || !FROM.test(input.from)) return { error: "fromInvalid" };
    if (input.subject === "" || input.subject.length > SUBJECT_MAX || /[\r\n]/.test(input.subject)) {
      return { error: "subjectInvalid" };
    }
    if (!Object.values(input).every((text) => text.isWellFormed())) return { error: "textInvalid" };
    return { input };
  },
  // The recipient is the sender, whatever a message or a model says: nobody can talk the desk into writing elsewhere.
  checkAction: (input, action) =>
    actionProblem("customerReply", action) ??
    ("to" in action && action.to === input.from ? null : "The reply must go to the sender of the message."),
};

/** The bare address in a "from" line that `checkInput` accepted, in lower case. */
export function addressOf(from: string): string {
  return (/<([^<>]+)>$/.exec(from)?.[1] ?? from).toLowerCase();
}

/** The sender's first name, or null when the line holds only an address. */
export function firstNameOf(from: string): string | null {
  const name = from.includes("<") ? from.slice(0, from.indexOf("<")).replaceAll('"', "").trim() : "";
  return name.split(/\s+/)[0] || null;
}
