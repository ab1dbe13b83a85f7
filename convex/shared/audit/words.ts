// The personal words of an event: what a person wrote, and names of people. They stand outside the chain, which holds
// only their salted digest, so that they can be erased and the history still verifies (rules W1 to W5 in README.md).

import { canonicalJson } from "../canonicalJson";
import { sha256 } from "../digest";
import type { AuditClient } from "./chain";
import type { AuditEvent } from "./event";

/** The personal words of an event by their path: `{ "verdict.reason": "Too late.", "client.address": "192.0.2.7" }`. */
export type Words = Record<string, string>;

/** The path of the address from which a person worked (W5). */
export const ADDRESS = "client.address";

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
  keyAdded: [],
  sealed: [],
  contentErased: [],
  erasureBegun: [],
  erased: [],
  exportBegun: ["view"],
  exported: ["view"],
};

/** What an event says after its words were erased (W4). */
export const ERASED = "[erased]";

/** An event with from where it came, as they were or without their words. */
export type Told = { event: AuditEvent; client: AuditClient };

/** Splits an event: without its words ("" in their places), and the words; null where it has none (W1, W5). */
export function takeWords(told: Told): Told & { words: Words | null } {
  const words: Words = {};
  const event = replaced(told.event, (path, text) => {
    words[path] = text;
    return "";
  });
  const client = withAddress(told.client, (address) => {
    words[ADDRESS] = address;
    return "";
  });
  return { event, client, words: Object.keys(words).length === 0 ? null : words };
}

/** Puts the words back; `ERASED` in their places where they are gone (W2, W4). */
export function putWords({ event, client }: Told, words: Words | null): Told {
  const back = (path: string) => words?.[path] ?? ERASED;
  return { event: replaced(event, back), client: withAddress(client, () => back(ADDRESS)) };
}

function withAddress(client: AuditClient, by: (address: string) => string): AuditClient {
  return client === null || client.address === null ? client : { ...client, address: by(client.address) };
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
