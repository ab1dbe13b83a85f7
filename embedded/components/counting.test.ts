import { ConvexError } from "convex/values";
import { describe, expect, it } from "vitest";
import { api } from "../fixtures/apps/counting/convex/_generated/api.js";
import { pushedApp } from "./pushed-app.ts";

/** Components that count and keep: aggregate, rate-limiter, sharded-counter, action-cache, migrations. */

const app = pushedApp("counting");

describe.concurrent("aggregate", () => {
  it("K5: sixty inserts in one mutation keep count, sum, places and extremes, and so do changes and removals", async () => {
    const game = "chess";
    await app().http.mutation(api.scores.play, { game, count: 60 });
    await app().http.mutation(api.scores.play, { game: "go", count: 6 });
    expect(await app().http.query(api.scores.totals, { game })).toEqual({ count: 60, sum: 1830, min: 1, max: 60 });
    expect(await app().http.query(api.scores.places, { game, from: 20, to: 30, offset: 41 })).toEqual({
      between: 10,
      sumBetween: 245,
      at: 42,
      indexOf: 19,
    });
    const totals = app().until(api.scores.totals, { game }, ({ max }) => max === 600);
    await app().http.mutation(api.scores.change, { game });
    expect(await totals).toEqual({ count: 59, sum: 1830 - 1 + 540, min: 2, max: 600 });
    expect(await app().http.query(api.scores.totals, { game: "go" })).toEqual({ count: 6, sum: 21, min: 1, max: 6 });
  });

  it("K5: queued writes of one mutation are all there when the worker has applied them", async () => {
    await app().http.mutation(api.scores.enqueue, { count: 30 });
    const totals = await app().until(api.scores.queuedTotals, {}, ({ count }) => count === 30);
    expect(totals).toEqual({ count: 30, sum: 435 });
    expect(await app().http.query(api.scores.exactTotals, {})).toEqual(totals);
    await expect(app().http.mutation(api.scores.mixed, {})).rejects.toThrow(/pending/i);
  });
});

describe.concurrent("rate-limiter", () => {
  const limit = api.limits.limit;

  it("K6: of calls made at once exactly as many pass as there is room for", async () => {
    const calls = Array.from({ length: 8 }, () => app().live().mutation(limit, { name: "trials", key: "ada" }));
    const answers = await Promise.all(calls);
    expect(answers.filter(({ ok }) => ok).length).toBe(5);
    for (const { ok, retryAfter } of answers) if (!ok) expect(retryAfter).toSatisfy((ms) => ms > 0 && ms <= 3_600_000);
    expect(await app().http.query(api.limits.check, { name: "trials", key: "ada" })).toMatchObject({ ok: false });
    expect(await app().http.query(api.limits.check, { name: "trials", key: "bob" })).toEqual({ ok: true });
    await app().http.mutation(api.limits.reset, { name: "trials", key: "ada" });
    expect(await app().http.mutation(limit, { name: "trials", key: "ada" })).toEqual({ ok: true });
  });

  it("K6: capacity can be reserved ahead, counted by more than one and asked for with an error", async () => {
    expect(await app().http.mutation(limit, { name: "sends", count: 10 })).toEqual({ ok: true });
    const waits = [];
    for (let i = 0; i < 3; i++) {
      const { ok, retryAfter } = await app().http.mutation(limit, { name: "sends", count: 3, reserve: true });
      expect(ok).toBe(true);
      waits.push(Date.now() + (retryAfter ?? 0));
    }
    // One comes back each minute, so each reservation of three stands about three minutes after the one before.
    expect(waits[1]! - waits[0]!).toBeGreaterThan(100_000);
    expect(waits[2]! - waits[1]!).toBeGreaterThan(100_000);
    const refused: unknown = await app().http.mutation(limit, { name: "sends", throws: true }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConvexError);
    expect((refused as ConvexError<{ kind: string; name: string }>).data).toMatchObject({ kind: "RateLimited", name: "sends" });
  });

  it("K6: shards share a limit without going beyond it", async () => {
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push(await app().http.mutation(limit, { name: "wide", count: 5 }));
    const passed = answers.filter(({ ok }) => ok).length;
    expect(passed).toBeLessThanOrEqual(8);
    expect(passed).toBeGreaterThanOrEqual(4);
  });

  it("K6: updates applied by the worker are all counted in the end", async () => {
    const calls = Array.from({ length: 4 }, () => app().live().mutation(limit, { name: "budget", count: 3 }));
    const passed = (await Promise.all(calls)).filter(({ ok }) => ok).length;
    expect(passed).toBeGreaterThanOrEqual(3);
    const value = await app().until(api.limits.value, { name: "budget" }, (value) => value < 10 - 3 * passed + 0.5);
    expect(value).toBeCloseTo(10 - 3 * passed, 0);
    expect(await app().http.mutation(limit, { name: "budget", count: 2 })).toMatchObject({ ok: false });
  });

  it("K6: the functions behind the hook for React answer value and server time", async () => {
    const before = Date.now();
    const shown = await app().http.query(api.limits.getRateLimit, {});
    expect(shown).toMatchObject({ value: 3, config: { kind: "token bucket", rate: 3 } });
    expect(await app().http.mutation(api.limits.getServerTime, {})).toBeGreaterThanOrEqual(before);
  });
});

