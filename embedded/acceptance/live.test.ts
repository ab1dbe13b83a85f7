import { ConvexClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { RawClient } from "../sync/raw-client.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Checks 4, 7, 13 and 15: live queries as the real client shows them. */

const app = {
  "schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({ rows: defineTable({ n: v.number(), text: v.optional(v.string()) }).index("by_n", ["n"]) });
  `,
  "rows.ts": `
    import { queryGeneric as query, mutationGeneric as mutation } from "convex/server";
    export const all = query(async (ctx) => (await ctx.db.query("rows").withIndex("by_n").collect()).map((row) => row.n));
    export const draw = query(async (ctx) => ({ rows: (await ctx.db.query("rows").collect()).length, draw: Math.random() }));
    export const page = query(async (ctx, { paginationOpts }) => {
      const { page, ...rest } = await ctx.db.query("rows").withIndex("by_n").paginate(paginationOpts);
      return { ...rest, page: page.map((row) => row.n) };
    });
    export const add = mutation(async (ctx, { ns }) => { for (const n of ns) await ctx.db.insert("rows", { n }); });
    export const remove = mutation(async (ctx, { n }) => {
      const row = await ctx.db.query("rows").withIndex("by_n", (q) => q.eq("n", n)).first();
      await ctx.db.delete(row._id);
    });
    export const same = mutation(async (ctx) => { const row = await ctx.db.query("rows").first(); await ctx.db.patch(row._id, { n: row.n }); });
    export const clear = mutation(async (ctx) => { for (const row of await ctx.db.query("rows").collect()) await ctx.db.delete(row._id); });
    export const loop = mutation(async (ctx) => { await ctx.db.insert("rows", { n: -1 }); for (;;) {} });
  `,
};
type None = Record<string, never>;
const all = ref<"query", None, number[]>("rows:all");
const page = ref<"query", None>("rows:page");
const add = ref<"mutation", { ns: number[] }, null>("rows:add");
const remove = ref<"mutation", { n: number }, null>("rows:remove");

let server: TestDeployment;
const clients: ConvexClient[] = [];
beforeAll(async () => {
  server = await openTestDeployment(app);
});
beforeEach(() => server.call("mutation", "rows:clear", {}));
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => server?.end());

function open(): ConvexClient {
  const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
  const webSocketConstructor = WebSocket as unknown as typeof globalThis.WebSocket;
  const client = new ConvexClient(server.url, { webSocketConstructor, unsavedChangesWarning: false, logger });
  clients.push(client);
  return client;
}

/** Waits for what a test says of the newest value. */
const until = (holds: () => boolean) => vi.waitFor(() => void (holds() || expect.fail("Not yet.")), { timeout: 25_000, interval: 5 });

it("S14: a patch that changes nothing runs no live query again", async () => {
  await server.call("mutation", "rows:add", { ns: [1] });
  const client = await RawClient.connect(server.url);
  client.add({ 0: ["rows:draw"] });
  let shown = (await client.next("Transition")).modifications;
  while (shown.length === 0) shown = (await client.next("Transition")).modifications;
  client.mutation(0, "rows:same");
  await client.next("MutationResponse");
  const covering = await client.next("Transition");
  expect(covering.modifications).toEqual([]);
  client.mutation(1, "rows:add", { ns: [2] });
  await client.next("MutationResponse");
  const { modifications } = await client.next("Transition");
  expect(modifications).toMatchObject([{ type: "QueryUpdated", value: { rows: 2 } }]);
  expect(modifications[0].value.draw).not.toBe(shown[0].value.draw);
  client.close();
});

it("F17: a mutation that loops is stopped and leaves nothing; other clients go on", async () => {
  const looping = server.call("mutation", "rows:loop", {}).catch((error: unknown) => String(error));
  const other = open();
  await other.mutation(add, { ns: [5] });
  expect(await other.query(all, {})).toEqual([5]);
  expect(await looping).toContain("timed out");
  expect(await other.query(all, {})).toEqual([5]);
});

it("W4, W6: an optimistic update goes with the Transition that covers its mutation, never earlier", async () => {
  const [writer, reader] = [open(), open()];
  const seen: { writer: string[]; reader: string[] } = { writer: [], reader: [] };
  writer.onUpdate(all, {}, (rows) => void seen.writer.push(rows.join()));
  reader.onUpdate(all, {}, (rows) => void seen.reader.push(rows.join()));
  await until(() => seen.writer.length > 0 && seen.reader.length > 0);
  // The guess differs from what the server does, so that each of the two can be told apart.
  await writer.mutation(add, { ns: [1, 2] }, {
    optimisticUpdate: (store) => store.setQuery(all, {}, [...(store.getQuery(all, {}) ?? []), 1.5]),
  });
  // The promise resolves when the own write is shown.
  expect(seen.writer).toEqual(["", "1.5", "1,2"]);
  await until(() => seen.reader.at(-1) === "1,2");
  expect(seen.reader).toEqual(["", "1,2"]);
});

it("W4: two clients see the same states in the same order", async () => {
  const watchers = [open(), open()].map((client) => {
    const states: string[] = [];
    client.onUpdate(all, {}, (rows) => void states.push(rows.join()));
    return { client, states };
  });
  await until(() => watchers.every(({ states }) => states.length > 0));
  const writes = Array.from({ length: 20 }, (_, i) => watchers[i % 2]!.client.mutation(add, { ns: [i] }));
  await Promise.all(writes);
  const last = Array.from({ length: 20 }, (_, i) => i).join();
  await until(() => watchers.every(({ states }) => states.at(-1) === last));
  // Each may skip states; those that both saw come in one order.
  const [a, b] = watchers.map(({ states }) => states);
  expect(a!.filter((state) => b!.includes(state))).toEqual(b!.filter((state) => a!.includes(state)));
  for (const states of [a!, b!]) expect(states.map((state) => state.length)).toEqual(states.map((state) => state.length).toSorted((x, y) => x - y));
});

it("Q14: three loaded pages stay without gap and repetition while rows come and go everywhere; a page that doubles splits", async () => {
  await server.call("mutation", "rows:add", { ns: Array.from({ length: 40 }, (_, i) => i * 10) });
  const client = open();
  type Shown = { results: number[]; status: string; loadMore(n: number): boolean };
  const states: Shown[] = [];
  client.onPaginatedUpdate_experimental(page, {}, { initialNumItems: 5 }, (state) => void states.push(state as unknown as Shown));
  const shown = () => states.at(-1)!;
  for (const size of [5, 10, 15]) {
    await until(() => shown()?.status === "CanLoadMore" && shown().results.length === size);
    if (size < 15) shown().loadMore(5);
  }
  const expected = new Set(shown().results);
  const insert = async (...ns: number[]) => {
    for (const n of ns) expected.add(n);
    await client.mutation(add, { ns });
  };
  await insert(-5); // before everything
  await insert(45, 95); // at the ends of the first and second page
  await insert(71, 72, 73, 74, 75, 76, 77, 78, 79); // the second page doubles
  for (const n of [0, 70, 140]) {
    expected.delete(n);
    await client.mutation(remove, { n });
  }
  const sorted = [...expected].toSorted((a, b) => a - b);
  await until(() => shown().status === "CanLoadMore" && shown().results.join() === sorted.join());
  // Whatever was shown on the way was in order and held nothing twice.
  for (const { results } of states) expect(results).toEqual([...new Set(results)].toSorted((a, b) => a - b));
  shown().loadMore(100);
  await until(() => shown().status === "Exhausted");
  expect(shown().results).toEqual(await client.query(all, {}));
});
