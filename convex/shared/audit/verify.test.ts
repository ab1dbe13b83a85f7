// @vitest-environment node
// What is done to an export by somebody without the desk's key, at random and with intent. Rules V1 to V10 in README.md.

import { beforeAll, expect, test } from "vitest";
import { check, newKey } from "../../testing/audit.helper";
import { randomFrom } from "../random.helper";
import { recordHash } from "./chain";
import { type Checkpoint, type CheckpointFacts, checkpointNote, keyIdOf, notesIn, vouchText } from "./checkpoint";
import { type EventLine, eventLineText, lineText, type TrailerLine, trailerLineText, trailerText } from "./export";
import { sealedExport } from "./export.helper";
import { webHashing } from "./hashing";
import { wordsDigest } from "./words";

const RUNS = 10_000;
const EVENTS = 20;
const key = newKey();
let sealed = "";
let lines: string[] = [];
beforeAll(async () => {
  sealed = await sealedExport(key, EVENTS);
  lines = sealed.trimEnd().split("\n");
});

test("V1: an export that nobody touched is right, with the key and without", async () => {
  const right = { events: EVENTS, proven: EVENTS - 2, pending: 2, checkpoints: 2, complete: true, whole: true };
  expect(await check([sealed])).toMatchObject(right);
  expect(await check([sealed], key.publicKey)).toMatchObject(right);
});

test(`V1 to V7: each of ${RUNS.toLocaleString("en")} random edits, deletions, reorderings and truncations is found`, async () => {
  const seed = 20_261_121;
  const below = randomFrom(seed);
  const missed: string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const [name, changed] = tampered(below);
    if (changed === sealed) continue;
    const result = await check([changed]);
    if (!("reason" in result)) missed.push(`seed ${seed}, run ${run}: ${name}`);
  }
  expect(missed).toEqual([]);
}, 60_000);

/** The export with one thing done to it, and what that was. */
function tampered(below: (n: number) => number): [string, string] {
  const joined = (changed: string[]) => `${changed.join("\n")}\n`;
  const [at, other] = [below(lines.length), below(lines.length)];
  const line = lines[at] as string;
  switch (below(9)) {
    case 0: {
      const place = below(sealed.length);
      return [
        `another character at ${place}`,
        sealed.slice(0, place) + String.fromCharCode(32 + below(95)) + sealed.slice(place + 1),
      ];
    }
    case 1: {
      const [from, length] = [below(sealed.length), 1 + below(400)];
      return [`${length} characters gone at ${from}`, sealed.slice(0, from) + sealed.slice(from + length)];
    }
    case 2:
      return [`line ${at} gone`, joined(lines.toSpliced(at, 1))];
    case 3: {
      const rest = lines.toSpliced(at, 1);
      return [`line ${at} moved to ${other}`, joined(rest.toSpliced(other, 0, line))];
    }
    case 4:
      return [`line ${at} twice`, joined(lines.toSpliced(other, 0, line))];
    case 5:
      return [`lines ${at} and ${other} exchanged`, joined(lines.with(at, lines[other] as string).with(other, line))];
    case 6:
      return [`cut off after ${at} lines`, joined(lines.slice(0, at))];
    case 7: {
      const place = below(sealed.length);
      const blank = [" ", "\t", "\r", "\n", "\ufeff", "\0"][below(6)] as string;
      return [`${JSON.stringify(blank)} put in at ${place}`, sealed.slice(0, place) + blank + sealed.slice(place)];
    }
    default: {
      const length = below(sealed.length - 2);
      return [`cut off after ${length} characters`, sealed.slice(0, length)];
    }
  }
}

