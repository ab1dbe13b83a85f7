import { expect, it } from "vitest";
import { TestStore } from "../storage/test-store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { type CommitEvent, Gate, type GateTask } from "./gate.ts";

/** Tasks of one gate, and all that happened to them, in order. No time passes, so that a slow machine makes no other groups. */
class Trial {
  readonly test = new TestStore();
  readonly happened: string[] = [];
  readonly commits: CommitEvent[] = [];
  readonly gate = new Gate(this.test.store, (event) => this.commits.push(event), () => 0);

  /** A task that writes one document in its last turn. Without further turns it never stands aside. */
  run(name: string, o: { turns?: number; session?: string; holdsUntilMs?: number } = {}): Promise<string> {
    let left = o.turns ?? 0;
    let txn: Transaction;
    const insert = () => {
      txn = this.test.begin();
      txn.insert(0, "notes", { name });
      return true;
    };
    return new Promise((resolve) => {
      const long = {
        holdsUntilMs: o.holdsUntilMs ?? 0,
        overtaken: (writes: CommitEvent["writes"]) => this.happened.push(`${name} overtaken by ${writes.length}`),
        resume: () => {
          left -= 1;
          this.happened.push(`${name} goes on`);
          return left === 0 && insert();
        },
      };
      const task: GateTask = {
        isBackground: false,
        session: o.session ?? null,
        execute: () => {
          this.happened.push(name);
          if (left > 0) return long;
          insert();
          return null;
        },
        flush: () => {
          txn.flush();
          return { ts: txn.ts, writes: txn.writes(), jobs: false };
        },
        done: () => {
          this.happened.push(`${name} done`);
          resolve("done");
        },
        failed: (error) => resolve(String(error)),
      };
      this.gate.enter(task);
    });
  }

  /** The order in which tasks got turns. */
  get turns(): string[] {
    return this.happened.filter((event) => !/done|overtaken/.test(event));
  }
}

it("F33: a group of others is committed between two turns of a task that stands aside, which is told of it", async () => {
  const t = new Trial();
  const long = t.run("long", { turns: 3 });
  await Promise.all([t.run("a"), t.run("b")]);
  await Promise.all([t.run("c"), long]);
  expect(t.happened).toEqual([
    ["long", "long goes on"],
    ["a", "b", "long overtaken by 2", "a done", "b done", "long goes on"],
    ["c", "long overtaken by 1", "c done", "long goes on", "long done"],
  ].flat());
  expect(t.commits.map(({ transactions }) => transactions)).toEqual([2, 1, 1]);
});

it("F33: several that stand aside take turns, one between two groups", async () => {
  const t = new Trial();
  const all = [t.run("x", { turns: 2 }), t.run("y", { turns: 2 }), t.run("a")];
  await all[2];
  await Promise.all([...all, t.run("b")]);
  expect(t.turns).toEqual(["x", "x goes on", "y", "x goes on", "a", "y goes on", "b", "y goes on"]);
});

it("F33: tasks of one session keep their order behind one that stands aside; others pass", async () => {
  const t = new Trial();
  const session = "s";
  const all = [
    t.run("first", { turns: 2, session }),
    t.run("second", { turns: 1, session }),
    t.run("third", { session }),
    t.run("other", { session: "o" }),
  ];
  await Promise.all(all);
  expect(t.happened.filter((event) => event.endsWith("done"))).toEqual(["other done", "first done", "second done", "third done"]);
});

it("F33: nobody else gets a turn while one holds on", async () => {
  const t = new Trial();
  const all = [t.run("last", { turns: 3, holdsUntilMs: Infinity }), t.run("a")];
  await Promise.all(all);
  expect(t.turns).toEqual(["last", "last goes on", "last goes on", "last goes on", "a"]);
});

it("F33: a gate that is closed lets those that stand aside end", async () => {
  const t = new Trial();
  const all = [t.run("long", { turns: 5 }), t.run("a")];
  await t.gate.close();
  expect(t.happened.filter((event) => event.endsWith("done"))).toEqual(["a done", "long done"]);
  expect(await Promise.all(all)).toEqual(["done", "done"]);
  expect(await t.run("late")).toContain("shutting down");
});
