import type { Action, Resolution, Team } from "@convex/shared/actions";
import { dollars } from "@convex/shared/money";

const RESOLUTIONS: Record<Resolution, string> = {
  answer: "Answer",
  refund: "Refund",
  escalate: "Escalate",
  decline: "Decline",
};

const TEAMS: Record<Team, string> = {
  billing: "Billing",
  legal: "Legal",
  privacy: "Privacy",
  security: "Security",
  engineering: "Engineering",
  logistics: "Logistics",
};

/** The typed fields of an action beside its message, as name and value for a screen, always in the same order. */
export function actionFields(action: Action): { name: string; value: string }[] {
  const fields = [{ name: "Resolution", value: RESOLUTIONS[action.resolution] }];
  if (action.refundAmountCents !== undefined) {
    fields.push({ name: "Refund", value: dollars(action.refundAmountCents) });
  }
  if (action.escalateTo !== undefined) fields.push({ name: "Escalate to", value: TEAMS[action.escalateTo] });
  return fields;
}

/** One field of an action on two sides; `null` where a side has no such field. */
export interface FieldChange {
  name: string;
  before: string | null;
  after: string | null;
}

/** Every field that either side has, in order; equal ones too, so that a reader sees what did not change. */
export function fieldChanges(before: Action, after: Action): FieldChange[] {
  const olds = new Map(actionFields(before).map(({ name, value }) => [name, value]));
  const news = new Map(actionFields(after).map(({ name, value }) => [name, value]));
  const names = new Set([...news.keys(), ...olds.keys()]);
  return [...names].map((name) => ({ name, before: olds.get(name) ?? null, after: news.get(name) ?? null }));
}
