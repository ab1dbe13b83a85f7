import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { schemaOf } from "../storage/test-store.ts";
import type { Json } from "../values/json.ts";
import type { MutationOutcome } from "./call-types.ts";
import { turns } from "./long-call.ts";
import { LONG_CALLS } from "./long-calls.fixture.ts";
import { nobody, TestRunner } from "./test-app.ts";

const CHANGED =
  'Documents read from or written to the "rows" table changed while this mutation was being run and on every subsequent retry.';

const usual = { ...turns };
let t: TestRunner;
beforeEach(async () => {
  // Long calls stand aside soon, so that the trials are short.
  Object.assign(turns, { firstMs: 20, laterMs: 10, lastHoldMs: 100 });
  t = await TestRunner.open({ app: { "long.ts": LONG_CALLS } });
  const schema = schemaOf({ rows: { indexes: { by_name: ["name"] } }, own: {} }, false);
  await t.runner.transact((txn) => txn.atFlush(({ catalog }) => void catalog.applySchema(0, schema)));
});
afterEach(() => t.end());
afterAll(() => void Object.assign(turns, usual));

const call = (path: string, args: Json, more: object = {}): Promise<MutationOutcome> =>
  t.runner.mutation({ path: `long:${path}`, args, caller: nobody, ...more });
const set = (name: string, n = 1) => t.mutate("long:set", { name, n });
const get = (name: string) => t.query<number | null>("long:get", { name });
const names = () => t.query<string[]>("long:names");
/** Whether it has settled, and what others do until then, again and again. */
async function meanwhile<T>(long: Promise<T>, others: () => Promise<unknown>): Promise<T> {
  const end = new AbortController();
  const over = () => end.abort();
  long.then(over, over);
  while (!end.signal.aborted) await others();
  return long;
}

