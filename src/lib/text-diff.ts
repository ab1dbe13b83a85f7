import { diffWordsWithSpace } from "diff";

/** A run of text that both sides have ("same"), or only the newer ("added") or the older one ("removed"). */
export interface DiffPart {
  kind: "same" | "added" | "removed";
  text: string;
}

/**
 * What changed from `before` to `after`, by words. Joining all parts but the removed ones gives `after` back, and all
 * but the added ones gives `before`. Texts too different to compare in reasonable time come out as one removal and one
 * addition.
 */
export function textDiff(before: string, after: string): DiffPart[] {
  // Word diffs of unlike texts grow with the square of their length; a screen must not freeze over one.
  const changes = diffWordsWithSpace(before, after, { maxEditLength: 800 });
  if (changes === undefined) {
    const whole: DiffPart[] = [
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ];
    return whole.filter((part) => part.text !== "");
  }
  return changes.map((change) => ({
    kind: change.added ? "added" : change.removed ? "removed" : "same",
    text: change.value,
  }));
}
