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
  ] as const)("F17: delays others by about a second at most, and leaves nothing (%s, %s)", async (kind, way, text) => {
    const before = await rowCount();
    const { value: answer, worstMs, queries } = await watching(server, "bad:fine", () => call(server, kind, `bad:${kind}`, { way }));
    expect(answer).toMatchObject({ http: 200, status: "error" });
    expect(answer.errorMessage).toMatch(text);
    expect(queries).toBeGreaterThan(0);
    expect(worstMs).toBeLessThan(MOST_MS);
    expect(await rowCount()).toBe(before);
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
