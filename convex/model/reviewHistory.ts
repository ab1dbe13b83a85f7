// The history of a review in the desk's words: names of stages and people in place of keys and ids.

import type { Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import type { AuditEvent } from "../shared/audit/event";
import type { Stage } from "../shared/policy/types";
import type { ReviewEntry } from "../shared/review/events";
import { adminsFor, ADMINS_KEY, type EscalationReason, type Outcome, type Round } from "../shared/review/state";
import { tooFewText } from "../shared/review/tally";
import { DESK, type Actor } from "./audit";
import { nameOf, personIdOf } from "./people";

/** The stage with a key of a task of this review; the admins', where no stage took over. */
export function stageNamed({ plan, stages }: Round, key: string): Stage {
  const found = [...plan, ...stages].find((stage) => stage.key === key);
  const [first] = plan;
  if (found !== undefined) return found;
  if (key !== ADMINS_KEY || first === undefined) throw new Error(`The review has no stage "${key}".`);
  return adminsFor(first);
}

/** An entry of a review as an audit event with who did it. */
export async function auditOf(
  ctx: QueryCtx,
  entry: ReviewEntry,
  round: Round,
): Promise<{ actor: Actor; event: AuditEvent }> {
  const stage = (key: string) => stageNamed(round, key).name;
  const asking = round.question ? { question: round.question } : {};
  switch (entry.kind) {
    case "taskOpened": {
      const { revision, dueAt } = entry;
      return { actor: DESK, event: { kind: "taskOpened", stage: stage(entry.stageKey), revision, dueAt, ...asking } };
    }
    case "voted": {
      const { revision, digest, verdict } = entry;
      return { actor: person(ctx, entry.personId), event: { kind: "voted", revision, digest, verdict, ...asking } };
    }
    case "edited":
      return { actor: person(ctx, entry.personId), event: { kind: "edited", ...entry.to, before: entry.from } };
    case "stagePassed":
      return {
        actor: DESK,
        event: { kind: "stagePassed", stage: stage(entry.stageKey), byDeadline: entry.byDeadline },
      };
    case "escalated": {
      const { fromKey, toKey, reason } = entry;
      return {
        actor: reason.kind === "person" ? person(ctx, reason.personId) : DESK,
        event: { kind: "escalated", stage: stage(fromKey), to: stage(toKey), reason: reasonText(reason) },
      };
    }
    case "joined":
      return {
        actor: DESK,
        event: { kind: "joined", reason: entry.reason === null ? null : reasonText(entry.reason) },
      };
    case "delegated": {
      const to = await nameOf(ctx, personIdOf(ctx, entry.toId));
      return { actor: person(ctx, entry.fromId), event: { kind: "delegated", to } };
    }
    case "decided":
      return decided(ctx, entry.outcome, asking);
    case "undone": {
      const { kind, revision } = entry.outcome;
      if (kind === "withdrawn" || kind === "canceled") throw new Error(`A request that was ${kind} cannot be undone.`);
      return { actor: person(ctx, entry.personId), event: { kind: "undone", outcome: kind, revision, ...asking } };
    }
    case "revoked":
      return { actor: person(ctx, entry.personId), event: { kind: "revoked", reason: entry.reason } };
    default:
      return entry satisfies never;
  }
}

function decided(ctx: QueryCtx, outcome: Outcome, asking: { question?: true }): { actor: Actor; event: AuditEvent } {
  const { kind, by, revision, digest } = outcome;
  const actor = "personId" in by ? person(ctx, by.personId) : DESK;
  if (kind === "withdrawn" || kind === "canceled") return { actor, event: { kind } };
  if (kind === "rejected" && by.kind === "deadline") return { actor, event: { kind: "expired", revision, ...asking } };
  if (kind === "rejected" && by.kind === "revocation") {
    return { actor, event: { kind: "revoked", reason: outcome.reason ?? "" } };
  }
  return { actor, event: { kind: "decided", outcome: kind, revision, digest, why: whyText(by), ...asking } };
}

/** Why there is an outcome that no person made; null where one did. */
function whyText(by: Outcome["by"]): string | null {
  switch (by.kind) {
    case "person":
    case "revocation":
      return null;
    case "deadline":
      return "its deadline approves";
    case "peopleChanged":
      return "by the votes of those who are still asked";
    case "nobodyLeft":
      return `nobody is left to ask. ${reasonText(by.reason)}`;
    default:
      return by satisfies never;
  }
}

/** Why another stage took over, as a sentence or the person's words. */
export function reasonText(reason: EscalationReason): string {
  switch (reason.kind) {
    case "deadline":
      return "Nobody decided before the deadline.";
    case "person":
      return reason.reason;
    case "tooFew":
      return tooFewText(reason);
    default:
      return reason satisfies never;
  }
}

function person(ctx: QueryCtx, id: string): Actor & { personId: Id<"people"> } {
  return { kind: "person", personId: personIdOf(ctx, id) };
}
