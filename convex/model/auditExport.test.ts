// @vitest-environment node
// Exports of the desk's own history, checked by nothing but their lines. Rules E, V, C5 and K in shared/audit/README.md.

import { expect, test, vi } from "vitest";
import { api, internal } from "../_generated/api";
import type { Doc } from "../_generated/dataModel";
import type { ActionCtx, MutationCtx } from "../_generated/server";
import { check, checkpointAll, exported, withKey } from "../testing/audit.helper";
import { approve, cast } from "../testing/review.helper";
import { type Desk, quietWithFakeTimers, refusal, settle, submitted } from "../testing/desk.helper";
import { exportPage, type Progress } from "./auditExport";
import { signerOf } from "./auditKeys";
import { exportPart } from "./exportPart";

quietWithFakeTimers();

/** A desk with two requests, one decided. */
async function lived() {
  const on = await cast();
  await checkpointAll(on.desk); // takes the key into use
  const first = await submitted(on.desk, on.requester);
  await submitted(on.desk, on.requester);
  await approve(on.priya, first);
  await settle(on.desk);
  return { ...on, first };
}

/** A part of a filtered export whose pages are these events. */
async function partOf(desk: Desk, pages: Doc<"auditEvents">[][]): Promise<{ text: string }> {
  const key = await signerOf("AUDIT_SIGNING_KEY");
  if (key === null) throw new Error("There is no key.");
  const of = { whole: false, filter: { some: true }, part: 1, previous: null, from: 0 };
  const decoder = new TextDecoder();
  let text = "";
  const calls = { runQuery: desk.query, runMutation: desk.mutation } as unknown as ActionCtx;
  const left = [...pages];
  const next = async (progress: Progress) => {
    const rows = left.shift();
    return rows === undefined ? null : await desk.run((ctx) => exportPage(ctx as MutationCtx, rows, progress));
  };
  for await (const piece of exportPart(calls, of, next)) text += decoder.decode(piece);
  return { text };
}

const parsed = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string } & Record<string, unknown>);

test("C5, K5: events wait until a checkpoint holds them, and without a key they go on waiting", async () => {
  const { desk } = await lived();
  const waiting = () => desk.run(async (ctx) => (await ctx.db.query("auditLeaves").collect()).filter(({ index }) => index === undefined));
  const before = (await waiting()).length;
  expect(before).toBeGreaterThan(10);
  await checkpointAll(desk);
  expect((await waiting()).length).toBe(before);
  expect(await desk.run((ctx) => ctx.db.query("auditCheckpoints").collect())).toEqual([]);
  await withKey();
  await checkpointAll(desk);
  expect(await waiting()).toHaveLength(1); // that there is a key
});

test("K1: nothing happens where nothing waits, and each checkpoint follows the one before", async () => {
  await withKey();
  const { desk, requester, first } = await lived();
  await checkpointAll(desk);
  await checkpointAll(desk);
  expect(await desk.run((ctx) => ctx.db.query("auditCheckpoints").collect())).toHaveLength(1);
  await requester.mutation(api.decisions.comment, { requestId: first, text: "Thank you." });
  await checkpointAll(desk); // too young
  expect(await desk.run((ctx) => ctx.db.query("auditCheckpoints").collect())).toHaveLength(1);
  vi.advanceTimersByTime(2_001);
  await checkpointAll(desk);
  const [one, two] = await desk.run((ctx) => ctx.db.query("auditCheckpoints").collect());
  expect(two).toMatchObject({ number: 2, size: (one?.size ?? 0) + 1 });
});

test("E1, E7: a whole export is checked with nothing but its lines and the public key", async () => {
  const { publicKey } = await withKey();
  const { desk } = await lived();
  const text = await exported(desk);
  const report = await check([text], publicKey);
  const events = await desk.run((ctx) => ctx.db.query("auditEvents").collect());
  expect(report).toMatchObject({ events: events.length, proven: events.length, pending: 0, erased: 0, complete: true, whole: true });
  expect(parsed(text).map(({ kind }) => kind)).toEqual([
    "export",
    "key",
    ...events.map(() => "event"),
    "checkpoint",
    ...new Set(events.map(({ chain }) => chain)),
    "trailer",
  ].map((kind) => (kind.includes(":") || kind === "desk" ? "head" : kind)));
});

test("E2: events that no checkpoint holds are in the export, and counted as not yet proven", async () => {
  await withKey();
  const { desk, requester, first } = await lived();
  await requester.mutation(api.decisions.comment, { requestId: first, text: "Thank you." });
  expect(await check([await exported(desk)])).toMatchObject({ pending: 1 });
});

test("K5: without a key nothing is exported, and it says why", async () => {
  const { desk } = await lived();
  expect(await refusal(exported(desk))).toMatchObject({ code: "auditKeyMissing" });
});

test("V8, E8: parts follow one another, and a missing, exchanged or foreign one is found", async () => {
  const { publicKey } = await withKey();
  const { desk } = await lived();
  await checkpointAll(desk);
  const parts: string[] = [];
  for (let [part, previous, from, last] = [1, null as string | null, 0, false]; !last; part += 1) {
    const made = await desk.action(internal.auditExport.wholePart, { part, previous, from, size: { bytes: 3_000, page: 4 } });
    parts.push(made.text);
    [previous, from, last] = [made.hash, made.to, made.last];
  }
  const events = (await desk.run((ctx) => ctx.db.query("auditEvents").collect())).length;
  expect(parts.length).toBeGreaterThan(2);
  const report = await check(parts, publicKey);
  expect(report).toMatchObject({ parts: parts.length, events, proven: events, complete: true });
  expect(await check([parts.join("")], publicKey)).toEqual(report);
  // Each part proves its own events.
  for (const [i, part] of parts.entries()) expect(await check([part])).toMatchObject({ parts: 1, firstPart: i + 1 });
  const [one = "", two = "", three = ""] = parts;
  expect(await check([one, three])).toMatchObject({ part: 2, line: 1, reason: "Part 3 does not follow part 1." });
  expect(await check([two, one])).toMatchObject({ line: 1 });
  expect(await check([one, two, ...parts])).toMatchObject({ line: 1 });
  const other = await desk.action(internal.auditExport.wholePart, { part: 1, previous: null, from: 0, size: { bytes: 3_000, page: 5 } });
  expect(await check([other.text, two])).toMatchObject({ reason: "It is not the part that was made after part 1." });
  expect(await check(parts.slice(0, -1))).toMatchObject({ complete: false });
});

test("E3: an export of some events proves each of them, in whatever order they are found", async () => {
  const { publicKey } = await withKey();
  const { desk } = await lived();
  await checkpointAll(desk);
  const rows = await desk.run((ctx) => ctx.db.query("auditEvents").collect());
  const some = rows.filter((_, i) => i % 3 !== 1);
  const texts = await desk.action(internal.auditExport.wholePart, { part: 1, previous: null, from: 0 });
  expect(texts.events).toBe(rows.length);
  const { text } = await partOf(desk, [some.slice(4, 9), some.slice(0, 4), some.slice(9)]);
  expect(parsed(text).filter(({ kind }) => kind === "gap").length).toBeGreaterThan(3);
  expect(parsed(text).filter(({ proof }) => proof !== undefined)).toHaveLength(4);
  expect(await check([text], publicKey)).toMatchObject({ events: some.length, proven: some.length, whole: false, filter: { some: true } });
});
