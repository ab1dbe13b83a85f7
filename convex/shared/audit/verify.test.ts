// @vitest-environment node
// What is done to an export by somebody without the desk's key, at random and with intent. Rules V1 to V9 in README.md.

import { beforeAll, expect, test } from "vitest";
import { check, newKey } from "../../testing/audit.helper";
import { randomFrom } from "../random.helper";
import { recordHash } from "./chain";
import { keyIdOf, vouchText } from "./checkpoint";
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
  switch (below(8)) {
    case 0: {
      const place = below(sealed.length);
      return [`another character at ${place}`, sealed.slice(0, place) + String.fromCharCode(32 + below(95)) + sealed.slice(place + 1)];
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
    default: {
      const length = below(sealed.length - 2);
      return [`cut off after ${length} characters`, sealed.slice(0, length)];
    }
  }
}

const eventAt = (index: number) => JSON.parse(lines[2 + index] as string) as EventLine;

test("V3: who alters an event is told which one, also with its hash made to fit", async () => {
  const event = eventAt(1);
  const plain = lines.with(3, JSON.stringify({ ...event, record: { ...event.record, at: 1 } })).join("\n");
  expect(await check([plain])).toMatchObject({ line: 4, chain: "request:r1", seq: event.record.seq, reason: expect.stringMatching(/^It was altered/) });
  const record = { ...event.record, at: 1 };
  const fitting = eventLineText({ ...event, record, hash: await recordHash(record) }).trimEnd();
  const next = await check([lines.with(3, fitting).join("\n")]);
  // The next event of the chain names the old hash.
  expect(next).toMatchObject({ chain: "request:r1", seq: event.record.seq + 1, reason: expect.stringContaining("does not follow") });
});

test("V3: altered words are found, and so are words put in with a digest made to fit", async () => {
  const event = eventAt(1);
  const words = { text: "I never wrote this." };
  const plain = lines.with(3, JSON.stringify({ ...event, words }));
  expect(await check([plain.join("\n")])).toMatchObject({ line: 4, seq: 1, reason: expect.stringMatching(/^Its words were altered/) });
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
  expect(await check([changed.join("\n")])).toMatchObject({ reason: expect.stringMatching(/signs another root|does not follow/) });
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
  expect(await check([forged], key.publicKey)).toMatchObject({ reason: expect.stringContaining("is not the one you gave") });
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
      lineText({ kind: "key", keyId, publicKey: key.publicKey, since: 1_000, vouched: { by: beforeId, signature: signed } }).trimEnd(),
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
