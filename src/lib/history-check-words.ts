import { minuteTime } from "./format";
import type { HistoryCheck } from "./use-history-check";

/** What was found out about a history, in words: one sentence, and what it does not cover. */
export function historyCheckWords({ checked, signs, more }: HistoryCheck): { title: string; lines: string[] } {
  switch (checked.kind) {
    case "impossible":
      return { title: "This browser cannot check the history.", lines: [checked.reason, "Export it and check the file instead."] };
    case "altered": {
      const where = checked.seq === null ? "" : `Event ${checked.seq}: `;
      const lines = [`${where}${checked.reason}`, "Nothing after it can be relied on. Compare it with an earlier export or a checkpoint kept elsewhere."];
      return { title: "The history of this request was altered.", lines };
    }
    case "unaltered": {
      const { events, proven, erased, first, checkpoint } = checked;
      const rest = events - proven;
      const title =
        checkpoint === null || proven === 0
          ? "Its events follow one another without a break."
          : `The history of this request is unaltered up to checkpoint ${checkpoint.number} of ${minuteTime(checkpoint.at)}.`;
      const lines = [
        ...(rest === 0 ? [] : [restText(rest, signs)]),
        ...(erased === 0 ? [] : [`${erased === 1 ? "The words of one event were" : `The words of ${erased} events were`} erased; that they happened is proven.`]),
        ...(first === 1 ? [] : [`Events 1 to ${first - 1} were sealed: they are in an earlier export.`]),
        ...(more ? ["Only its first 500 events were checked here; an export holds all of them."] : []),
      ];
      return { title, lines };
    }
    default:
      return checked satisfies never;
  }
}

function restText(rest: number, signs: boolean): string {
  const events = rest === 1 ? "One event is" : `${rest} events are`;
  return signs
    ? `${events} newer than the last checkpoint: chained, but not yet proven. One is made every minute.`
    : `${events} in no checkpoint, because the desk has no signing key: an admin must set AUDIT_SIGNING_KEY.`;
}
