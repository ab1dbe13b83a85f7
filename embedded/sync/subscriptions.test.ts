import { beforeEach, describe, expect, it } from "vitest";
import { ReadSet, type WriteEntry } from "../storage/read-set.ts";
import type { Json } from "../values/json.ts";
import type { Calls, QueryAnswer } from "./calls.ts";
import { type QuerySpec, type Run, Subscriptions } from "./subscriptions.ts";
import { nobody, type Viewer, viewerOf } from "./viewer.ts";

const INDEX = 7;
const rows = new Map<string, Json>();
let ts = 1n;
/** When set, query runs wait for it after they have read. */
let hold: Promise<void> | null = null;
/** Paths that look at who asks. */
const personal = new Set<string>();

/** Queries `get:<key>` that read one key of one index. */
const calls = {
  async query(c: { path: string; viewer: Viewer; journal: string | null }): Promise<QueryAnswer> {
    const reads = new ReadSet();
    reads.point(INDEX, Buffer.from(c.path));
    const value = rows.get(c.path) ?? null;
    const answer = { ts, reads, journal: c.journal ?? "end", identityObserved: personal.has(c.path), logLines: [] };
    if (hold) await hold;
    if (value === "boom") return { ...answer, success: false, error: { message: "Uncaught Error: boom" } };
    return { ...answer, success: true, value: personal.has(c.path) ? { value, who: c.viewer.key } : value };
  },
} as unknown as Calls;

let subs: Subscriptions;
beforeEach(() => {
  rows.clear();
  personal.clear();
  hold = null;
  subs = new Subscriptions(calls, ts);
});

function write(path: string, value: Json): void {
  rows.set(path, value);
  ts += 1n;
  const key = Buffer.from(path);
  const entry: WriteEntry = {
    ns: 0,
    table: "t",
    id: path,
    newTable: false,
    dependencies: [],
    indexKeys: [{ indexId: INDEX, oldKey: key, newKey: key }],
    search: [],
  };
  subs.committed(ts, [entry]);
}

function watcher() {
  return { count: 0, invalidated() { this.count += 1; } };
}

const spec = (path: string): QuerySpec => ({ componentPath: null, path, args: {}, journal: null });
const ann = viewerOf({ identity: { subject: "ann" } });
const bob = viewerOf({ identity: { subject: "bob" } });
const shown = (run: Run) => JSON.parse(run.modification(0));

describe("shared live queries", () => {
  it("W9: one run serves everybody who asks at once, and a commit runs it once more", async () => {
    const watchers = Array.from({ length: 50 }, watcher);
    const runs = await Promise.all(watchers.map((w) => subs.resolve(spec("get:a"), nobody, w)));
    expect(new Set(runs).size).toBe(1);
    expect(subs.executions).toBe(1);
    write("get:a", 5);
    expect(watchers.every((w) => w.count === 1)).toBe(true);
    const next = await Promise.all(watchers.map((w) => subs.resolve(spec("get:a"), nobody, w)));
    expect(subs.executions).toBe(2);
    expect(next.every((run) => shown(run).value === 5)).toBe(true);
  });

  it("W9: a commit leaves alone what it does not touch", async () => {
    const w = watcher();
    const run = await subs.resolve(spec("get:a"), nobody, w);
    write("get:b", 1);
    expect(w.count).toBe(0);
    expect(run.valid).toBe(true);
    expect(await subs.resolve(spec("get:a"), nobody, w)).toBe(run);
  });

  it("W4: a commit between a run and its result ends the run", async () => {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    hold = promise;
    const resolving = subs.resolve(spec("get:a"), nobody, watcher());
    write("get:a", 2);
    hold = null;
    release();
    const run = await resolving;
    expect(run.valid).toBe(false);
    expect(shown(await subs.resolve(spec("get:a"), nobody, watcher())).value).toBe(2);
  });

  it("W9: an unchanged result has the same essence, though the request id of an error differs", async () => {
    const w = watcher();
    rows.set("get:a", "boom");
    const first = await subs.resolve(spec("get:a"), nobody, w);
    write("get:a", "boom");
    const second = await subs.resolve(spec("get:a"), nobody, w);
    expect(second).not.toBe(first);
    expect(second.essence).toBe(first.essence);
    expect(shown(first).errorMessage).toMatch(/^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: boom$/);
  });

  it("W10: a run that looked at the identity is for that identity only", async () => {
    personal.add("get:mine");
    const [a, b, again] = await Promise.all([ann, bob, ann].map((v) => subs.resolve(spec("get:mine"), v, watcher())));
    expect(shown(a!).value.who).toContain("ann");
    expect(shown(b!).value.who).toContain("bob");
    expect(again).toBe(a);
    expect(subs.executions).toBe(2);
  });

  it("W10: a run that did not look at the identity serves everybody, until one does", async () => {
    const a = await subs.resolve(spec("get:a"), ann, watcher());
    expect(await subs.resolve(spec("get:a"), bob, watcher())).toBe(a);
    personal.add("get:a");
    write("get:a", 1);
    const [forAnn, forBob] = await Promise.all([ann, bob].map((v) => subs.resolve(spec("get:a"), v, watcher())));
    expect(shown(forAnn!).value.who).toContain("ann");
    expect(shown(forBob!).value.who).toContain("bob");
  });

  it("W11: an admin's run does not serve others", async () => {
    const admin = await subs.resolve(spec("get:a"), viewerOf({ admin: true }), watcher());
    expect(await subs.resolve(spec("get:a"), nobody, watcher())).not.toBe(admin);
  });

  it("W17: new code ends every run, also one under way", async () => {
    const w = watcher();
    await subs.resolve(spec("get:a"), nobody, w);
    const { promise, resolve: release } = Promise.withResolvers<void>();
    hold = promise;
    const underWay = subs.resolve(spec("get:b"), nobody, watcher());
    subs.codeChanged();
    release();
    expect(w.count).toBe(1);
    expect((await underWay).valid).toBe(false);
  });

  it("a run that nobody watches is forgotten", async () => {
    const [w, v] = [watcher(), watcher()];
    const run = await subs.resolve(spec("get:a"), nobody, w);
    await subs.resolve(spec("get:a"), nobody, v);
    subs.release(run, w);
    expect(subs.size).toBe(1);
    subs.release(run, v);
    expect(subs.size).toBe(0);
    write("get:a", 1);
    expect(w.count + v.count).toBe(0);
  });

  it("H11: what changed since a timestamp is known, and a future one is refused", () => {
    const reads = new ReadSet();
    reads.point(INDEX, Buffer.from("get:a"));
    const before = ts;
    expect(subs.unchangedSince(before, reads)).toBe(true);
    write("get:b", 1);
    expect(subs.unchangedSince(before, reads)).toBe(true);
    write("get:a", 1);
    expect(subs.unchangedSince(before, reads)).toBe(false);
    expect(subs.unchangedSince(ts, reads)).toBe(true);
    expect(subs.unchangedSince(ts + 1n, reads)).toBe(false);
    expect(subs.unchangedSince(0n, reads)).toBe(false);
  });
});
