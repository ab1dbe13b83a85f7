// Blocks: the lines of neighbouring events of the tree as an export writes them, kept ready in one piece, because reading one row
// for hundreds of events costs little more than reading one event (rules B1 to B5 in README.md). What never changes (`starts`) stands apart from
// the words (`ends`), which are erased one by one.

import { EVENT_START, eventEnd, hashIn } from "./export";

/** Events in a block, if their lines are short enough. */
export const BLOCK_EVENTS = 256;
/**
 * Characters (UTF-16 code units) that a block's lines have together; a longer line has a block of its own. Convex stores documents
 * of up to 1 MiB, and a character takes up to three bytes.
 */
export const BLOCK_CHARACTERS = 256 * 1024;

/** An event's line in two halves (`eventStart`, `eventEnd`). */
export type BlockEvent = { start: string; end: string };

/** The lines of the leaves from `from` up to (and without) `to`. */
export type Block = {
  from: number;
  to: number;
  /** A line for each: an event's start, or, right after the event it ends with, a checkpoint's whole line. */
  starts: string;
  /** A line for each event: its line's end. */
  ends: string;
};

/** What stands in an end once the words were erased, and where there never were any. */
export const NO_WORDS = eventEnd({ salt: null, words: null });

/**
 * The block that begins with leaf `from`: of the first of these events as many as it takes, at least one. `checkpoints`: whole
 * lines with their line ends, by the size of their tree. Throws a RangeError where there is no event.
 */
export function blockOf(from: number, events: readonly BlockEvent[], checkpoints: ReadonlyMap<number, string>): Block {
  const starts: string[] = [];
  const ends: string[] = [];
  let characters = 0;
  for (const { start, end } of events.slice(0, BLOCK_EVENTS)) {
    const checkpoint = checkpoints.get(from + ends.length + 1)?.trimEnd();
    characters += start.length + end.length + (checkpoint?.length ?? 0);
    if (characters > BLOCK_CHARACTERS && ends.length > 0) break;
    starts.push(start);
    ends.push(end);
    if (checkpoint !== undefined) starts.push(checkpoint);
  }
  if (ends.length === 0) throw new RangeError("A block has at least one event.");
  return { from, to: from + ends.length, starts: starts.join("\n"), ends: ends.join("\n") };
}

/** Some lines of a block. */
export type BlockLines = {
  /** Whole lines without their line ends. */
  lines: string[];
  events: number;
  /** The size of the last checkpoint among them; null where there is none. */
  checkpointed: number | null;
};

/** The lines of a block's leaves from `from` up to (and without) `to`, as an export has them. The block holds these leaves. */
export function blockLines(block: Block, from: number, to: number): BlockLines {
  const ends = block.ends.split("\n");
  const found: BlockLines = { lines: [], events: 0, checkpointed: null };
  let leaf = block.from;
  for (const start of block.starts.split("\n")) {
    if (start.startsWith(EVENT_START)) {
      if (leaf >= to) break;
      if (leaf >= from) {
        found.lines.push(start + (ends[leaf - block.from] ?? ""));
        found.events += 1;
      }
      leaf += 1;
    } else if (leaf > from) {
      found.lines.push(start);
      found.checkpointed = leaf;
    }
  }
  return found;
}

/** An event's place in the tree and its whole line, without its line end. */
export type ReadyLine = { leaf: number; line: string };

/** The lines of those events of a block that have one of these hashes, by their hash. */
export function linesByHash(block: Block, hashes: ReadonlySet<string>): Map<string, ReadyLine> {
  const ends = block.ends.split("\n");
  const found = new Map<string, ReadyLine>();
  let leaf = block.from;
  for (const start of block.starts.split("\n")) {
    if (!start.startsWith(EVENT_START)) continue;
    const hash = hashIn(start);
    if (hashes.has(hash)) found.set(hash, { leaf, line: start + (ends[leaf - block.from] ?? "") });
    leaf += 1;
  }
  return found;
}

/** The ends of a block without the words of these leaves, each of which it holds. */
export function withoutWords({ from, ends }: Pick<Block, "from" | "ends">, leaves: readonly number[]): string {
  const lines = ends.split("\n");
  for (const leaf of leaves) lines[leaf - from] = NO_WORDS;
  return lines.join("\n");
}
