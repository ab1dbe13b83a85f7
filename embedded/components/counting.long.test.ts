import { expect, it } from "vitest";
import { api } from "../fixtures/apps/counting/convex/_generated/api.js";
import { pushedApp } from "./pushed-app.ts";

/** The aggregate with as much as one mutation may bring. */

const app = pushedApp("counting");

it("K5: 300 inserts through a trigger in one mutation are all counted", async () => {
  await app().http.mutation(api.scores.play, { game: "chess", count: 300 });
  expect(await app().http.query(api.scores.totals, { game: "chess" })).toEqual({ count: 300, sum: 45_150, min: 1, max: 300 });
});

it("K5: 300 queued writes of one mutation are all there when the worker has drained its queue", async () => {
  await app().http.mutation(api.scores.enqueue, { count: 300 });
  const totals = await app().until(api.scores.queuedTotals, {}, ({ count }) => count === 300, 60_000);
  expect(totals).toEqual({ count: 300, sum: 44_850 });
});
