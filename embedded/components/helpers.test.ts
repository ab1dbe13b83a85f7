import { ConvexError } from "convex/values";
import type { SessionId } from "convex-helpers/server/sessions";
import { describe, expect, it } from "vitest";
import { api } from "../fixtures/apps/helpers/convex/_generated/api.js";
import { pushedApp } from "./pushed-app.ts";

/** convex-helpers: builders of one's own, triggers, row level security, relationships, streams and pages, zod, crud and more. */

const app = pushedApp("helpers");

describe("convex-helpers", () => {
  it("K15: triggers run with what writes, and relationships, filters and zod with what reads", async () => {
    await app().http.mutation(api.blog.fill, { name: "ada", ranks: [1, 4, 6, 9] });
    await app().http.mutation(api.blog.fill, { name: "bob", ranks: [2, 3, 5, 8] });
    expect(await app().http.query(api.blog.ofAuthor, { name: "ada" })).toEqual({
      posts: 4,
      titles: ["ada 1", "ada 4", "ada 6", "ada 9"],
      firstTags: ["odd"],
    });
    await app().http.mutation(api.blog.removeFirst, { name: "ada" });
    expect(await app().http.query(api.blog.ofAuthor, { name: "ada" })).toMatchObject({ posts: 3, firstTags: ["even"] });
    expect(await app().http.query(api.blog.filtered, { word: "bob" })).toEqual(["bob 2", "bob 3", "bob 5", "bob 8"]);
    const refused: unknown = await app().http.mutation(api.blog.rename, { from: "bob", to: " b " }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConvexError);
    expect(JSON.stringify((refused as ConvexError<string>).data)).toContain("ZodError");
    expect(await app().http.mutation(api.blog.rename, { from: "bob", to: "  bobby " })).toBe("bobby");
  });

  it("K15: the paginator pages twice in a query, merged and filtered streams page through several ranges", async () => {
    expect(await app().http.query(api.blog.twoPages, { numItems: 4 })).toEqual([
      { ranks: [9, 8, 6, 5], isDone: false },
      { ranks: [4, 3, 2], isDone: true },
    ]);
    const titles: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 10; pages++) {
      const paginationOpts: { numItems: number; cursor: string | null } = { numItems: 2, cursor };
      const result = await app().http.query(api.blog.merged, { names: ["ada", "bobby"], atLeast: 3, paginationOpts });
      titles.push(...(result.page as string[]));
      if (result.isDone) break;
      cursor = result.continueCursor;
    }
    expect(titles).toEqual(["bob 3", "ada 4", "bob 5", "ada 6", "bob 8", "ada 9"]);
  });

  it("K15: row level security shows and changes only what its rules allow", async () => {
    const id = await app().http.mutation(api.secrets.add, { owner: "ada", text: "tea" });
    await app().http.mutation(api.secrets.add, { owner: "bob", text: "coffee" });
    expect(await app().http.query(api.secrets.list, { owner: "ada" })).toEqual(["tea"]);
    await expect(app().http.mutation(api.secrets.change, { owner: "bob", id, text: "milk" })).rejects.toThrow(/no read access or doc does not exist/);
    await expect(app().http.mutation(api.secrets.add, { owner: "ada", forOwner: "bob", text: "x" })).rejects.toThrow(/insert access not allowed/);
    await app().http.mutation(api.secrets.change, { owner: "ada", id, text: "milk" });
    expect(await app().http.query(api.secrets.list, { owner: "ada" })).toEqual(["milk"]);
  });

  it("K15: crud makes functions of a table", async () => {
    const tag = await app().http.mutation(api.tags.create, { name: "prime" });
    await app().http.mutation(api.tags.update, { id: tag._id, patch: { name: "primes" } });
    expect(await app().http.query(api.tags.read, { id: tag._id })).toMatchObject({ name: "primes" });
    const page = await app().http.query(api.tags.paginate, { paginationOpts: { numItems: 2, cursor: null } });
    expect(page.page.map(({ name }) => name)).toEqual(["even", "odd"]);
    expect(await app().http.mutation(api.tags.destroy, { id: tag._id })).toMatchObject({ name: "primes" });
    expect(await app().http.query(api.tags.read, { id: tag._id })).toBe(null);
  });

  it("K15: rate limits of sessions, and CORS for HTTP actions", async () => {
    const sessionId = "0b0e2a0c-8a4e-4f6a-9d1b-5d0f3c8f2a11" as SessionId;
    const knocks = [];
    for (let i = 0; i < 3; i++) knocks.push(await app().http.mutation(api.limits.knock, { sessionId }));
    expect(knocks).toEqual([true, true, false]);
    expect(await app().http.query(api.limits.mayKnock, { sessionId })).toBe(false);

    const { siteUrl } = app().deployment;
    const headers = { origin: "https://page.test", "access-control-request-method": "POST" };
    const preflight = await fetch(`${siteUrl}/echo`, { method: "OPTIONS", headers });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "https://page.test"]);
    const answer = await fetch(`${siteUrl}/echo`, { method: "POST", headers, body: "hello" });
    expect([await answer.text(), answer.headers.get("access-control-allow-origin")]).toEqual(["hello", "https://page.test"]);
  });
});
