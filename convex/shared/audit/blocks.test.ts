// Blocks of ready lines. Rules B1 to B4 in README.md.

import { expect, test } from "vitest";
import { BLOCK_CHARACTERS, BLOCK_EVENTS, type BlockEvent, blockLines, blockOf, linesByHash, NO_WORDS, withoutWords } from "./blocks";
import type { ChainRecord } from "./chain";
import { eventEnd, eventLineText, eventStart, headIn } from "./export";
import type { Words } from "./words";

const NONE = new Map<number, string>();

/** An event of a chain with words that look like what is searched for. */
function lineOf(leaf: number, chain: string, words: Words | null, name = "Drafting") {
  const record: ChainRecord = {
    chain,
    seq: leaf + 1,
    prev: "0".repeat(64),
    at: leaf,
    actor: { kind: "agent", name },
    client: null,
    event: { kind: "commented", text: "" },
    words: words === null ? null : "d".repeat(64),
  };
  return { leaf, hash: "a".repeat(64), record, salt: words === null ? null : "5a17", words };
}

const eventOf = (line: ReturnType<typeof lineOf>): BlockEvent => ({ start: eventStart(line), end: eventEnd(line) });

const LINES = [
  lineOf(10, "request:a", { text: 'line\nbreak, "chain":"request:x", {"kind":"event","leaf":1' }),
  lineOf(11, 'policy:a "quoted\\" one', null, 'The "chain":"request:y" agent\n{"kind":"event","leaf":2'),
  lineOf(12, "request:a", { text: "\u2028 \u{1f600}" }),
];
const CHECKPOINTS = new Map([
  [11, '{"kind":"checkpoint","size":11}\n'],
  [13, '{"kind":"checkpoint","size":13}\n'],
]);

test("B1, B3: a block gives the lines that its events have, with the checkpoints where their leaves end", () => {
  const block = blockOf(10, LINES.map(eventOf), CHECKPOINTS);
  expect(block).toMatchObject({ from: 10, to: 13 });
  const [one, two, three] = LINES.map((line) => eventLineText(line).trimEnd());
  const all = blockLines(block, 10, 13);
  expect(all.lines).toEqual([one, '{"kind":"checkpoint","size":11}', two, three, '{"kind":"checkpoint","size":13}']);
  expect(all).toMatchObject({ events: 3, checkpointed: 13 });
  const heads = LINES.map(({ record, hash }) => ({ chain: record.chain, seq: record.seq, hash }));
  expect(all.lines.map(headIn).filter((head) => head !== null)).toEqual(heads);
});

test("B3: some leaves of a block give their lines alone, and the checkpoints that end with one of them", () => {
  const block = blockOf(10, LINES.map(eventOf), CHECKPOINTS);
  const [one, two, three] = LINES.map((line) => eventLineText(line).trimEnd());
  expect(blockLines(block, 11, 12)).toMatchObject({ lines: [two], events: 1, checkpointed: null });
  expect(blockLines(block, 10, 11)).toMatchObject({ lines: [one, '{"kind":"checkpoint","size":11}'], checkpointed: 11 });
  expect(blockLines(block, 12, 13)).toMatchObject({ lines: [three, '{"kind":"checkpoint","size":13}'], events: 1 });
});

test("B3: an event's line is found by its hash", () => {
  const some = LINES.map((line, i) => ({ ...line, hash: "abc".charAt(i).repeat(64) }));
  const block = blockOf(10, some.map(eventOf), CHECKPOINTS);
  const found = linesByHash(block, new Set(["b".repeat(64), "c".repeat(64), "f".repeat(64)]));
  expect([...found]).toEqual([1, 2].map((i) => [some[i]?.hash, { leaf: 10 + i, line: eventLineText(some[i]!).trimEnd() }]));
});

test("B1: a block ends after its number of events, and before lines that are too long for it", () => {
  const events = Array.from({ length: BLOCK_EVENTS + 5 }, (_, i) => eventOf(lineOf(i, "desk", null)));
  expect(blockOf(0, events, NONE).to).toBe(BLOCK_EVENTS);
  const long = { start: events[0]?.start ?? "", end: "x".repeat(BLOCK_CHARACTERS / 3) };
  expect(blockOf(0, [long, long, long], NONE).to).toBe(2);
  const huge = { start: events[0]?.start ?? "", end: "x".repeat(2 * BLOCK_CHARACTERS) };
  expect(blockOf(0, [huge, long], NONE).to).toBe(1);
  expect(() => blockOf(0, [], NONE)).toThrow(RangeError);
});

test("B4: without the words of some leaves, nothing of them is in the block, and the other lines are as before", () => {
  const block = blockOf(10, LINES.map(eventOf), NONE);
  const erased = { ...block, ends: withoutWords(block, [10]) };
  const { lines } = blockLines(erased, 10, 13);
  const gone = eventLineText({ ...lineOf(10, "request:a", { text: "" }), salt: null, words: null });
  // The record still has the digest of the words that were there.
  expect(`${lines[0]}\n`).toBe(gone);
  expect(erased.ends).not.toContain("5a17\",\"words\":{\"text\":\"line");
  expect(lines.slice(1)).toEqual(blockLines(block, 11, 13).lines);
  expect(NO_WORDS).toBe(',"salt":null,"words":null}');
});
