import { expect } from "vitest";
import type { Case } from "../engine.ts";
import { calls, failure, insert, tags } from "./common.ts";

const ADA = { subject: "ada", issuer: "https://a.example", name: "Ada" };

export const callCases: Case[] = [
  {
    rule: "F7",
    name: "arguments that the validator does not take are refused before the handler runs",
    async run(engine) {
      const item = await insert(engine, "items", { tag: "t" });
      const thing = await insert(engine, "things", { v: 1 });
      const good = [
        { n: 1 },
        { n: NaN, text: "", id: item },
        { n: 1, kind: "a", map: { x: true } },
        { n: 1, kind: { kind: "b", big: 1n }, text: undefined },
      ];
      for (const args of good) {
        const given = Object.entries(args).filter(([, value]) => value !== undefined);
        expect(await engine.query(calls["strict"]!, args)).toEqual(given.map(([name]) => name).sort());
      }
      const bad = [
        {},
        { n: "1" },
        { n: 1n },
        { n: 1, more: 1 },
        { n: 1, text: null },
        { n: 1, id: thing },
        { n: 1, kind: "c" },
        { n: 1, kind: { kind: "b", big: 1 } },
      ];
      for (const args of bad) expect((await failure(engine.query(calls["strict"]!, args))).message).toMatch(/[Vv]alidator/);
    },
  },
  {
    rule: "V12",
    name: "records are checked value by value",
    async run(engine) {
      await failure(engine.query(calls["strict"]!, { n: 1, map: { x: "no boolean" } }));
    },
    convexTest: { because: "its validator knows no records", fails: /The call succeeded/ },
  },
  {
    rule: "V14",
    name: "a refused argument is named by its path, its value and what was expected",
    async run(engine) {
      const { message } = await failure(engine.query(calls["strict"]!, { n: 1, kind: { kind: "b", big: 1 } }));
      for (const part of ["ArgumentValidationError", "Value:", "Validator:", ".kind"]) expect(message).toContain(part);
    },
    convexTest: { because: "its texts are its own", fails: /to contain/ },
  },
  {
    rule: "F8",
    name: "a result that the validator does not take is refused, and the mutation leaves nothing",
    async run(engine) {
      await failure(engine.query(calls["wrongResult"]!));
      await failure(engine.query(calls["noValue"]!));
      await failure(engine.mutation(calls["writeThenWrongResult"]!));
    },
  },
  {
    rule: "F8",
    name: "a mutation whose result is refused leaves nothing",
    async run(engine) {
      await failure(engine.mutation(calls["writeThenWrongResult"]!));
      expect(await tags(engine)).toEqual([]);
    },
    convexTest: { because: "it checks the result after the commit", fails: /to deeply equal \[\]/ },
  },
  {
    rule: "F8",
    name: "a function that returns nothing gives null",
    async run(engine) {
      expect(await engine.query(calls["nothing"]!)).toBeNull();
    },
  },
  {
    rule: "F5",
    name: "a ConvexError reaches the client with its data, whatever its kind",
    async run(engine) {
      for (const data of ["text", 7, 7n, null, { code: "a", list: [1n, { x: true }] }, new Uint8Array([1, 2]).buffer]) {
        const error = await failure(engine.query(calls["fails"]!, { data }));
        expect(error.name).toBe("ConvexError");
        expect(error.data).toStrictEqual(data);
      }
    },
  },
  {
    rule: "F24",
    name: "an ordinary error carries its name and text, and no data",
    async run(engine) {
      const error = await failure(engine.query(calls["fails"]!));
      expect(error.message).toContain("an ordinary error");
      expect(error.data).toBeUndefined();
    },
  },
  {
    rule: "A3",
    name: "an action catches the error of a mutation with its data",
    async run(engine) {
      expect(await engine.action(calls["catches"]!)).toEqual({ code: "brokenOff", at: 7 });
    },
  },
  {
    rule: "U3",
    name: "a function learns who is signed in, and that nobody is",
    async run(engine) {
      expect(await engine.query(calls["identity"]!)).toBeNull();
      expect(await engine.withIdentity(ADA).query(calls["identity"]!)).toMatchObject({
        ...ADA,
        tokenIdentifier: "https://a.example|ada",
      });
    },
  },
  {
    rule: "F13",
    name: "called functions of the app learn it too, components do not",
    async run(engine) {
      expect(await engine.withIdentity(ADA).action(calls["whoEverywhere"]!)).toEqual(["ada", "ada", null]);
    },
  },
];
