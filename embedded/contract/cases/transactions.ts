import { expect } from "vitest";
import type { Case } from "../engine.ts";
import { calls, db, failure, insert, settle, tags, transactions } from "./common.ts";
import { api } from "../app/refs.ts";

export const transactionCases: Case[] = [
  {
    rule: "S20",
    name: "a mutation reads what it wrote, also in a query it calls; a stale snapshot does not show it",
    async run(engine) {
      await insert(engine, "items", { tag: "old" });
      expect(await engine.mutation(db["insertThenRead"]!, { tag: "new" })).toEqual({
        direct: ["old", "new"],
        nested: ["old", "new"],
        stale: 1,
        after: null,
      });
    },
  },
  {
    rule: "F11",
    name: "a nested mutation that throws takes its writes and jobs back; the caller goes on with the error's data",
    async run(engine) {
      expect(await engine.mutation(transactions["catches"]!)).toEqual({
        data: { code: "brokenOff", at: 7 },
        seen: ["before", "after"],
        isLater: true,
      });
      await settle(engine);
      expect(await tags(engine)).toEqual(["before", "after"]);
    },
  },
  {
    rule: "S5",
    name: "a mutation that throws leaves nothing, in the app and in components",
    async run(engine) {
      await failure(engine.mutation(transactions["breakOffAcross"]!));
      expect(await tags(engine)).toEqual([]);
      expect(await engine.query(calls["component"]!)).toMatchObject({ counts: 0 });
    },
  },
  {
    rule: "F11",
    name: "a component's mutation that throws is taken back alone",
    async run(engine) {
      expect(await engine.mutation(transactions["catchesComponent"]!)).toEqual({
        data: { code: "full", name: "a" },
        count: 1,
      });
      expect(await tags(engine)).toEqual(["here"]);
    },
  },
  {
    rule: "F5",
    name: "what a mutation does not wait for happens when it returns",
    async run(engine) {
      await engine.mutation(transactions["unawaited"]!, { fail: false });
      expect(await tags(engine)).toEqual(["unawaited"]);
    },
  },
  {
    rule: "F5",
    name: "what a mutation does not wait for does not happen when it throws",
    async run(engine) {
      await failure(engine.mutation(transactions["unawaited"]!, { fail: true }));
      expect(await tags(engine)).toEqual([]);
    },
  },
  {
    rule: "F5",
    name: "writes happen in the order they are asked for, also under Promise.all",
    async run(engine) {
      expect(await engine.mutation(transactions["parallel"]!)).toEqual(["a", "b", "c"]);
    },
  },
  {
    rule: "F21",
    name: "twenty mutations at once that read and write the same document count to twenty",
    async run(engine) {
      await Promise.all(Array.from({ length: 20 }, () => engine.mutation(transactions["increment"]!)));
      expect(await engine.query(db["firstFrom"]!, { from: 0 })).toBe(20);
    },
  },
  {
    rule: "F14",
    name: "each mutation of an action is a transaction of its own",
    async run(engine) {
      expect((await failure(engine.action(calls["twoMutations"]!))).data).toEqual({ code: "brokenOff", at: 7 });
      expect(await tags(engine)).toEqual(["kept"]);
    },
  },
  {
    rule: "F4",
    name: "time stands still in a mutation and what it calls; random numbers differ",
    async run(engine) {
      const before = Date.now();
      const first = await engine.mutation(transactions["timeAndChance"]!);
      const second = await engine.mutation(transactions["timeAndChance"]!);
      expect(new Set(first.times).size).toBe(1);
      expect(first.times[0]).toBeGreaterThanOrEqual(before - 1);
      expect(new Set([...first.random, ...second.random]).size).toBe(4);
    },
    convexTest: { because: "its functions have the real time", fails: /to be 1/ },
  },
  {
    rule: "F1",
    name: "module state is new in every call",
    async run(engine) {
      expect(await engine.query(transactions["moduleState"]!)).toBe(1);
      expect(await engine.query(transactions["moduleState"]!)).toBe(1);
    },
    convexTest: { because: "a test's modules are evaluated once", fails: /to be 1/ },
  },
  {
    rule: "F1",
    name: "what a function does to its globals is seen by nobody else",
    async run(engine) {
      expect(await engine.mutation(transactions["spoil"]! as never)).toBe(42);
      expect(Math.abs((await engine.query(transactions["now"]!)) - Date.now())).toBeLessThan(60_000);
    },
  },
  {
    rule: "F4",
    name: "fetch and timers fail in queries",
    async run(engine) {
      for (const what of ["fetch", "setTimeout"]) {
        expect((await failure(engine.query(transactions["outside"]!, { what }))).message).toMatch(/action/);
      }
    },
  },
  {
    rule: "F17",
    name: "a function that waits for a promise nobody resolves fails at once",
    async run(engine) {
      const limit = new Promise((resolve) => setTimeout(resolve, 1_000, "still waiting"));
      const ended = Promise.race([engine.query(transactions["forever"]!), limit]);
      expect((await failure(ended)).message).toMatch(/never resolve/);
    },
    convexTest: { because: "it waits with the function", fails: /succeeded with "still waiting"/ },
  },
  {
    rule: "F15",
    name: "HTTP actions: a whole request in, a whole response out, prefixes, and 404",
    async run(engine) {
      const posted = await engine.fetch("/items", { method: "POST", body: "by HTTP", headers: { "x-test": "1" } });
      expect([posted.status, posted.headers.get("x-answer")]).toEqual([201, "yes"]);
      expect(await posted.json()).toEqual({ tag: "by HTTP", header: "1" });
      expect(await tags(engine)).toEqual(["by HTTP"]);
      expect(await (await engine.fetch("/below/a/b")).text()).toBe("/below/a/b");
      expect((await engine.fetch("/nowhere")).status).toBe(404);
    },
  },
  {
    rule: "F13",
    name: "components have tables of their own and show public functions only",
    async run(engine) {
      await insert(engine, "things", { v: 1 });
      await engine.mutation(transactions["catchesComponent"]!);
      expect(await engine.query(calls["component"]!)).toEqual({ counts: 1, things: 0 });
    },
  },
  {
    rule: "F12",
    name: "an internal function of a component cannot be called by the app",
    async run(engine) {
      expect((await failure(engine.mutation(api["calls"]!["hidden"]!))).message).toMatch(/find the function/);
    },
    convexTest: { because: "it does not look at visibility", fails: /The call succeeded with "hidden"/ },
  },
];
