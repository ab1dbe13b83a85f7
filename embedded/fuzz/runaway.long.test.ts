import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watching } from "./latency.ts";
import { runaways } from "./runaways.fixture.ts";
import { call, type ServerProcess, startServer } from "./server-process.ts";

/** A function that never ends, or takes all the memory there is, while a second client measures its own queries. */

/** A second for the function; what looking, stopping and cleaning up take comes on top. */
const MOST_MS = 1_300;
/** What an action may delay others by: nothing but its share of the machine. */
const UNNOTICED_MS = 400;
const TIMED_OUT = "Function execution timed out (maximum duration: 1s)";
const TOO_MANY = /timed out|Too many/;

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer(runaways);
  await call(server, "mutation", "bad:seed");
  await call(server, "mutation", "bad:note");
  // The first calls compile; what others are delayed by is measured on a server that runs.
  for (let i = 0; i < 5; i++) await call(server, "query", "bad:fine");
});
afterAll(() => server.end());

async function rowCount(): Promise<number> {
  const { value } = await call(server, "query", "bad:rows");
  return value as number;
}

describe("a runaway query or mutation", () => {
  it.each([
    ["query", "loop", TIMED_OUT],
    ["mutation", "microtasks", TIMED_OUT],
    ["query", "regex", TIMED_OUT],
    ["mutation", "text", /timed out|out of memory/],
    ["query", "objects", /timed out|out of memory/],
    ["query", "buffers", /timed out|out of memory/],
    ["mutation", "reads", TOO_MANY],
    ["mutation", "caughtErrors", TOO_MANY],
    ["query", "lookups", TOO_MANY],
    ["mutation", "lookups", TOO_MANY],
    ["query", "nested", TOO_MANY],
    ["mutation", "nested", TOO_MANY],
    ["query", "streams", /timed out|never resolve/],
    ["mutation", "streams", /timed out|never resolve/],
  ] as const)("F17, F33: delays others by about a second at most, and leaves nothing (%s, %s)", { timeout: 60_000 }, async (kind, way, text) => {
    const before = await rowCount();
    const runaway = () => call(server, kind, `bad:${kind}`, { way });
    const mutations = () => watching(server, "bad:note", runaway, "mutation");
    const { value: others, ...seen } = await watching(server, "bad:fine", mutations);
    const answer = others.value;
    expect(answer).toMatchObject({ http: 200, status: "error" });
    expect(answer.errorMessage).toMatch(text);
    expect(Math.min(seen.queries, others.queries)).toBeGreaterThan(0);
    expect(Math.max(seen.worstMs, others.worstMs)).toBeLessThan(MOST_MS);
    expect(await rowCount()).toBe(before);
  });

  it("F33: ten at a time share: nobody is kept waiting by them together for longer than by one", { timeout: 120_000 }, async () => {
    const before = await rowCount();
    const all = () => Promise.all(Array.from({ length: 10 }, () => call(server, "mutation", "bad:mutation", { way: "lookups" })));
    const { value: answers, worstMs, queries } = await watching(server, "bad:note", all, "mutation");
    expect(answers.map(({ errorMessage }) => errorMessage)).toEqual(answers.map(() => expect.stringMatching(TOO_MANY) as string));
    expect(queries).toBeGreaterThan(10);
    // All ten begin at once, each with a first turn of 0.2 s.
    expect(worstMs).toBeLessThan(10 * 250 + MOST_MS);
    expect(await rowCount()).toBe(before);
  });

  it("F33, D6: of one that stands aside when the process is killed nothing is left, of the others everything", { timeout: 60_000 }, async () => {
    const first = await startServer(runaways);
    const runaway = call(first, "mutation", "bad:mutation", { way: "nested" }).catch(() => "cut off");
    // It holds a row while these are committed.
    for (let i = 0; i < 20; i++) await call(first, "mutation", "bad:note");
    const gone = new Promise((resolve) => first.child.once("close", resolve));
    first.child.kill("SIGKILL");
    await gone;
    expect(await runaway).toBe("cut off");
    const second = await startServer(runaways, ["--data", first.dataDir]);
    try {
      expect(await call(second, "query", "bad:rows")).toMatchObject({ value: 0 });
      expect(await call(second, "query", "bad:notes")).toMatchObject({ value: 20 });
    } finally {
      await second.end();
      await first.end();
    }
  });

  it("F31: the process lives on with the memory it had", async () => {
    expect(server.isAlive()).toBe(true);
    expect(server.rss() / 1e6).toBeLessThan(700);
    expect(await call(server, "query", "bad:fine")).toMatchObject({ status: "success", value: "fine" });
  });

  it("O3: is told to the operator by name, and why", () => {
    const stopped = server.log().split("\n").filter((line) => line.includes('"functionStopped"'));
    expect(stopped.map((line) => JSON.parse(line) as object)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "warn", kind: "Query", function: "bad:query", reason: "time" }),
        expect.objectContaining({ level: "warn", kind: "Mutation", function: "bad:mutation", reason: "time" }),
      ]),
    );
  });
});

describe("a runaway action", () => {
  it.each(["loop", "objects", "buffers"])("A8, A11: delays nobody (%s)", async (way) => {
    const runaway = call(server, "action", "bad:action", { way });
    runaway.catch(() => undefined); // The loop goes on until the server ends.
    const some = async () => {
      await Promise.race([runaway, new Promise((resolve) => setTimeout(resolve, 1_500))]);
      return call(server, "mutation", "bad:one");
    };
    const { value, worstMs, queries } = await watching(server, "bad:fine", some);
    expect(value).toMatchObject({ status: "success" });
    expect(queries).toBeGreaterThan(10);
    expect(worstMs).toBeLessThan(UNNOTICED_MS);
  });
});
