// @vitest-environment node
// Blocks as the desk gathers, reads, erases and drops them. Rules B1 to B5 in shared/audit/README.md.

import { expect, test, vi } from "vitest";
import { api, internal } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";
import { check, checkpointAll, exported, withKey } from "../testing/audit.helper";
import { approve, cast } from "../testing/review.helper";
import { type Desk, quietWithFakeTimers, settle, submitted } from "../testing/desk.helper";
import { DESK, record } from "./audit";
import { gatherBlock, nextBlock } from "./auditBlocks";
import { exportPage, type Lines } from "./auditExport";

quietWithFakeTimers();

const PER_BLOCK = 5;
const SECRET = "He lives in the house with the blue door.";

/** A desk whose events are in the tree, in two checkpoints, with a request that was approved and commented on. */
async function lived() {
  const { publicKey } = await withKey();
  const on = await cast();
  const requestId = await submitted(on.desk, on.requester);
  await approve(on.priya, requestId);
  await settle(on.desk);
  await checkpointAll(on.desk);
  for (const text of [SECRET, "Thank you.", "And?", "Well?"]) await on.requester.mutation(api.decisions.comment, { requestId, text });
  vi.advanceTimersByTime(3_000);
  await checkpointAll(on.desk);
  return { ...on, requestId, publicKey };
}

/** Writes every block of `PER_BLOCK` events that is due. */
async function gatherAll(desk: Desk): Promise<void> {
  while ((await desk.run((ctx) => gatherBlock(ctx as MutationCtx, PER_BLOCK))).more);
}

const blocks = (desk: Desk) => desk.run((ctx) => ctx.db.query("auditBlocks").collect());
const blockWords = (desk: Desk) => desk.run((ctx) => ctx.db.query("auditBlockWords").collect());
const leaves = (desk: Desk) => desk.run((ctx) => ctx.db.query("auditLeaves").collect());
/** The lines of an export without its first and last ones, which hold the time. */
const inner = (text: string) => text.trimEnd().split("\n").slice(1, -1);
const trailerOf = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

test("B1, B2: blocks are written once for leaves that are in the tree, without a gap, and none that would not be full", async () => {
  const { desk, requester, requestId } = await lived();
  await gatherAll(desk);
  const size = (await leaves(desk)).length;
  const before = await blocks(desk);
  expect(before.map(({ from, to }) => to - from)).toEqual(Array(Math.floor(size / PER_BLOCK)).fill(PER_BLOCK));
  expect(before.map(({ from }) => from)).toEqual(before.map((_, i) => i * PER_BLOCK));
  expect((await blockWords(desk)).map(({ from, to }) => [from, to])).toEqual(before.map(({ from, to }) => [from, to]));
  for (let i = 0; i < PER_BLOCK; i += 1) await requester.mutation(api.decisions.comment, { requestId, text: "And?" });
  expect(await desk.run((ctx) => nextBlock(ctx as MutationCtx, PER_BLOCK))).toMatchObject({ isDue: false });
  vi.advanceTimersByTime(3_000);
  await checkpointAll(desk);
  await gatherAll(desk);
  expect((await blocks(desk)).slice(0, before.length)).toEqual(before);
  expect((await blocks(desk)).length).toBeGreaterThan(before.length);
});

test("B3: a whole export is the same from blocks as from events, whatever part of them is in blocks", async () => {
  const { desk, publicKey } = await lived();
  const bare = await exported(desk);
  expect(bare).toContain(SECRET);
  const { checkpoints } = (await check([bare], publicKey)) as { checkpoints: number };
  expect(checkpoints).toBeGreaterThan(1);
  for (;;) {
    const { more } = await desk.run((ctx) => gatherBlock(ctx as MutationCtx, PER_BLOCK));
    const text = await exported(desk);
    expect(inner(text)).toEqual(inner(bare));
    expect(await check([text], publicKey)).toMatchObject({ complete: true, pending: 0, checkpoints });
    if (!more) break;
  }
  expect((await blocks(desk)).length).toBeGreaterThan(2);
  // Blocks are what is read: without the events that they hold the lines are the same, but for the ends of chains.
  const inBlocks = (await leaves(desk)).slice(0, PER_BLOCK);
  await desk.run(async (ctx) => {
    for (const { eventId } of inBlocks) await ctx.db.delete("auditEvents", eventId);
  });
  const events = (text: string) => inner(text).filter((line) => line.startsWith('{"kind":"event"'));
  expect(events(await exported(desk))).toEqual(events(bare));
});

test("B3: parts that begin and end within blocks follow one another and prove their events", async () => {
  const { desk, publicKey } = await lived();
  await gatherAll(desk);
  const size = (await leaves(desk)).length;
  // A part whose tree ends within a block, as one that was begun before the block was written.
  const early = await desk.query(internal.auditExport.tree, {
    from: 0,
    limit: 3,
    progress: { next: 0, size: PER_BLOCK + 2, checkpointed: 0 },
  });
  expect(early).toMatchObject({ events: PER_BLOCK + 2, progress: { next: PER_BLOCK + 2 } });
  const whole = await exported(desk);
  for (const from of [1, PER_BLOCK - 1, PER_BLOCK, size - 1]) {
    const { text } = await desk.action(internal.auditExport.wholePart, { part: 2, previous: "0".repeat(64), from });
    expect(await check([text], publicKey)).toMatchObject({ firstPart: 2, events: size - from, proven: size - from });
    expect(whole).toContain(inner(text).filter((line) => line.startsWith('{"kind":"event"')).at(-1));
  }
});

