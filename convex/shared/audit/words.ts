// The personal words of an event: what a person wrote, and names of people. They stand outside the chain, which holds
// only their salted digest, so that they can be erased and the history still verifies (rules W1 to W4 in README.md).

import { canonicalJson } from "../canonicalJson";
import { sha256 } from "../digest";
import type { AuditEvent } from "./event";

/** The personal words of an event by their path: `{ "verdict.reason": "Too late." }`. */
export type Words = Record<string, string>;

/** Which members of an event are personal words, by path; null members are none. Each kind has its line. */
const WORDS: Record<AuditEvent["kind"], readonly string[]> = {
  demoEnabled: [],
  policySaved: [],
  ruleRevoked: [],
  groupCreated: [],
  groupRenamed: [],
  memberAdded: ["name"],
  memberRemoved: ["name"],
  submitted: [],
  triaged: [],
  drafted: [],
  questioned: ["question"],
  autoApproved: [],
  taskOpened: [],
  voted: ["verdict.reason", "verdict.feedback"],
  edited: [],
  stagePassed: [],
  escalated: ["to", "reason"],
  joined: ["reason"],
  delegated: ["to"],
  reminded: [],
  decided: ["why"],
  expired: [],
  undone: [],
  revoked: ["reason"],
  commented: ["text"],
  brakeOn: ["reason"],
  brakeOff: [],
  held: [],
  away: ["delegate"],
  back: [],
  calledBack: ["name"],
  personChanged: ["from.name", "from.title", "to.name", "to.title"],
  rolesChanged: ["name"],
  personRestored: ["name"],
  personRemoved: ["name"],
  demoLeft: [],
  invited: ["name", "email"],
  madeAdmin: ["name"],
  linkMade: ["name"],
  linkUsed: [],
  mailFailed: ["name"],
  passwordChanged: [],
  signedIn: [],
  signInFailed: ["name"],
  sessionsEnded: ["name"],
  signedOut: [],
  roundsEnded: [],
  performing: [],
  performed: ["detail"],
  failed: ["reason"],
  retried: [],
  withdrawn: [],
  canceled: [],
};

/** What an event says after its words were erased (W4). */
export const ERASED = "[erased]";

/** Splits an event: without its words ("" in their places), and the words; null where it has none (W1). */
export function takeWords(event: AuditEvent): { event: AuditEvent; words: Words | null } {
  const words: Words = {};
  const bare = replaced(event, (path, text) => {
    words[path] = text;
    return "";
  });
  return { event: bare, words: Object.keys(words).length === 0 ? null : words };
}

/** Puts the words back into an event; `ERASED` in their places where they are gone (W2, W4). */
export function putWords(event: AuditEvent, words: Words | null): AuditEvent {
  return replaced(event, (path) => words?.[path] ?? ERASED);
}

/** What the chain holds of an event's words: SHA-256 of the salt and their canonical JSON, in hexadecimal (W3). */
export async function wordsDigest(salt: string, words: Words): Promise<string> {
  return await sha256(salt + canonicalJson(words));
}

/** The event with each of its words replaced. Events are plain values, as validators describe them. */
function replaced(event: AuditEvent, by: (path: string, text: string) => string): AuditEvent {
  const copy = { ...event };
  for (const path of WORDS[event.kind]) replaceAt(copy, path.split("."), path, by);
  return copy;
}

function replaceAt(holder: object, [key = "", ...rest]: string[], path: string, by: (path: string, text: string) => string) {
  const members = holder as Record<string, unknown>;
  const value = members[key];
  if (rest.length === 0) {
    if (typeof value === "string") members[key] = by(path, value);
  } else if (typeof value === "object" && value !== null) {
    const inner = { ...value };
    members[key] = inner;
    replaceAt(inner, rest, path, by);
  }
}