describe.concurrent("sharded-counter", () => {
  it("K7: what is added in parallel is all counted, rebalanced, counted down and reset", async () => {
    const key = "clicks";
    const clients = [app().live(), app().live(), app().live()];
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => clients[i % 3]!.mutation(api.counters.add, { key, by: (i % 5) + 1 })),
    );
    expect(await app().http.query(api.counters.count, { key })).toBe(90);
    await app().http.mutation(api.counters.rebalance, { key });
    expect(await app().http.query(api.counters.estimate, { key })).toBeCloseTo(90, 6);
    await app().http.mutation(api.counters.down, { key });
    const count = await app().http.query(api.counters.count, { key });
    expect(count).toBeCloseTo(89, 6);
    await app().http.mutation(api.counters.reset, { key });
    expect(await app().http.query(api.counters.count, { key })).toBe(0);
    await app().http.mutation(api.counters.add, { key: "few", by: 2.5 });
    expect(await app().http.query(api.counters.count, { key: "few" })).toBe(2.5);
  });
});

describe.concurrent("action-cache", () => {
  const fetch = (args: { word: string; ttl?: number; force?: boolean }) => app().http.action(api.cached.fetch, args);
  const runs = (word: string) => app().http.query(api.cached.runs, { word });

  it("K8: the action runs on a miss and not on a hit, again when forced, removed or cleared", async () => {
    expect(await fetch({ word: "tea" })).toEqual(["t", "e", "a"]);
    expect(await fetch({ word: "tea" })).toEqual(["t", "e", "a"]);
    expect([await runs("tea"), await runs("cup")]).toEqual([1, 0]);
    await fetch({ word: "tea", force: true });
    expect(await runs("tea")).toBe(2);
    await app().http.mutation(api.cached.remove, { word: "tea" });
    await fetch({ word: "tea" });
    expect(await runs("tea")).toBe(3);
    await app().http.mutation(api.cached.removeAll, {});
    await fetch({ word: "tea" });
    expect(await runs("tea")).toBe(4);
  });

  it("K8: an entry expires", async () => {
    await fetch({ word: "egg", ttl: 300 });
    await new Promise((resolve) => setTimeout(resolve, 350));
    await fetch({ word: "egg", ttl: 300 });
    expect(await runs("egg")).toBe(2);
  });
});

describe("migrations", () => {
  const status = (name: string, state: string) =>
    app().until(api.migrations.status, {}, (all) => all.some((one) => one.name === `migrations:${name}` && one.state === state));

  it("K9: 1,000 documents in batches, stopped by a failing one and resumed where it stopped; then the next of the series", async () => {
    const broken = await app().http.mutation(api.migrations.fill, { count: 1000, brokenAt: 450 });
    const dry = await app().convex("run", "migrations:label", "{dryRun: true}");
    expect(dry).toContain("migrations:label");
    expect(await app().http.query(api.migrations.labels, {})).toEqual({ none: 1000, box: 0, small: 0 });
    await app().convex("run", "migrations:runAll");
    // Four batches of 100 are done, the fifth is taken back as a whole.
    const failed = await status("label", "failed");
    expect(failed).toEqual([{ name: "migrations:label", state: "failed", processed: 400, error: expect.stringContaining("negative size") }]);
    expect(await app().http.query(api.migrations.labels, {})).toEqual({ none: 600, box: 400, small: 0 });

    await app().http.mutation(api.migrations.mend, { id: broken, size: 450 });
    await app().admin("migrations:runAll", {});
    const done = await status("doubleSmall", "success");
    const byName = Object.fromEntries(done.map(({ name, state, processed }) => [name, [state, processed]]));
    expect(byName).toEqual({ "migrations:label": ["success", 1000], "migrations:doubleSmall": ["success", 50] });
    expect(await app().http.query(api.migrations.labels, {})).toEqual({ none: 0, box: 950, small: 50 });
    await app().http.action(api.migrations.clearNow, {});
    expect(await app().http.query(api.migrations.labels, {})).toEqual({ none: 1000, box: 0, small: 0 });
  });
});