/** Edits after which a reader of JSON finds the same in a line, or something else beside it. The second event is at line 4. */
const SAME_TO_A_READER: [string, (line: string) => string | Uint8Array][] = [
  ["white space before the line", (line) => ` ${line}`],
  ["white space after the line", (line) => `${line} `],
  ["a line end of another system", (line) => `${line}\r`],
  ["a byte order mark", (line) => `\ufeff${line}`],
  ["white space around the record", (line) => line.replace('"record":', '"record": ')],
  ["white space in the record", (line) => line.replace('"seq":', '"seq": ')],
  ["white space in the event", (line) => line.replace('"kind":"commented"', '"kind": "commented"')],
  ["white space in the words", (line) => line.replace('"words":{', '"words":{ ')],
  ["white space before the end", (line) => line.replace(/\}$/, " }")],
  [
    "another escape of the same letter in the record",
    (line) => line.replace('"kind":"commented"', String.raw`"kind":"\u0063ommented"`),
  ],
  ["another escape of the same letter in the words", (line) => line.replace("Please", String.raw`\u0050lease`)],
  ["an escaped slash", (line) => line.replace('"kind":"event"', String.raw`"kind":"\u0065vent"`)],
  ["another form of a number", (line) => line.replace('"leaf":1', '"leaf":1.0')],
  ["a number with a zero before it", (line) => line.replace('"leaf":1', '"leaf":01')],
  ["another form of a number in the record", (line) => line.replace('"seq":1', '"seq":1e0')],
  ["a record beside the record", (line) => line.replace('"record":', '"record":{"event":{"kind":"held"}},"record":')],
  ["a record after the words", (line) => line.replace(/\}$/, ',"record":{"event":{"kind":"held"}}}')],
  ["a member twice in the record", (line) => line.replace('"seq":1', '"seq":7,"seq":1')],
  ["an event twice in the record", (line) => line.replace('"prev":', '"event":{"kind":"held"},"prev":')],
  ["words beside the words", (line) => line.replace('"words":{', '"words":{"text":"Never."},"words":{')],
  ["a word twice", (line) => line.replace('"words":{', '"words":{"text":"Never.",')],
  ["a salt twice", (line) => line.replace('"salt":', '"salt":"ff","salt":')],
  ["a hash twice", (line) => line.replace('"hash":', `"hash":"${"0".repeat(64)}","hash":`)],
  ["another member", (line) => line.replace(/\}$/, ',"note":"approved by all"}')],
  ["a proof of nothing", (line) => line.replace(/\}$/, ',"proof":[]}')],
  ["members in another order", (line) => line.replace('"kind":"event","leaf":1,', '"leaf":1,"kind":"event",')],
  ["members of the record in another order", (line) => line.replace(/("prev":"\w+"),("seq":1)/, "$2,$1")],
  ["hexadecimal digits in upper case", (line) => line.replace(/(?<="hash":")\w+/, (hash) => hash.toUpperCase())],
  ["something after the line", (line) => `${line}{}`],
  ["an empty line after it", (line) => `${line}\n`],
  ["bytes that are no UTF-8", (line) => Buffer.from(line.replace("Please", "\xffPlease"), "latin1")],
];

test.each(SAME_TO_A_READER)("V2, V3: %s is found at its line", async (_, changed) => {
  const line = lines[3] as string;
  const edited = changed(line);
  expect(edited).not.toBe(line);
  const file = Buffer.concat([
    Buffer.from(lines.slice(0, 3).join("\n") + "\n"),
    Buffer.from(edited),
    Buffer.from("\n" + lines.slice(4).join("\n")),
  ]);
  const problem = await check([file]);
  expect("line" in problem && [4, 5]).toContain("line" in problem && problem.line);
});

test("V2: a line that is no event's is written in one way, too", async () => {
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('{"kind":"event"')) continue;
    for (const edited of [
      ` ${line}`,
      `${line}\r`,
      line.replace(":", ": "),
      line.replace("{", '{"kind":"note",'),
      `\ufeff${line}`,
    ]) {
      expect(await check([lines.with(at, edited).join("\n")]), edited).toMatchObject({ line: at + 1 });
    }
  }
});

