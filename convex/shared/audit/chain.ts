// Chains of events: each request, policy, person, group and the desk itself has its own, so that no two changes wait for
// one another (rules C1 to C5 in README.md).

import { type Infer, v } from "convex/values";
import { canonicalJson, type Canonical } from "../canonicalJson";
import { sha256 } from "../digest";
import type { AuditEvent } from "./event";

/** The version of the rule by which records are hashed; part of every record. */
export const RECORD_VERSION = 1;
/** The hash before the first event of a chain. */
export const NOTHING_BEFORE = "0".repeat(64);

/**
 * From where somebody did something; null where the desk or an agent did it. A known address is one of the event's words (W5):
 * "" stands for it here.
 */
export const vClient = v.union(
  v.null(),
  v.object({ kind: v.union(v.literal("browser"), v.literal("program")), address: v.union(v.string(), v.null()) }),
);
export type AuditClient = Infer<typeof vClient>;

/** Everything of an event that the chain holds; ids are texts. */
export type ChainRecord = {
  /** `request:<id>`, `policy:<playbook>`, `person:<id>`, `group:<id>` or `desk`. */
  chain: string;
  /** 1 for the first event of its chain, then one more each. */
  seq: number;
  /** The hash of the event before, `NOTHING_BEFORE` for the first. */
  prev: string;
  /** When it happened, ms since 1970. */
  at: number;
  actor: { kind: "person"; personId: string } | { kind: "agent"; name: string } | { kind: "desk" };
  client: AuditClient;
  /** Without its personal words. */
  event: AuditEvent;
  /** The digest of its personal words, null where it has none. */
  words: string | null;
};

/** What is hashed of a record: its canonical JSON with the version of this rule as member `v` (C2). */
export function recordText({ chain, seq, prev, at, actor, client, event, words }: ChainRecord): string {
  const record = { v: RECORD_VERSION, chain, seq, prev, at, actor, client, event: event as Canonical, words };
  return canonicalJson(record);
}

/** The hash of a record: SHA-256 of its text (C2). */
export async function recordHash(record: ChainRecord): Promise<string> {
  return await sha256(recordText(record));
}

/** The chain of a request's events (C1). */
export function requestChain(requestId: string): string {
  return `request:${requestId}`;
}

/** The chain an event belongs to (C1): its request's; else that of what it changes; else that of the desk. */
export function chainOf(requestId: string | undefined, actor: ChainRecord["actor"], event: AuditEvent): string {
  if (requestId !== undefined) return requestChain(requestId);
  switch (event.kind) {
    case "policySaved":
    case "ruleRevoked":
      return `policy:${event.playbook}`;
    case "groupCreated":
    case "groupRenamed":
    case "memberAdded":
    case "memberRemoved":
      return `group:${event.groupId}`;
    case "calledBack":
    case "personChanged":
    case "rolesChanged":
    case "personRestored":
    case "personRemoved":
    case "invited":
    case "madeAdmin":
    case "linkMade":
    case "linkUsed":
    case "mailFailed":
    case "passwordChanged":
    case "signedIn":
    case "signInFailed":
    case "sessionsEnded":
    case "signedOut":
      return `person:${event.personId}`;
    case "keyAdded":
      return `key:${event.keyId}`;
    case "erasureBegun":
    case "erased":
      return event.personId === undefined ? "desk" : `person:${event.personId}`;
    case "away":
    case "back":
      return actor.kind === "person" ? `person:${actor.personId}` : "desk";
    default:
      return "desk";
  }
}