describe("a mutation that goes on for long", () => {
  it.each(["writes", "reads", "streams"])("F33: does not hold up the mutations of others (a chain of %s)", async (way) => {
    await set("a", 0);
    const long = t.mutate("long:chain", { way, end: "end" });
    // It ends when these have been answered.
    for (let n = 1; n <= 5; n++) await Promise.all([set("a", n), t.mutate("long:log", { name: "b" })]);
    await set("end");
    expect(await long).toBe(way);
    expect((await names()).sort()).toEqual(["a", "b", "b", "b", "b", "b", "end"]);
  });

  it("F33: commits once, behind what others committed meanwhile, and tells that timestamp", async () => {
    const long = call("logSlowly", { name: "long", end: "end" });
    const short = await call("log", { name: "short" });
    await set("end");
    const { ts, result, logLines } = await long;
    expect([result, logLines]).toEqual([{ ok: true, value: "long" }, ["[LOG] 'begins'"]]);
    expect(ts).toBeGreaterThan(short.ts);
    expect((await names()).sort()).toEqual(["end", "long", "short"]);
  });

  it("F33: loses no update: it begins again when others change what it had read", async () => {
    await set("count", 0);
    const slow = [1, 2].map(() => t.mutate<number>("long:addSlowly", { name: "count", end: "end" }));
    const quick = [await t.mutate<number>("long:add", { name: "count" }), await t.mutate<number>("long:add", { name: "count" })];
    await set("end");
    const seen = [...quick, ...(await Promise.all(slow))];
    expect(seen.sort()).toEqual([0, 1, 2, 3]);
    expect(await get("count")).toBe(4);
  });

  it("F33: two of them do not both act on what the other changes", async () => {
    for (const name of ["x", "y"]) await set(name);
    const both = [t.mutate("long:leave", { mine: "x", other: "y", end: "end" }), t.mutate("long:leave", { mine: "y", other: "x", end: "end" })];
    await set("end");
    expect((await Promise.all(both)).sort()).toEqual([false, true]);
    expect([await get("x"), await get("y")].sort()).toEqual([0, 1]);
  });

  it("F33: what it read of a range has nothing in it that others put there", async () => {
    await set("p1");
    const counts = t.mutate("long:countSlowly", { end: "end" });
    await set("p2");
    await set("elsewhere");
    await set("p3");
    await set("end");
    expect(await counts).toBe(3);
  });

  it("F33: fails with Convex's text after the fourth repetition, and leaves nothing", async () => {
    await set("hot", 0);
    const lines: string[] = [];
    const stop = t.runner.onExecution(({ identifier, error }) => void (error && lines.push(`${identifier} ${error.message}`)));
    let others = 0;
    const outcome = await meanwhile(call("forever", { name: "hot" }), async () => (await t.mutate("long:add", { name: "hot" }), others++));
    stop();
    expect(outcome).toMatchObject({ result: { ok: false, error: { message: CHANGED } }, conflicted: true });
    expect(others).toBeGreaterThanOrEqual(5);
    expect(await names()).toEqual(["hot"]);
    expect(await get("hot")).toBe(others);
    expect(lines).toEqual([`long:forever ${CHANGED}`]);
  });

  it("F33: begins again when it was shown its commit timestamp and others committed", async () => {
    const outcome = await meanwhile(call("foreverWithTime", {}), () => t.mutate("long:log", { name: "a" }));
    expect(outcome.result).toEqual({ ok: false, error: { message: CHANGED.replace('the "rows" table', "some table") } });
  });

  it("F33: comes to an end on rows that others never leave alone, when it takes no longer than the last repetition may", async () => {
    await set("hot", 0);
    Object.assign(turns, { firstMs: 5, laterMs: 5, lastHoldMs: 60_000 });
    let others = 0;
    const slow = t.mutate<number>("long:addAfterMuch", { name: "hot" });
    await meanwhile(slow, async () => (await t.mutate("long:add", { name: "hot" }), others++));
    expect(await get("hot")).toBe(others + 1);
    expect(others).toBeGreaterThanOrEqual(4);
  });

  it("F33: nested calls that fail take back their own writes, after others have committed too", async () => {
    const long = t.mutate("long:nested", { end: "end" });
    await t.mutate("long:log", { name: "other" });
    await set("end");
    await t.mutate("long:log", { name: "another" });
    await set("end!");
    expect(await long).toBe(0);
    expect((await names()).sort()).toEqual(["another", "end", "end!", "inner", "other"]);
  });

  it("F33: mutations of its session wait for it, and its own repetition is answered from its record", async () => {
    const session = (requestId: number) => ({ session: { sessionId: "s", requestId } });
    const long = call("logSlowly", { name: "first", end: "end" }, session(1));
    const again = call("logSlowly", { name: "first", end: "end" }, session(1));
    const next = call("log", { name: "second" }, session(2));
    await t.mutate("long:log", { name: "other" });
    expect((await names()).sort()).toEqual(["other"]);
    await set("end");
    const [first, repeated, second] = await Promise.all([long, again, next]);
    expect([repeated.ts, repeated.result, second.ts > first.ts]).toEqual([first.ts, first.result, true]);
    expect((await names()).sort()).toEqual(["end", "first", "other", "second"]);
  });

  it("F33, F20: a check before it is made again with each repetition, and may leave it out then", async () => {
    await set("count", 0);
    let checks = 0;
    const before = () => ++checks === 1;
    const long = call("addSlowly", { name: "count", end: "end" }, { before });
    await t.mutate("long:add", { name: "count" });
    await set("end");
    expect(await long).toMatchObject({ skipped: true });
    expect([checks, await get("count")]).toEqual([2, 1]);
  });

  it("F33: a push while it runs makes it begin again, in the new code", async () => {
    const long = t.mutate("long:logSlowly", { name: "a", end: "end" });
    await t.mutate("long:log", { name: "b" });
    await t.push({ app: { "long.ts": LONG_CALLS.replace("return name;", 'return name + " in new code";') } });
    await set("end");
    expect(await long).toBe("a in new code");
  });
});

describe("a query that goes on for long", () => {
  it("F33: does not hold up mutations, and all it answers is of one moment", async () => {
    await set("x", 1);
    await set("y", 1);
    const long = t.query("long:readSlowly", { end: "end" });
    for (let n = 2; n <= 4; n++) {
      await t.runner.transact((txn) => txn.insert(0, "own", {}));
      await Promise.all([set("x", n), set("y", n)]);
    }
    await set("end");
    expect(await long).toEqual([4, 4]);
  });
});
