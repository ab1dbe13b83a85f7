import { expect } from "vitest";
import type { Case, Engine } from "../engine.ts";
import { calls, db, failure, files, insert } from "./common.ts";

const numbers = (engine: Engine, ...values: number[]) =>
  engine.mutation(db["insertMany"]!, { table: "items", values: values.map((n) => ({ tag: "t", n })) });

type Page = { page: { n: number }[]; isDone: boolean; continueCursor: string };

const page = (engine: Engine, cursor: string | null, numItems: number, more: object = {}): Promise<Page> =>
  engine.query(calls["page"]!, { cursor, numItems, order: "asc", ...more });

const nOf = ({ page }: Page) => page.map(({ n }) => n);

export const readingCases: Case[] = [
  {
    rule: "Q10",
    name: "pages follow each other without gap or repetition, up and down",
    async run(engine) {
      await numbers(engine, 5, 3, 1, 4, 2);
      for (const order of ["asc", "desc"] as const) {
        const seen: number[] = [];
        let cursor: string | null = null;
        for (let i = 0; i < 4; i += 1) {
          const next: Page = await page(engine, cursor, 2, { order });
          seen.push(...nOf(next));
          if (next.isDone) break;
          cursor = next.continueCursor;
        }
        expect(seen).toEqual(order === "asc" ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]);
      }
    },
  },
  {
    rule: "Q10",
    name: "a page that is exactly full is not done, and the next one is empty and done",
    async run(engine) {
      await numbers(engine, 1, 2);
      const first = await page(engine, null, 2);
      expect([nOf(first), first.isDone]).toEqual([[1, 2], false]);
      const second = await page(engine, first.continueCursor, 2);
      expect([nOf(second), second.isDone]).toEqual([[], true]);
    },
    convexTest: { because: "it looks ahead and is done", fails: /to deeply equal/ },
  },
  {
    rule: "Q10",
    name: "a cursor keeps its place while rows come and go around it",
    async run(engine) {
      await numbers(engine, 10, 20, 30, 40);
      const first = await page(engine, null, 2);
      await numbers(engine, 5, 25);
      expect(nOf(await page(engine, first.continueCursor, 2))).toEqual([25, 30]);
    },
  },
  {
    rule: "Q15",
    name: "with an end cursor a page holds everything up to it, whatever its size",
    async run(engine) {
      await numbers(engine, 10, 20, 30);
      const first = await page(engine, null, 2);
      await numbers(engine, 12, 14, 16);
      expect(nOf(await page(engine, null, 2, { endCursor: first.continueCursor }))).toEqual([10, 12, 14, 16, 20]);
    },
  },
  {
    rule: "Q13",
    name: "a cursor of another query is refused",
    async run(engine) {
      await numbers(engine, 1, 2, 3);
      const { continueCursor } = await page(engine, null, 2);
      expect((await failure(engine.query(calls["pageOfOthers"]!, { cursor: continueCursor }))).message).toMatch(/InvalidCursor/);
    },
    convexTest: { because: "its cursors do not name their query", fails: /The call succeeded/ },
  },
  {
    rule: "F23",
    name: "a query paginates at most once",
    async run(engine) {
      expect((await failure(engine.query(calls["twoPages"]!))).message).toMatch(/paginated quer/);
    },
  },
  {
    rule: "Q22",
    name: "a search finds any of its words, the last also as a beginning, and filters",
    async run(engine) {
      for (const [text, topic] of [
        ["The quick brown fox", "animals"],
        ["A slow turtle", "animals"],
        ["Brownian motion", "physics"],
      ]) {
        await insert(engine, "notes", { text, topic });
      }
      const search = async (text: string, topic?: string) =>
        (await engine.query(calls["search"]!, topic === undefined ? { text } : { text, topic })).sort();
      expect(await search("brown")).toEqual(["Brownian motion", "The quick brown fox"]);
      expect(await search("brown", "physics")).toEqual(["Brownian motion"]);
      expect(await search("turtle fox")).toEqual(["A slow turtle", "The quick brown fox"]);
      expect(await search("elephant")).toEqual([]);
    },
  },
  {
    rule: "Q22",
    name: "in a search only the last word may be a beginning, and punctuation parts words",
    async run(engine) {
      await insert(engine, "notes", { text: "one,two", topic: "t" });
      const search = (text: string) => engine.query(calls["search"]!, { text });
      expect(await search("two")).toEqual(["one,two"]);
      expect(await search("tw other")).toEqual([]);
    },
    convexTest: { because: "it parts at spaces only and takes every word for a beginning", fails: /to deeply equal/ },
  },
  {
    rule: "Q30",
    name: "a vector search gives the nearest by angle with their scores, filtered and limited",
    async run(engine) {
      const ids = new Map<string, string>();
      for (const [name, at, kind] of [
        ["east", [1, 0], "x"],
        ["north", [0, 2], "y"],
        ["northeast", [3, 3], "x"],
        ["west", [-1, 0], "z"],
      ] as const) {
        ids.set(await insert(engine, "points", { at, kind }), name);
      }
      const nearest = async (args: object) =>
        (await engine.action(calls["nearest"]!, { at: [2, 0.1], limit: 4, ...args })).map((found: { _id: string; _score: number }) => [
          ids.get(found._id),
          Number(found._score.toFixed(3)),
        ]);
      expect(await nearest({})).toEqual([
        ["east", 0.999],
        ["northeast", 0.742],
        ["north", 0.05],
        ["west", -0.999],
      ]);
      expect((await nearest({ limit: 2, kinds: ["y", "z"] })).map(([name]: [string]) => name)).toEqual(["north", "west"]);
    },
  },
  {
    rule: "B1",
    name: "a stored file has its size, type and hash, is read back, and is gone when deleted",
    async run(engine) {
      const id = await engine.action(files["store"]!, { text: "hello", type: "text/plain" });
      const { url, row } = await engine.query(files["about"]!, { id });
      expect(url).toMatch(/^https?:\/\//);
      expect(row).toMatchObject({ _id: id, size: 5, sha256: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=" });
      expect(await engine.action(files["text"]!, { id })).toBe("hello");
      expect(await engine.mutation(files["uploadUrl"]!)).toMatch(/^https?:\/\/.*token=/);
      await engine.mutation(files["remove"]!, { id });
      expect(await engine.query(files["about"]!, { id })).toEqual({ url: null, row: null });
      expect(await engine.action(files["text"]!, { id })).toBeNull();
    },
  },
  {
    rule: "B1",
    name: "a stored file keeps its content type, and its URL serves it",
    async run(engine) {
      const id = await engine.action(files["store"]!, { text: "hello", type: "text/plain" });
      const { url, row } = await engine.query(files["about"]!, { id });
      expect(row).toMatchObject({ contentType: "text/plain" });
      expect(await (await fetch(url)).text()).toBe("hello");
    },
    convexTest: { because: "it keeps no content type and serves nothing", fails: /to match object/ },
  },
];
