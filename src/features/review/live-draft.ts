import type { ActionField } from "@convex/shared/actions";
import { fieldText } from "@/lib/action-fields";

/** The draft as far as it is written: fields of the action, of the desk's types or of any other. */
export type LiveDraft = Readonly<Record<string, unknown>>;

/** What an agent has written so far into the tool call that will be the draft: JSON that ends anywhere. */
export interface Written {
  call: string | null;
  json: string;
}

export const NOTHING: Written = { call: null, json: "" };

/** The tools whose input is the draft itself: an action, or a question. */
const ENDINGS: readonly unknown[] = ["proposeAction", "askReviewer"];

/** Adds streamed parts to what was written before. A new call of one of the tools starts over: the model corrects itself. */
export function written(before: Written, parts: readonly unknown[]): Written {
  let { call, json } = before;
  for (const part of parts) {
    if (typeof part !== "object" || part === null) continue;
    const { type, toolName, toolCallId, inputTextDelta } = part as Record<string, unknown>;
    if (typeof toolCallId !== "string") continue;
    if (type === "tool-input-start" && ENDINGS.includes(toolName)) [call, json] = [toolCallId, ""];
    else if (type === "tool-input-delta" && toolCallId === call && typeof inputTextDelta === "string")
      json += inputTextDelta;
  }
  return { call, json };
}

/** Whether what is being written is a question: no action has a field of that name. */
export function isAsking(live: LiveDraft | null): boolean {
  return live !== null && "question" in live;
}

/** A tool input as a draft, or null when it is none (yet). */
export function draftOf(input: unknown): LiveDraft | null {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? (input as LiveDraft) : null;
}

/**
 * What the card of a draft being written shows: every field with its text so far, or null where it is still to come. An
 * optional field is there once it is written. `to` stands in the field that the desk fills in itself. `at` is the field
 * the agent is writing, or null.
 */
export function writtenFields(
  fields: readonly ActionField[],
  live: LiveDraft | null,
  to: string,
): { shown: { field: ActionField; text: string | null }[]; at: string | null } {
  const last = Object.keys(live ?? {}).at(-1);
  const shown = fields.flatMap((field) => {
    // Half an amount is another amount: it shows when the agent has gone on to the next field.
    const value = field.widget === "money" && field.name === last ? null : live?.[field.name];
    const text = field.fixed === true ? to : fieldText(field, value);
    return text === null && field.optional ? [] : [{ field, text }];
  });
  return { shown, at: fields.find(({ name }) => name === last)?.name ?? null };
}
