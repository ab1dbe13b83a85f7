import type { LanguageModelV4Content, LanguageModelV4StreamPart } from "@ai-sdk/provider";

/**
 * Pause between words in milliseconds: fast enough to work with, slow enough to follow. TEMPLATE_DELAY_MS overrides it.
 */
const DELAY_MS = 12;

/** Content as a stream: text and tool inputs word by word, then `end`. Stops with the signal's reason when aborted. */
export function streamOf(
  content: readonly LanguageModelV4Content[],
  end: LanguageModelV4StreamPart,
  signal: AbortSignal | undefined,
): ReadableStream<LanguageModelV4StreamPart> {
  const parts = partsOf(content, end);
  const delayMs = process.env.TEMPLATE_DELAY_MS === undefined ? DELAY_MS : Number(process.env.TEMPLATE_DELAY_MS);
  return new ReadableStream<LanguageModelV4StreamPart>({
    pull: async (controller) => {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (signal?.aborted) {
        controller.error(signal.reason);
        return;
      }
      const next = parts.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

function* partsOf(
  content: readonly LanguageModelV4Content[],
  end: LanguageModelV4StreamPart,
): Generator<LanguageModelV4StreamPart, void> {
  yield { type: "stream-start", warnings: [] };
  for (const [index, part] of content.entries()) {
    if (part.type === "text") {
      const id = `text-${index}`;
      yield { type: "text-start", id };
      for (const delta of wordsOf(part.text)) yield { type: "text-delta", id, delta };
      yield { type: "text-end", id };
    } else if (part.type === "tool-call") {
      const id = part.toolCallId;
      yield { type: "tool-input-start", id, toolName: part.toolName };
      for (const delta of wordsOf(part.input)) yield { type: "tool-input-delta", id, delta };
      yield { type: "tool-input-end", id };
      yield part;
    }
  }
  yield end;
}

function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}