test("V1: a file is read in pieces of any size, with the same result", async () => {
  const whole = await check([sealed]);
  const broken = lines.with(9, (lines[9] as string).replace('"at":', '"at":1')).join("\n");
  const problem = await check([broken]);
  expect(problem).toMatchObject({ line: 10 });
  for (const size of [1, 7, 64, 333, 1_000, 4_096]) {
    expect(await check([sealed], null, size)).toEqual(whole);
    expect(await check([broken], null, size)).toEqual(problem);
  }
});

const eventAt = (index: number) => JSON.parse(lines[2 + index] as string) as EventLine;

test("V3: who alters an event is told which one, also with its hash made to fit", async () => {
  const event = eventAt(1);
  const plain = lines.with(3, JSON.stringify({ ...event, record: { ...event.record, at: 1 } })).join("\n");
  expect(await check([plain])).toMatchObject({
    line: 4,
    chain: "request:r1",
    seq: event.record.seq,
    reason: expect.stringMatching(/^It was altered/),
  });
  const record = { ...event.record, at: 1 };
  const fitting = eventLineText({ ...event, record, hash: await recordHash(record) }).trimEnd();
  const next = await check([lines.with(3, fitting).join("\n")]);
  // The next event of the chain names the old hash.
  expect(next).toMatchObject({
    chain: "request:r1",
    seq: event.record.seq + 1,
    reason: expect.stringContaining("does not follow"),
  });
});

test("V3: altered words are found, and so are words put in with a digest made to fit", async () => {
  const event = eventAt(1);
  const words = { text: "I never wrote this." };
  const plain = lines.with(3, JSON.stringify({ ...event, words }));
  expect(await check([plain.join("\n")])).toMatchObject({
    line: 4,
    seq: 1,
    reason: expect.stringMatching(/^Its words were altered/),
  });
  const record = { ...event.record, words: await wordsDigest(event.salt ?? "", words) };
  const fitting = lines.with(3, eventLineText({ ...event, record, words, hash: await recordHash(record) }).trimEnd());
  expect(await check([fitting.join("\n")])).toHaveProperty("reason");
});

test("V6: the last events of chains, made to fit in everything but the root, do not reach the checkpoint", async () => {
  // The last event that the second checkpoint holds; no other names it.
  const at = 2 + (EVENTS - 3) + 1;
  const event = JSON.parse(lines[at] as string) as EventLine;
  const record = { ...event.record, at: 1 };
  const changed = lines.with(at, eventLineText({ ...event, record, hash: await recordHash(record) }).trimEnd());
  expect(await check([changed.join("\n")])).toMatchObject({
    reason: expect.stringMatching(/signs another root|does not follow/),
  });
});

test("V7: words that are left out to look erased are found by the trailer", async () => {
  const event = eventAt(1);
  const changed = lines.with(3, eventLineText({ ...event, salt: null, words: null }).trimEnd());
  expect(await check([changed.join("\n")])).toMatchObject({
    line: lines.length,
    reason: "The lines before it are not those that were signed.",
  });
});

test("V7: nothing can be added to the last line, nor its signature written in another way", async () => {
  const last = lines.at(-1) as string;
  const withLast = (changed: string) => check([[...lines.slice(0, -1), changed].join("\n")]);
  expect(await withLast(last.replace("{", '{"note":"approved by all",'))).toHaveProperty("reason");
  expect(await withLast(last.replace("{", "{ "))).toHaveProperty("reason");
  // The last digit of 64 bytes in base64 has four bits that mean nothing.
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const other = last.replace(/(.)==/, (_, letter: string) => `${letters[letters.indexOf(letter) + 1]}==`);
  expect(await withLast(other)).toHaveProperty("reason");
});

test("V9: an export that somebody else sealed is right in itself, and refused by the desk's key", async () => {
  const other = newKey();
  const forged = await sealedExport(other, EVENTS);
  expect(await check([forged])).toMatchObject({ events: EVENTS });
  expect(await check([forged], key.publicKey)).toMatchObject({
    reason: expect.stringContaining("is not the one you gave"),
  });
});

