import { expect } from "vitest";
import type { Case } from "../engine.ts";
import { calls, db, failure, get, insert, read } from "./common.ts";

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;

/** Every kind of value, in the order Convex sorts them; undefined first of all, for a field that is missing. */
const IN_ORDER = [
  null,
  -(2n ** 63n),
  -1n,
  0n,
  2n ** 63n - 1n,
  -Infinity,
  -1.5,
  -0,
  0,
  5e-324,
  1,
  1e21,
  Infinity,
  NaN,
  false,
  true,
  "",
  "A",
  "a",
  "aa",
  "é",
  "\u{ffff}",
  "\u{1f600}",
  bytes(),
  bytes(0),
  bytes(0, 1),
  bytes(255),
  [],
  [null],
  [1],
  [1, 2],
  ["a"],
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
];

export const valueCases: Case[] = [
  {
    rule: "V1",
    name: "every kind of value comes back from a query, a mutation and an action as it was given",
    async run(engine) {
      for (const kind of ["query", "mutation", "action"] as const) {
        const fn = { query: "echo", mutation: "echoMutation", action: "echoAction" }[kind];
        expect(await engine[kind](calls[fn] as never, { value: IN_ORDER })).toStrictEqual(IN_ORDER);
      }
    },
  },
  {
    rule: "V1",
    name: "every kind of value comes back from a document as it was written",
    async run(engine) {
      const id = await insert(engine, "things", { v: IN_ORDER });
      expect((await get(engine, id))?.["v"]).toStrictEqual(IN_ORDER);
    },
  },
  {
    rule: "V2",
    name: "undefined fields do not travel, undefined elements are refused",
    async run(engine) {
      expect(await engine.query(calls["echo"]!, { value: { a: undefined, b: 1 } })).toStrictEqual({ b: 1 });
      expect((await failure(engine.query(calls["echo"]!, { value: [undefined] }))).message).toMatch(/undefined/);
    },
  },
  {
    rule: "V5",
    name: "a document of more than 1 MiB is refused",
    async run(engine) {
      const value = { v: "x".repeat(1_048_577) };
      expect((await failure(insert(engine, "things", value))).message).toMatch(/1 MiB|too large/i);
    },
    convexTest: { because: "it does not measure documents", fails: /The call succeeded/ },
  },
  {
    rule: "V5",
    name: "arrays of more than 8192 elements are refused",
    async run(engine) {
      const value = Array.from({ length: 8193 }, () => 0);
      expect((await failure(engine.query(calls["echo"]!, { value }))).message).toMatch(/8192/);
    },
    convexTest: { because: "it does not count elements", fails: /The call succeeded/ },
  },
  {
    rule: "V6",
    name: "an index holds all kinds of values in one order, missing fields first",
    async run(engine) {
      // 7 has no common factor with the length, so every value comes once, in an order of its own.
      const shuffled = IN_ORDER.map((_, i) => ({ v: IN_ORDER[(i * 7) % IN_ORDER.length] }));
      await engine.mutation(db["insertMany"]!, { table: "things", values: [...shuffled, {}] });
      const up = (await read(engine, "things", { index: "by_v" })).map(({ v }) => v);
      expect(up).toStrictEqual([undefined, ...IN_ORDER]);
      const down = (await read(engine, "things", { index: "by_v", order: "desc" })).map(({ v }) => v);
      expect(down).toStrictEqual(up.toReversed());
    },
  },
  {
    rule: "V10",
    name: "ids are text of 31 to 37 lowercase letters and digits, and every one is new",
    async run(engine) {
      const ids: string[] = await engine.mutation(db["insertMany"]!, {
        table: "items",
        values: Array.from({ length: 50 }, () => ({ tag: "t" })),
      });
      for (const id of ids) expect(id).toMatch(/^[0-9a-z]{31,37}$/);
      expect(new Set(ids).size).toBe(50);
    },
  },
  {
    rule: "V10",
    name: "a changed letter makes an id no id",
    async run(engine) {
      const id = await insert(engine, "items", { tag: "t" });
      const changed = `${id.slice(0, 5)}${id[5] === "a" ? "b" : "a"}${id.slice(6)}`;
      expect(await engine.query(db["normalizeId"]!, { table: "items", id: changed })).toBeNull();
    },
  },
  {
    rule: "S17",
    name: "normalizeId answers ids of that table and null for all else",
    async run(engine) {
      const id = await insert(engine, "items", { tag: "t" });
      const normalized = (table: string, text: string) => engine.query(db["normalizeId"]!, { table, id: text });
      expect(await normalized("items", id)).toBe(id);
      for (const text of ["", "nonsense", "7"]) expect(await normalized("items", text)).toBeNull();
      expect(await normalized("things", id)).toBeNull();
      await engine.mutation(db["remove"]!, { id });
      expect(await normalized("items", id)).toBe(id);
    },
  },
];
