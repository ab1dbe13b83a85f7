import { afterAll, describe, expect, it } from "vitest";
import { api } from "../fixtures/apps/minds/convex/_generated/api.js";
import { modelServer, type ModelServer } from "./openai.server.ts";
import { pushedApp } from "./pushed-app.ts";

/** Components for language models: agent, against a local server that speaks OpenAI's API, and rag, with a local embedding. */

let model: ModelServer;
const app = pushedApp("minds", {
  prepare: async (app) => {
    model = await modelServer();
    await app.setVariables({ OPENAI_BASE_URL: model.baseUrl });
  },
});
afterAll(() => model.close());

describe("agent", () => {
  const first = { numItems: 20, cursor: null };
  const messages = (threadId: string) => app().http.query(api.assistant.messages, { threadId, paginationOpts: first });

  it("K13: an answer comes after a tool was called, and stands in the thread with it", async () => {
    const threadId = await app().http.mutation(api.assistant.start, { userId: "ada" });
    model.say({ tool: "weather", input: { city: "Graz" } }, { text: "It is sunny in Graz." });
    expect(await app().http.action(api.assistant.ask, { threadId, prompt: "How is Graz?" })).toBe("It is sunny in Graz.");
    expect(await app().http.query(api.assistant.lookups, { threadId })).toEqual(["Graz"]);
    const last = model.seen.at(-1)!.messages;
    expect(last.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool"]);
    expect(JSON.stringify(last.at(-1)!.content)).toContain("Sun in Graz");
    const { page } = await messages(threadId);
    expect(page.map(({ role, text, status }) => [role, text, status])).toEqual([
      ["user", "How is Graz?", "success"],
      ["assistant", "It is sunny in Graz.", "success"],
    ]);
    expect(page[1]!.parts.map(({ type }) => type)).toContain("tool-weather");
  });

  it("K13: a streamed answer is seen word by word while it grows", async () => {
    const threadId = await app().http.mutation(api.assistant.start, { userId: "ada" });
    const words = "one two three four five six seven eight nine ten eleven twelve";
    model.say({ text: words });
    const streams = { threadId, paginationOpts: first, streamArgs: { kind: "list" as const, startOrder: 0 } };
    const running = app().until(api.assistant.messages, streams, ({ streams }) => streams?.kind === "list" && streams.messages.length > 0);
    const ended = app().http.action(api.assistant.stream, { threadId, prompt: "Count." });
    const list = (await running).streams;
    const { streamId, status } = list?.kind === "list" ? list.messages[0]! : { streamId: "", status: "none" };
    expect(status).toBe("streaming");
    const deltas = { threadId, paginationOpts: first, streamArgs: { kind: "deltas" as const, cursors: [{ streamId, cursor: 0 }] } };
    const lengths: number[] = [];
    const stop = app().live().onUpdate(api.assistant.messages, deltas, ({ streams }) => {
      if (streams?.kind === "deltas") lengths.push(JSON.stringify(streams.deltas).length);
    });
    await ended;
    stop();
    expect(new Set(lengths).size).toBeGreaterThan(2);
    const { page } = await messages(threadId);
    expect(page.map(({ role, text, status }) => [role, text, status])).toEqual([
      ["user", "Count.", "success"],
      ["assistant", words, "success"],
    ]);
  });

  it("K13: messages of other threads are found by meaning and by their words", async () => {
    const [garden, kitchen, now] = await Promise.all(
      [1, 2, 3].map(() => app().http.mutation(api.assistant.start, { userId: "eve" })),
    );
    model.say({ text: "Water them in the evening." });
    await app().http.action(api.assistant.ask, { threadId: garden!, prompt: "When do roses in the garden want water?" });
    model.say({ text: "Twenty minutes." });
    await app().http.action(api.assistant.ask, { threadId: kitchen!, prompt: "How long does bread bake?" });
    const recall = (text: string, kind: "vector" | "text") =>
      app().http.action(api.assistant.recall, { userId: "eve", threadId: now!, text, kind });
    expect((await recall("water for the roses in the garden", "vector"))[0]).toBe("When do roses in the garden want water?");
    expect(await recall("bake", "text")).toEqual(["How long does bread bake?"]);
    expect(await app().http.action(api.assistant.recall, { userId: "mallory", threadId: now!, text: "bread", kind: "vector" })).toEqual([]);
  });
});

describe("rag", () => {
  const namespace = "house";
  const add = (key: string, title: string, chunks: string[], category: string) =>
    app().http.action(api.knowledge.add, { namespace, key, title, chunks, category });

  it("K14: what was added is found by meaning, by words, by category and with its surroundings; a new text replaces the old", async () => {
    const cats = await add("cats", "Cats", ["cats sleep all day", "cats drink milk at night", "cats chase mice"], "animal");
    await add("dogs", "Dogs", ["dogs guard the house", "dogs drink water"], "animal");
    await add("cars", "Cars", ["cars drink petrol at night"], "machine");
    expect(cats).toMatchObject({ status: "ready", replaced: false });
    const search = (args: object) => app().http.action(api.knowledge.search, { namespace, query: "who drinks milk at night", ...args });
    const byMeaning = await search({});
    expect(byMeaning.found[0]).toMatchObject({ title: "Cats", order: 1 });
    expect(byMeaning.found.map(({ score }) => score)).toEqual(byMeaning.found.map(({ score }) => score).sort((a, b) => b - a));
    expect((await search({ category: "machine" })).found.map(({ title }) => title)).toEqual(["Cars"]);
    expect((await search({ query: "petrol", searchType: "text" })).found.map(({ title }) => title)).toEqual(["Cars"]);
    expect((await search({ query: "mice milk", searchType: "hybrid" })).found[0]!.title).toBe("Cats");
    expect((await search({ around: 1 })).text).toContain("cats sleep all day\ncats drink milk at night\ncats chase mice");
    expect(await app().http.action(api.knowledge.search, { namespace: "elsewhere", query: "milk" })).toEqual({ text: "", found: [] });

    expect(await add("cats", "Cats", ["tigers are cats too"], "animal")).toMatchObject({ status: "ready", replaced: true });
    expect((await search({ query: "mice", searchType: "text" })).found).toEqual([]);
    await app().http.action(api.knowledge.remove, { entryId: (await add("cats", "Cats", ["lions"], "animal")).entryId });
    expect((await search({ query: "lions" })).found.every(({ title }) => title !== "Cats")).toBe(true);
  });
});
