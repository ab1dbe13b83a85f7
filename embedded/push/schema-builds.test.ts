import { afterAll, beforeAll, expect, it } from "vitest";
import { checkStore } from "../storage/check.ts";
import type { Store } from "../storage/store.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Indexes and validators pushed onto a table with many documents, while clients go on reading and writing. */

/** So many that filling an index takes many slices, on a fast machine too. */
const DOCUMENTS = 24_000;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

let deployment: TestDeployment;
let store: Store;

const FUNCTIONS = `import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
export const fill = mutation({ handler: async (ctx, { from, count }: any) => {
  for (let n = from; n < from + count; n++) await ctx.db.insert("items", { n, group: n % 7, text: "word" + (n % 50) });
} });
export const change = mutation({ handler: async (ctx, { n, how }: any) => {
  const items = await ctx.db.query("items").withIndex("by_n" as any, (q: any) => q.eq("n", n)).collect();
  for (const item of items) {
    if (how === 0) await ctx.db.delete(item._id);
    else if (how === 1) await ctx.db.patch(item._id, { group: item.group + 100, text: "changed word" + n });
    else await ctx.db.insert("items", { n: item.n + 100000, group: 1, text: "new" });
  }
} });
export const inGroup = query({ handler: async (ctx, { group }: any) =>
  (await ctx.db.query("items").withIndex("by_group" as any, (q: any) => q.eq("group", group)).collect()).length });
export const found = query({ handler: async (ctx, { text }: any) =>
  (await ctx.db.query("items").withSearchIndex("by_text" as any, (q: any) => q.search("text", text)).take(1000)).length });
export const scanned = query({ handler: async (ctx, { group }: any) => {
  const page = await ctx.db.query("items").withIndex("by_n" as any).collect();
  return page.filter((item: any) => item.group === group).length;
} });`;
const schema = (more: string, text = "v.string()") => `import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ items: defineTable({ n: v.number(), group: v.number(), text: ${text} }).index("by_n", ["n"])${more} });`;

beforeAll(async () => {
  deployment = await openTestDeployment(
    { "items.ts": FUNCTIONS, "schema.ts": schema("") },
    { onParts: (parts) => (store = parts.store) },
  );
  for (let from = 0; from < DOCUMENTS; from += 2000) await deployment.call("mutation", "items:fill", { from, count: 2000 });
}, 60_000);
afterAll(() => deployment.end());

/**
 * Does `work` again and again until `task` has settled. Answers which share of all the processor time that this thread used
 * meanwhile went by during the slowest: near 1 when the task is done in one piece, on a slow machine as on a fast one.
 */
async function meanwhile(task: Promise<unknown>, work: () => Promise<unknown>) {
  const state = { isOver: false };
  const over = () => void (state.isOver = true);
  task.then(over, over);
  let slowest = 0;
  const cpu = () => process.threadCpuUsage().user + process.threadCpuUsage().system;
  const begun = cpu();
  while (!state.isOver) {
    const started = cpu();
    await work();
    slowest = Math.max(slowest, cpu() - started);
  }
  await task;
  return { slowestShare: slowest / (cpu() - begun) };
}

it("P26: indexes are filled in slices, beside writes to the same documents, and hold exactly what is there", async () => {
  process.stderr.write(`seed ${seed}\n`);
  let random = seed;
  const pick = (limit: number) => (random = (random * 1103515245 + 12345) & 0x7fffffff) % limit;
  const indexes = `.index("by_group", ["group"]).searchIndex("by_text", { searchField: "text" })`;
  const push = deployment.push({ "items.ts": FUNCTIONS, "schema.ts": schema(indexes) });
  let half = 0;
  const { slowestShare } = await meanwhile(push, async () => {
    await deployment.call("mutation", "items:change", { n: pick(DOCUMENTS), how: pick(3) });
    if (store.catalog.table(0, "items")!.building.values().some(({ filledTo }) => filledTo !== undefined && filledTo.length > 0)) half += 1;
  });
  // Answers that came while an index was filled in part.
  expect(half).toBeGreaterThan(0);
  expect(slowestShare).toBeLessThan(0.7);
  expect(checkStore(store)).toEqual([]);
  for (const group of [1, 3, 103]) {
    const [indexed, scanned] = await Promise.all(
      ["items:inGroup", "items:scanned"].map((path) => deployment.call("query", path, { group })),
    );
    expect(indexed).toBe(scanned);
  }
  expect(await deployment.call("query", "items:found", { text: "word1" })).toBeGreaterThan(100);
}, 60_000);

it("P26: documents are held against a schema in slices; what does not fit fails the push", async () => {
  const push = deployment.push({ "items.ts": FUNCTIONS, "schema.ts": schema("", `v.union(v.literal("a"), v.string())`) });
  const { slowestShare } = await meanwhile(push, () => deployment.call("query", "items:inGroup", { group: 999 }).catch(() => 0));
  expect(slowestShare).toBeLessThan(0.7);
  await expect(deployment.push({ "items.ts": FUNCTIONS, "schema.ts": schema("", `v.literal("a")`) })).rejects.toThrow(
    "does not match the schema",
  );
}, 60_000);

it("P26: what is left of dropped indexes is taken away beside everything else, and goes on after a restart", async () => {
  await deployment.push({ "items.ts": FUNCTIONS, "schema.ts": schema(`.index("by_group", ["group"])`) });
  await deployment.push({ "items.ts": FUNCTIONS, "schema.ts": schema("") });
  deployment = await deployment.restart();
  await expect.poll(() => store.catalog.buildsLeft(0), { timeout: 20_000 }).toBe(false);
  const items = store.catalog.table(0, "items")!;
  expect([[...items.indexes.keys()].sort(), items.building.size]).toEqual([["by_creation_time", "by_id", "by_n"], 0]);
  expect(checkStore(store)).toEqual([]);
}, 60_000);
