// How an event's line is read where it stands. Rules E4, V2 and V3 in README.md.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type ChainRecord, NOTHING_BEFORE, recordText } from "./chain";
import { eventLineText } from "./export";
import { chainInLine, chainName, isEventLine, readEventLine } from "./eventLine";
import { nodeTools } from "./tools.node";
import { canonicalJson } from "../canonicalJson";

const hash = (digit: string) => digit.repeat(64);
/** Texts that look like the members around them. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    '","chain":"x',
    '},"salt":null',
    '"}',
    "\\",
    '\\"',
    ',"proof":["',
    "]}",
    "é–🙂",
    '"v":1,"words":null},"salt":',
  ),
);
const actor: fc.Arbitrary<ChainRecord["actor"]> = fc.oneof(
  fc.constant({ kind: "desk" } as const),
  fc.record({ kind: fc.constant("agent" as const), name: text }),
  fc.constant({ kind: "person", personId: "p1" as never } as const),
);
const record: fc.Arbitrary<ChainRecord> = fc.record({
  chain: text.filter((chain) => chain !== ""),
  seq: fc.integer({ min: 1, max: 1_000_000 }),
  prev: fc.constantFrom(NOTHING_BEFORE, hash("a")),
  at: fc.nat(),
  actor,
  client: fc.constantFrom(null, { kind: "browser", address: "" } as const),
  event: text.map((stage) => ({ kind: "reminded", stage, dueAt: 5 }) as const),
  words: fc.constantFrom(null, hash("b")),
});
const kept = fc.oneof(
  fc.constant({ salt: null, words: null }),
  fc.record({
    salt: fc.constant("0f".repeat(16)),
    words: fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true }),
  }),
);
const place = fc.record({
  leaf: fc.option(fc.nat()),
  proof: fc.option(fc.array(fc.constantFrom(hash("c"), hash("d")), { minLength: 1, maxLength: 3 }), { nil: undefined }),
});

const pieceOf = (file: string) => {
  const bytes = Buffer.from(file);
  return { bytes, text: nodeTools(null).characters(bytes) };
};

test("E4: a line that the desk writes is read as it was written, whatever its texts say", () => {
  fc.assert(
    fc.property(record, kept, place, fc.nat(50), (record, { salt, words }, { leaf, proof }, before) => {
      const line = eventLineText({
        leaf,
        hash: hash("e"),
        record,
        salt,
        words,
        ...(proof === undefined ? {} : { proof }),
      });
      const piece = pieceOf(`${"x".repeat(before)}${line}`);
      expect(isEventLine(piece, before)).toBe(true);
      const read = readEventLine(piece, before, piece.bytes.length - 1);
      if (read === null) throw new Error(`It was not read: ${line}`);
      const bytesAt = (from: number, to: number) => piece.bytes.toString("utf8", from, to);
      expect(read).toMatchObject({ leaf, seq: record.seq, proof: proof ?? null });
      expect(chainName(read.chain)).toBe(record.chain);
      expect(read.chain).toBe(chainInLine(record.chain));
      expect(bytesAt(read.record.from, read.record.to)).toBe(recordText(record));
      expect(bytesAt(read.hashAt, read.hashAt + 64)).toBe(hash("e"));
      expect(bytesAt(read.prevAt, read.prevAt + 64)).toBe(record.prev);
      expect(read.digestAt === null ? null : bytesAt(read.digestAt, read.digestAt + 64)).toBe(record.words);
      expect(read.words === null ? null : bytesAt(read.words.from, read.words.to)).toBe(
        words === null ? null : canonicalJson(words),
      );
      expect(read.words === null ? null : bytesAt(read.words.saltAt, read.words.saltAt + 32)).toBe(salt);
    }),
    { numRuns: 500 },
  );
});

test("V2: a line that was cut anywhere, or lacks one of its bytes, is not read", () => {
  const whole = eventLineText({
    leaf: 12,
    hash: hash("e"),
    record: {
      chain: "desk",
      seq: 3,
      prev: hash("a"),
      at: 5,
      actor: { kind: "desk" },
      client: null,
      event: { kind: "held" },
      words: null,
    },
    salt: null,
    words: null,
  }).trimEnd();
  const { from, to } = readEventLine(pieceOf(whole), 0, whole.length)?.record ?? { from: 0, to: 0 };
  for (let at = 0; at < whole.length; at += 1) {
    const cut = whole.slice(0, at);
    expect(readEventLine(pieceOf(cut), 0, cut.length), cut).toBeNull();
    // What the record says is held by its hash, and numbers by what must stand there.
    const isHashed = (at >= from && at < to) || /\d/.test(whole[at] as string);
    const lacking = whole.slice(0, at) + whole.slice(at + 1);
    if (!isHashed)
      expect(
        isEventLine(pieceOf(lacking), 0) && readEventLine(pieceOf(lacking), 0, lacking.length),
        lacking,
      ).toBeFalsy();
  }
});