test("V9, K3: who trusts a key trusts the one it vouches for, and not one that only says so", async () => {
  const [before, stranger] = [newKey(), newKey()];
  const trailer = JSON.parse(lines.at(-1) as string) as TrailerLine;
  const withVouching = async (by: typeof before, signed: string) => {
    const beforeId = await keyIdOf(by.publicKey, webHashing);
    const keyId = await keyIdOf(key.publicKey, webHashing);
    const changed = [
      lines[0] as string,
      lineText({ kind: "key", keyId: beforeId, publicKey: by.publicKey, since: 500, vouched: null }).trimEnd(),
      lineText({
        kind: "key",
        keyId,
        publicKey: key.publicKey,
        since: 1_000,
        vouched: { by: beforeId, signature: signed },
      }).trimEnd(),
      ...lines.slice(2, -1),
    ];
    return await resealed(changed, trailer);
  };
  const vouched = await withVouching(before, before.sign(vouchText(trailer.origin, key.publicKey)));
  expect(await check([vouched], before.publicKey)).toMatchObject({ events: EVENTS });
  expect(await check([vouched], stranger.publicKey)).toHaveProperty("reason");
  const unvouched = await withVouching(before, stranger.sign(vouchText(trailer.origin, key.publicKey)));
  expect(await check([unvouched], before.publicKey)).toHaveProperty("reason");
});

/** Lines under a trailer that the desk's key signs anew. */
async function resealed(before: string[], trailer: TrailerLine): Promise<string> {
  const { signature: _, kind: __, ...facts } = trailer;
  const text = `${before.join("\n")}\n`;
  const next = { ...facts, lines: before.length, sha256: await webHashing.text(text) };
  return text + trailerLineText({ ...next, signature: key.sign(trailerText(next)) });
}

const DAY_MS = 86_400_000;
const kept = () => lines.filter((line) => line.startsWith('{"at"') && line.includes('"kind":"checkpoint"')).map((line) => JSON.parse(line) as Checkpoint);
const against = (...those: CheckpointFacts[]) => check([sealed], key.publicKey, undefined, those);

test("V10: checkpoints that were kept elsewhere are found again", async () => {
  const [first, last] = kept();
  if (first === undefined || last === undefined) throw new Error("There are too few checkpoints.");
  expect(await against(first, last)).toMatchObject({ complete: true, checkpoints: 2, kept: 2 });
  // A later one says nothing of an export that was made before it.
  expect(await against(last, { ...last, number: 3, size: last.size + 1, at: last.at + DAY_MS })).toMatchObject({ complete: true, kept: 1 });
});

test("V10: a history that was made anew with the desk's own key, or whose end was cut off, differs from them", async () => {
  const [first, last] = kept();
  if (first === undefined || last === undefined) throw new Error("There are too few checkpoints.");
  const reasonFor = async (one: CheckpointFacts) => ((await against(one)) as { reason?: string }).reason;
  expect(await reasonFor({ ...first, root: last.root })).toContain("Checkpoint 1 is not the one that you kept");
  expect(await reasonFor({ ...last, previous: "0".repeat(64) })).toContain("Checkpoint 2 is not the one that you kept");
  expect(await reasonFor({ ...last, number: 3, size: last.size + 1, at: last.at - DAY_MS })).toContain("the end of the history was cut off");
  expect(await reasonFor({ ...last, origin: `countersign-${"f".repeat(16)}` })).toContain("of another desk");
});

test("K4, V10: notes are read as they were written, whatever stands between them", async () => {
  const all = kept();
  const notes = await Promise.all(all.map((one) => checkpointNote(one, key.publicKey, webHashing)));
  const facts = all.map(({ origin, number, size, root, at, previous }) => ({ origin, number, size, root, at, previous }));
  expect(notesIn(notes.join("\n"))).toMatchObject(facts);
  expect(notesIn(`From the desk:\r\n${notes.join("\nand then\n").replaceAll("\n", "\r\n")}`)).toMatchObject(facts);
  expect(notesIn(notes.join("").replaceAll("number", "Number"))).toEqual([]);
});
