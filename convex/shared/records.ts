// The unions that tables, functions and screens share. A half-state cannot be written: each member carries what it
// needs.

import { v, type Infer } from "convex/values";

/** Where an agent's work stands when it fails, and where a retry begins. */
export const vStep = v.union(v.literal("triage"), v.literal("draft"), v.literal("perform"));
export type Step = Infer<typeof vStep>;

export const vConnector = v.union(v.literal("outbox"), v.literal("webhook"));
export type Connector = Infer<typeof vConnector>;

export const vInput = v.object({ from: v.string(), subject: v.string(), message: v.string() });
export type Input = Infer<typeof vInput>;

export const vCategory = v.union(
  v.literal("billing"),
  v.literal("refund"),
  v.literal("complaint"),
  v.literal("legal"),
  v.literal("praise"),
  v.literal("accessibility"),
  v.literal("privacy"),
  v.literal("security"),
  v.literal("chargeback"),
  v.literal("delivery"),
  v.literal("outage"),
  v.literal("sales"),
  v.literal("safety"),
  v.literal("prices"),
  v.literal("product"),
  v.literal("company"),
  v.literal("other"),
);
export type Category = Infer<typeof vCategory>;
export const CATEGORIES = vCategory.members.map((member) => member.value);

export const vRiskLevel = v.union(v.literal("low"), v.literal("medium"), v.literal("high"));
/** `score` runs from 0 (routine) to 100 (a mistake here is expensive). */
export const vRisk = v.object({ score: v.number(), level: vRiskLevel, reasons: v.array(v.string()) });
export type Risk = Infer<typeof vRisk>;

/** The level shown for a score. */
export function riskLevel(score: number): Infer<typeof vRiskLevel> {
  if (score >= 60) return "high";
  return score >= 30 ? "medium" : "low";
}

export const vTriage = v.object({ category: vCategory, risk: vRisk });
export type Triage = Infer<typeof vTriage>;

/**
 * Which passage supports which claim. `found` says whether the desk itself found the quote in the message or in what a
 * tool answered: an agent cannot vouch for its own evidence.
 */
export const vEvidence = v.object({
  claim: v.string(),
  source: v.union(
    v.object({ kind: v.literal("message") }),
    v.object({ kind: v.literal("tool"), tool: v.string(), reference: v.string() }),
  ),
  quote: v.string(),
  found: v.boolean(),
});
export type Evidence = Infer<typeof vEvidence>;

/** The model that wrote a draft; provider "template" is the built-in offline model. */
export const vModel = v.object({ provider: v.string(), model: v.string() });
export type Model = Infer<typeof vModel>;

export const vVerdict = v.union(
  v.object({ kind: v.literal("approve") }),
  v.object({ kind: v.literal("reject"), reason: v.string() }),
  v.object({ kind: v.literal("requestChanges"), feedback: v.string() }),
);
export type Verdict = Infer<typeof vVerdict>;

export const vDecisionOutcome = v.union(v.literal("approved"), v.literal("rejected"), v.literal("changesRequested"));
export type DecisionOutcome = Infer<typeof vDecisionOutcome>;

/** How a task ended; "edited": a new draft began the review again. */
export const vTaskOutcome = v.union(
  v.literal("approved"),
  v.literal("rejected"),
  v.literal("changesRequested"),
  v.literal("expired"),
  v.literal("escalated"),
  v.literal("edited"),
  v.literal("withdrawn"),
  v.literal("canceled"),
);
export type TaskOutcome = Infer<typeof vTaskOutcome>;

/** What one try at performing came to. "unknown": the try was cut off, so the other side may or may not have acted. */
export const vAttempt = v.object({
  number: v.number(),
  startedAt: v.number(),
  result: v.union(
    v.object({ kind: v.literal("running") }),
    v.object({ kind: v.literal("ok"), at: v.number(), detail: v.string(), status: v.optional(v.number()) }),
    v.object({ kind: v.literal("transient"), at: v.number(), detail: v.string(), status: v.optional(v.number()) }),
    v.object({ kind: v.literal("permanent"), at: v.number(), detail: v.string(), status: v.optional(v.number()) }),
    v.object({ kind: v.literal("unknown"), at: v.number(), detail: v.string() }),
  ),
});
export type Attempt = Infer<typeof vAttempt>;

/** What one try reports back. */
export const vAttemptResult = v.object({
  kind: v.union(v.literal("ok"), v.literal("transient"), v.literal("permanent")),
  detail: v.string(),
  status: v.optional(v.number()),
});
export type AttemptResult = Infer<typeof vAttemptResult>;
