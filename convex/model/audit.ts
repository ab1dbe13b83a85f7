import type { Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { vActor } from "../schema";
import { playbookOf } from "../playbooks/index";
import { type AuditClient, chainOf, type ChainRecord, NOTHING_BEFORE, recordHash } from "../shared/audit/chain";
import { auditText, type AuditEvent } from "../shared/audit/event";
import { putWords, takeWords, type Told, wordsDigest } from "../shared/audit/words";
import { digitsOf } from "../shared/digest";
import { facetsOf, searchable } from "./facets";
import { nameOf, type Names } from "./people";

export type Actor = Infer<typeof vActor>;
export const DESK: Actor = { kind: "desk" };

/** The end of a chain: what the next event of it follows. */
export type ChainEnd = Pick<Doc<"auditEvents">, "chain" | "seq" | "hash">;

/**
 * Appends one audit event to its chain and answers the chain's new end. Call it in the mutation that makes the change, and
 * nowhere else; never two at once for the same subject. `about` is the request it belongs to, if any: its id, or its row where
 * that was read anyway. `end` is what this transaction's last call answered, so that its next event need not look for it.
 */
export async function record(
  ctx: MutationCtx,
  about: Id<"requests"> | Doc<"requests"> | undefined,
  actor: Actor,
  whole: AuditEvent,
  end?: ChainEnd,
): Promise<ChainEnd> {
  const requestId = typeof about === "object" ? about._id : about;
  const from = actor.kind === "person" ? await clientOf(ctx) : null;
  const { event, client, words } = takeWords({ event: whole, client: from });
  const chain = chainOf(requestId, actor, event);
  const last = end?.chain === chain ? end : await lastOf(ctx, chain);
  const salt = words === null ? null : newSalt();
  const entry = {
    chain,
    seq: (last?.seq ?? 0) + 1,
    prev: last?.hash ?? NOTHING_BEFORE,
    at: Date.now(),
    actor,
    client,
    event,
    words: words === null || salt === null ? null : await wordsDigest(salt, words),
  };
  const hash = await recordHash(entry);
  const facets = await facetsOf(ctx, about, event);
  const eventId = await ctx.db.insert("auditEvents", { ...entry, hash, requestId, ...facets });
  if (words !== null && salt !== null) {
    await ctx.db.insert("auditWords", { eventId, salt, words, ...searchable(actor, event, words, facets) });
  }
  await ctx.db.insert("auditLeaves", { eventId, hash });
  return { chain, seq: entry.seq, hash };
}

/** The last event of a chain, or null. */
async function lastOf(ctx: QueryCtx, chain: string): Promise<Doc<"auditEvents"> | null> {
  return await ctx.db
    .query("auditEvents")
    .withIndex("by_chain_and_seq", (q) => q.eq("chain", chain))
    .order("desc")
    .first();
}

/** 16 random bytes in hexadecimal: without them words of a few letters could be guessed from their digest. */
function newSalt(): string {
  return digitsOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** From where the person of this call works, as far as the deployment knows. */
export async function clientOf(ctx: MutationCtx): Promise<AuditClient> {
  const { ip, userAgent } = await ctx.meta.getRequestMetadata();
  return { kind: userAgent?.startsWith("Mozilla/") ? "browser" : "program", address: ip };
}

/** An event and from where it came, with their words as far as they were not erased. */
export async function toldBy(ctx: QueryCtx, row: Doc<"auditEvents">): Promise<Told> {
  const { event, client } = row;
  if (row.words === null) return { event, client };
  return putWords(row, (await wordsOf(ctx, row._id))?.words ?? null);
}

/** The words of an event with their salt; null where it has none, and where they were erased. */
export async function wordsOf(ctx: QueryCtx, eventId: Id<"auditEvents">): Promise<Doc<"auditWords"> | null> {
  return await ctx.db
    .query("auditWords")
    .withIndex("by_eventId", (q) => q.eq("eventId", eventId))
    .unique();
}

/** What the chain holds of a stored event. */
export function recordOf({ chain, seq, prev, at, actor, client, event, words }: Doc<"auditEvents">): ChainRecord {
  return { chain, seq, prev, at, actor, client, event, words };
}

/** What is there already of an event that is to be shown: its words, and how names are read. */
type Known = { words?: Doc<"auditWords">; name?: Names };

/** An audit event for a screen: who, what (as a sentence without its subject) and when. */
export async function auditView(ctx: QueryCtx, row: Doc<"auditEvents">, { words, name }: Known = {}) {
  const { actor } = row;
  const { event } = words === undefined ? await toldBy(ctx, row) : putWords(row, words.words);
  const request = row.requestId === undefined ? null : await ctx.db.get("requests", row.requestId);
  return {
    id: row._id,
    at: row.at,
    requestId: row.requestId ?? null,
    subject: request?.input.subject ?? null,
    actor: { kind: actor.kind, name: await actorName(ctx, actor, name) },
    kind: event.kind,
    text: auditText(titled(event)),
  };
}

/** The event with its playbook as people call it. */
export function titled(event: AuditEvent): AuditEvent {
  if (!("playbook" in event) || event.playbook === null) return event;
  return { ...event, playbook: playbookOf(event.playbook)?.title ?? event.playbook };
}

/** What an actor is called on a screen; `name` reads the name of a person. */
export async function actorName(
  ctx: QueryCtx,
  actor: Actor,
  name: Names = (personId) => nameOf(ctx, personId),
): Promise<string> {
  switch (actor.kind) {
    case "person":
      return await name(actor.personId);
    case "agent":
      return actor.name;
    case "desk":
      return "The desk";
    default:
      return actor satisfies never;
  }
}
