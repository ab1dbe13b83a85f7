import { expect } from "vitest";
import type { Case } from "../engine.ts";
import { db, failure, get, insert, read } from "./common.ts";

export const documentCases: Case[] = [
  {
    rule: "S11",
    name: "insert gives id and creation time; creation times increase inside a transaction and beyond",
    async run(engine) {
      const before = Date.now();
      await engine.mutation(db["insertMany"]!, { table: "items", values: [{ tag: "a" }, { tag: "b" }, { tag: "c" }] });
      await insert(engine, "items", { tag: "d" });
      const times = (await read(engine, "items")).map(({ _creationTime }) => _creationTime);
      expect(times).toHaveLength(4);
      expect(times[0]).toBeGreaterThanOrEqual(before - 1);
      for (let i = 1; i < 4; i += 1) expect(times[i]).toBeGreaterThan(times[i - 1]!);
    },
  },
  {
    rule: "S11",
    name: "insert refuses values that hold system fields",
    async run(engine) {
      expect((await failure(insert(engine, "things", { v: 1, _id: "x" }))).message).toMatch(/_id/);
    },
    convexTest: { because: "it overwrites them", fails: /The call succeeded/ },
  },
  {
    rule: "S13",
    name: "a document that the schema does not allow is refused, and nothing is written",
    async run(engine) {
      for (const value of [{}, { tag: 7 }, { tag: "t", more: 1 }, { tag: "t", n: 1n }, { tag: "t", next: "no id" }]) {
        await failure(insert(engine, "items", value));
      }
      expect(await read(engine, "items")).toEqual([]);
    },
  },
  {
    rule: "S12",
    name: "a table the schema does not name takes any document",
    async run(engine) {
      const id = await insert(engine, "unplanned", { anything: [1n] });
      expect(await get(engine, id)).toMatchObject({ anything: [1n] });
    },
  },
  {
    rule: "S14",
    name: "patch merges fields and removes those that are undefined",
    async run(engine) {
      const id = await insert(engine, "things", { v: 1, w: { x: 1, y: 2 }, gone: true });
      const { _id, _creationTime, ...fields } = await engine.mutation(db["patch"]!, {
        id,
        value: { w: { x: 3 }, added: "a" },
        remove: ["gone", "neverThere"],
      });
      expect(fields).toStrictEqual({ v: 1, w: { x: 3 }, added: "a" });
      expect((await get(engine, id))?._creationTime).toBe(_creationTime);
      expect(_id).toBe(id);
    },
  },
  {
    rule: "S14",
    name: "replace keeps the system fields only, and may be given them unchanged",
    async run(engine) {
      const id = await insert(engine, "things", { v: 1, w: 2 });
      const before = await get(engine, id);
      await engine.mutation(db["replace"]!, { id, value: { v: 5, _id: id, _creationTime: before?._creationTime } });
      expect(await get(engine, id)).toStrictEqual({ v: 5, _id: id, _creationTime: before?._creationTime });
      expect((await failure(engine.mutation(db["replace"]!, { id, value: { _creationTime: 1 } }))).message).toMatch(
        /_creationTime/,
      );
    },
  },
  {
    rule: "S15",
    name: "writing to a document that is gone fails",
    async run(engine) {
      const id = await insert(engine, "things", { v: 1 });
      await engine.mutation(db["remove"]!, { id });
      expect(await get(engine, id)).toBeNull();
      for (const [fn, args] of [
        ["patch", { id, value: { v: 2 } }],
        ["replace", { id, value: { v: 2 } }],
        ["remove", { id }],
      ] as const) {
        expect((await failure(engine.mutation(db[fn]!, args))).message).toMatch(/non-?existent/);
      }
    },
  },
  {
    rule: "S16",
    name: "an id of another table than the one named is refused",
    async run(engine) {
      const id = await insert(engine, "things", { v: 1 });
      expect(await engine.query(db["getIn"]!, { table: "things", id })).toMatchObject({ v: 1 });
      expect((await failure(engine.query(db["getIn"]!, { table: "items", id }))).message).toMatch(/items/);
    },
  },
  {
    rule: "S16",
    name: "text that is no id fails",
    async run(engine) {
      expect((await failure(engine.query(db["get"]!, { id: "nonsense" }))).message).toMatch(/id/i);
    },
    convexTest: { because: "it finds nothing under it", fails: /The call succeeded with null/ },
  },
  {
    rule: "V12",
    name: "v.id takes ids of its table only",
    async run(engine) {
      const item = await insert(engine, "items", { tag: "a" });
      const thing = await insert(engine, "things", { v: 1 });
      expect(await get(engine, await insert(engine, "items", { tag: "b", next: item }))).toMatchObject({ next: item });
      expect((await failure(insert(engine, "items", { tag: "c", next: thing }))).message).toMatch(/items/);
    },
  },
];
