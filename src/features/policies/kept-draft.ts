import { type Policy, vPolicy } from "@convex/shared/policy/types";
import { validate } from "convex-helpers/validators";

/** A policy being edited, and the version it was made from. */
export type Draft = { basedOn: number; policy: Policy };

/** What stands for a number that was not entered yet: JSON has none. */
const NO_NUMBER = "\u0000NaN";

/** A draft as this browser keeps it. */
export function encodeDraft(draft: Draft): string {
  return JSON.stringify(draft, (_, value: unknown) => (Number.isNaN(value) ? NO_NUMBER : value));
}

/** A draft that this browser has kept, or null for anything else: another version of the desk may have stored it. */
export function decodeDraft(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text, (_, part: unknown) => (part === NO_NUMBER ? Number.NaN : part));
    if (typeof value !== "object" || value === null || !("basedOn" in value) || !("policy" in value)) return null;
    const { basedOn, policy } = value;
    return typeof basedOn === "number" && validate(vPolicy, policy) ? { basedOn, policy } : null;
  } catch {
    return null;
  }
}
