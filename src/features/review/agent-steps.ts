/** A message of the agents' thread as far as this screen reads it; parts are checked here, not trusted. */
export interface ThreadMessage {
  key: string;
  order: number;
  role: "system" | "user" | "assistant";
  status: "streaming" | "pending" | "success" | "failed";
  agentName?: string | undefined;
  text: string;
  parts: readonly unknown[];
}

export type ToolState = "writing" | "running" | "done" | "failed";

/** One line of the agents' timeline. */
export type AgentStep =
  | { kind: "prompt"; key: string; text: string }
  | { kind: "note"; key: string; agent: string; text: string; streaming: boolean; thinking: boolean }
  | { kind: "tool"; key: string; agent: string; tool: string; state: ToolState; input: unknown; output: unknown; error: string | null }
  | { kind: "broken"; key: string; agent: string };

type Part = Record<string, unknown>;

/** The agents' thread as steps in the order in which they happened. Unknown kinds of parts are left out. */
export function agentSteps(messages: readonly ThreadMessage[]): AgentStep[] {
  return messages.flatMap((message): AgentStep[] => {
    if (message.role === "user") return [{ kind: "prompt", key: message.key, text: message.text }];
    if (message.role !== "assistant") return [];
    const agent = message.agentName ?? "The agent";
    const steps = message.parts.flatMap((part, index) => partStep(part, `${message.key}:${index}`, agent, message));
    if (message.status === "failed") steps.push({ kind: "broken", key: `${message.key}:failed`, agent });
    return steps;
  });
}

function partStep(raw: unknown, key: string, agent: string, message: ThreadMessage): AgentStep[] {
  if (typeof raw !== "object" || raw === null) return [];
  const part = raw as Part;
  const type = part["type"];
  if (type === "text" || type === "reasoning") {
    const text = typeof part["text"] === "string" ? part["text"] : "";
    if (text.trim() === "") return [];
    const streaming = message.status === "streaming" && part["state"] === "streaming";
    return [{ kind: "note", key, agent, text, streaming, thinking: type === "reasoning" }];
  }
  const tool = toolName(part);
  if (tool === null) return [];
  return [
    {
      kind: "tool",
      key,
      agent,
      tool,
      state: toolState(part["state"], message.status),
      input: part["input"],
      output: part["output"],
      error: typeof part["errorText"] === "string" ? part["errorText"] : null,
    },
  ];
}

function toolName(part: Part): string | null {
  const { type, toolName: dynamic } = part as { type?: unknown; toolName?: unknown };
  if (type === "dynamic-tool" && typeof dynamic === "string") return dynamic;
  return typeof type === "string" && type.startsWith("tool-") ? type.slice("tool-".length) : null;
}

/** A tool call that its message's end left without an answer was cut off. */
function toolState(state: unknown, status: ThreadMessage["status"]): ToolState {
  if (state === "output-available") return "done";
  if (state === "output-error" || state === "output-denied" || status === "failed") return "failed";
  if (state === "input-streaming") return "writing";
  return status === "success" ? "done" : "running";
}

/** Tool names as the desk says them: "lookUpOrder" → "Look up order". */
export function toolWords(tool: string): string {
  const words = tool.replaceAll(/[_-]+/g, " ").replaceAll(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A tool's input or answer as text for a person: one "name: value" a line, what is inside something indented below it,
 * and every text as it is, with its own line breaks. Nothing is left out but what is missing.
 */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  const items: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => ["-", item])
    : Object.entries(value).map(([name, item]) => [`${name}:`, item]);
  return items.map(([label, item]) => `${label}${below(item)}`).join("\n");
}

function below(value: unknown): string {
  const text = plain(value);
  if (text === "") return value === null ? " none" : "";
  const nested = typeof value === "object" || text.includes("\n");
  return nested ? `\n${text.replaceAll(/^/gm, "  ")}` : ` ${text}`;
}
