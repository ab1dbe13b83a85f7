import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { compareValues, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";
import { randomValue, seededRandom } from "../values/random-value.ts";

/** Check 2: what the real client writes comes back in the order the SDK itself gives values. */

const SEED = 2_000;
type Row = { v?: Value; _creationTime: number };
const insert = ref<"mutation", { values: Value[] }, null>("rows:insert");
const sorted = ref<"query", { order: "asc" | "desc" }, Row[]>("rows:sorted");

let server: TestDeployment;
beforeAll(async () => {
  server = await openTestDeployment({
    "schema.ts": `
      import { defineSchema, defineTable } from "convex/server";
      import { v } from "convex/values";
      export default defineSchema({ rows: defineTable({ v: v.optional(v.any()) }).index("by_v", ["v"]) });
    `,
    "rows.ts": `
      import { queryGeneric as query, mutationGeneric as mutation } from "convex/server";
      export const insert = mutation(async (ctx, { values }) => { for (const v of values) await ctx.db.insert("rows", { v }); });
      export const sorted = query(async (ctx, { order }) => ctx.db.query("rows").withIndex("by_v").order(order).collect());
    `,
  });
});
afterAll(() => server?.end());

it(`V6, Q2: 2,000 random values are in order in both directions (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const values = Array.from({ length: 2_000 }, () => jsonToConvex(randomValue(random, 2) as JSONValue));
  const client = new ConvexHttpClient(server.url, { logger: false });
  for (let i = 0; i < values.length; i += 500) await client.mutation(insert, { values: values.slice(i, i + 500) });

  const up = await client.query(sorted, { order: "asc" });
  expect(up).toHaveLength(2_000);
  for (const [i, row] of up.slice(1).entries()) {
    const before = up[i]!;
    const order = compareValues(before.v, row.v) || before._creationTime - row._creationTime;
    if (order > 0) expect.fail(`row ${i} ${JSON.stringify(before)} stands before ${JSON.stringify(row)}`);
  }
  // Nothing came back changed: each value is there as often as it was written.
  const inOrder = values.toSorted((a, b) => compareValues(a, b));
  for (const [i, row] of up.entries()) if (compareValues(row.v, inOrder[i]) !== 0) expect.fail(`row ${i} is not what was written`);
  expect((await client.query(sorted, { order: "desc" })).toReversed()).toEqual(up);
});