test("B3: a page of a filter is the same from blocks as from events, whatever of it they hold, and wherever the part began", async () => {
  const { desk } = await lived();
  const events = await desk.run((ctx) => ctx.db.query("auditEvents").collect());
  const size = (await leaves(desk)).length;
  const pages = [events.filter((_, i) => i % 3 === 1), events.slice(0, 4), events.slice(-1), []];
  // From the first leaf on; where an earlier page held later leaves; in a tree that ends within a block.
  const begun = [
    { next: 0, size, checkpointed: 0 },
    { next: PER_BLOCK + 2, size, checkpointed: 0 },
    { next: 0, size: 2 * PER_BLOCK + 1, checkpointed: 0 },
  ];
  const lines = () =>
    desk.run(async (ctx) => {
      const all: Lines[] = [];
      for (const rows of pages) for (const progress of begun) all.push(await exportPage(ctx as MutationCtx, rows, progress));
      return all;
    });
  const bare = await lines();
  expect(bare[0]).toMatchObject({ events: pages[0]?.length, text: expect.stringContaining(SECRET) });
  expect(bare[1]?.text).toContain('"proof":');
  for (let more = true; more; ) {
    ({ more } = await desk.run((ctx) => gatherBlock(ctx as MutationCtx, PER_BLOCK)));
    expect(await lines()).toEqual(bare);
  }
  // Blocks are what is read: without what they hold the lines are the same.
  await desk.run(async (ctx) => {
    for (const { _id } of (await ctx.db.query("auditWords").collect()).slice(0, -PER_BLOCK)) await ctx.db.delete("auditWords", _id);
  });
  expect((await lines())[0]).toEqual(bare[0]);
});

test("B4: erased words are in no block, and the export says how many were erased", async () => {
  const { desk, requester, samira, helen, publicKey } = await lived();
  await gatherAll(desk);
  expect(JSON.stringify(await blockWords(desk))).toContain(SECRET);
  expect(JSON.stringify(await blocks(desk))).not.toContain(SECRET);
  await samira.mutation(api.people.remove, { personId: requester.id });
  const subject = { kind: "person", personId: requester.id } as const;
  await samira.mutation(api.privacy.erase, { confirm: "erase", subject });
  await settle(desk);
  expect(await helen.query(api.privacy.erasures, {})).toMatchObject([{ events: expect.any(Number), doneAt: expect.any(Number) }]);
  const kept = await blockWords(desk);
  expect(JSON.stringify(kept)).not.toContain(SECRET);
  expect(JSON.stringify(kept)).not.toContain(requester.name);
  vi.advanceTimersByTime(3_000);
  const text = await exported(desk);
  const report = await check([text], publicKey);
  expect(report).toMatchObject({ complete: true, pending: 0 });
  expect("erased" in report && report.erased).toBeGreaterThan(2);
  // What is in blocks is what is in the events' own rows, and no words more.
  await desk.run(async (ctx) => {
    for (const table of ["auditBlocks", "auditBlockWords"] as const) {
      for (const { _id } of await ctx.db.query(table).collect()) await ctx.db.delete(table, _id);
    }
  });
  expect(inner(await exported(desk))).toEqual(inner(text));
});

test("B5: sealing drops every block of the period, and later ones go on", async () => {
  const { desk, requester, requestId, publicKey } = await lived();
  await gatherAll(desk);
  const { size } = (await desk.run((ctx) => ctx.db.query("auditCheckpoints").collect()))[0] ?? { size: 0 };
  expect(size % PER_BLOCK).not.toBe(0);
  expect((await blocks(desk)).some(({ from }) => from >= size)).toBe(false);
  const whole = await exported(desk);
  await desk.mutation(internal.auditSealing.seal, { size, trailers: [trailerOf(whole)] });
  await settle(desk);
  expect(await blocks(desk)).toEqual([]);
  expect(await blockWords(desk)).toEqual([]);
  for (let i = 0; i < PER_BLOCK; i += 1) await requester.mutation(api.decisions.comment, { requestId, text: "And?" });
  vi.advanceTimersByTime(3_000);
  await checkpointAll(desk);
  await gatherAll(desk);
  expect((await blocks(desk))[0]).toMatchObject({ from: size });
  const report = await check([await exported(desk)], publicKey);
  expect(report).toMatchObject({ complete: true, sealed: size, proven: (await desk.run((ctx) => ctx.db.query("auditEvents").collect())).length });
});

test("B1: once a minute the desk gathers full blocks by itself", async () => {
  const { desk } = await lived();
  for (let i = 0; i < 3; i += 1) {
    await desk.run(async (ctx) => {
      for (let n = 0; n < 100; n += 1) await record(ctx as MutationCtx, undefined, DESK, { kind: "demoLeft" });
    });
  }
  vi.advanceTimersByTime(3_000);
  await desk.mutation(internal.checkpoints.catchUp, {});
  await settle(desk);
  expect((await blocks(desk)).map(({ from, to }) => [from, to])).toEqual([[0, 256]]);
});
