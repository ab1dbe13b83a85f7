/** The draft as far as it is written. Every part may still be missing. */
export interface LiveDraft {
  to: string | null;
  subject: string | null;
  body: string | null;
  resolution: string | null;
}

/** What an agent has written so far into the tool call that will be the draft: JSON that ends anywhere. */
export interface Written {
  call: string | null;
  json: string;
}

export const NOTHING: Written = { call: null, json: "" };

/** The tool whose input is the draft itself. */
const PROPOSE = "proposeAction";

/** Adds streamed parts to what was written before. A new call of the tool starts over: the model corrects itself. */
export function written(before: Written, parts: readonly unknown[]): Written {
  let { call, json } = before;
  for (const part of parts) {
    if (typeof part !== "object" || part === null) continue;
    const { type, toolName, toolCallId, inputTextDelta } = part as Record<string, unknown>;
    if (typeof toolCallId !== "string") continue;
    if (type === "tool-input-start" && toolName === PROPOSE) [call, json] = [toolCallId, ""];
    else if (type === "tool-input-delta" && toolCallId === call && typeof inputTextDelta === "string") json += inputTextDelta;
  }
  return { call, json };
}

/** A tool input as a draft, or null when it is none (yet); what is not text is left out. */
export function draftOf(input: unknown): LiveDraft | null {
  if (typeof input !== "object" || input === null) return null;
  const text = (name: keyof LiveDraft): string | null => {
    const value = (input as Record<string, unknown>)[name];
    return typeof value === "string" ? value : null;
  };
  return { to: text("to"), subject: text("subject"), body: text("body"), resolution: text("resolution") };
}
