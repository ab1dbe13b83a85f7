// Events as lines of CSV. What it needs is little, so that the embedded server can keep it warm between calls: whatever of it
// reads the agents' packages does not belong here.

import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { auditText } from "../shared/audit/event";
import { putWords, type Words } from "../shared/audit/words";
import { csvLine, csvTime } from "../shared/history/csv";
import { type Actor, actorName, titled } from "./audit";
import { named } from "./rows";
import { wordsOfMany } from "./wordsOfMany";

/** An event with its words, as far as they are kept. */
export type SaidEvent = Pick<
  Doc<"auditEvents">,
  "chain" | "seq" | "at" | "actor" | "client" | "event" | "words" | "hash"
> & { said: Words | null };

/** Events with their words, in their order. */
export async function saidEvents(ctx: QueryCtx, rows: readonly Doc<"auditEvents">[]): Promise<SaidEvent[]> {
  const words = await wordsOfMany(ctx, rows, false);
  return rows.map((row) => ({ ...row, said: words.get(row._id)?.words ?? null }));
}

/** Events as lines of CSV. Each person and each request is read once. */
export async function eventsCsv(ctx: QueryCtx, events: readonly SaidEvent[]): Promise<string> {
  const names = await loaded(
    events,
    ({ actor }) => actorKey(actor),
    ({ actor }) => actorName(ctx, actor),
  );
  const requests = await loaded(
    events,
    ({ chain }) => chain,
    async ({ chain }) => {
      const id = requestOf(chain);
      if (id === null) return null;
      const { playbook, input } = await named(ctx, "requests", id);
      return { id, playbook, subject: input.subject };
    },
  );
  const lines = events.map((one) => {
    const { actor, chain } = one;
    const { event, client } = one.words === null ? one : putWords(one, one.said);
    const request = requests.get(chain) ?? null;
    return csvLine([
      csvTime(one.at),
      names.get(actorKey(actor)) ?? "",
      actor.kind,
      event.kind,
      auditText(titled(event)),
      request?.id ?? null,
      request?.subject ?? null,
      request?.playbook ?? ("playbook" in event ? event.playbook : null),
      "digest" in event ? (event.digest ?? null) : null,
      client?.kind ?? null,
      client?.address ?? null,
      chain,
      one.seq,
      one.hash,
    ]);
  });
  return lines.join("");
}

function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return actor.personId;
    case "agent":
      return `agent ${actor.name}`;
    case "desk":
      return "desk";
    default:
      return actor satisfies never;
  }
}

/** What `load` answers for the first event of each key, by the key. */
async function loaded<Value>(
  events: readonly SaidEvent[],
  keyOf: (event: SaidEvent) => string,
  load: (event: SaidEvent) => Promise<Value>,
): Promise<Map<string, Value>> {
  const firsts = new Map<string, SaidEvent>();
  for (const event of events) {
    const key = keyOf(event);
    if (!firsts.has(key)) firsts.set(key, event);
  }
  const values = await Promise.all(firsts.values().map(async (event) => [keyOf(event), await load(event)] as const));
  return new Map(values);
}

/** The request that a chain is of (C1), or null. */
function requestOf(chain: string): Id<"requests"> | null {
  return chain.startsWith(OF_REQUEST) ? (chain.slice(OF_REQUEST.length) as Id<"requests">) : null;
}

const OF_REQUEST = "request:";
