import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../../values/json.ts";
import { TestRunner } from "../test-app.ts";
import { type Trace, traces } from "./traces.ts";

/** Fewer modules than the pool keeps sealed, so that none is given up for another. */
const PER_SERVER = 40;
const groups = Array.from({ length: Math.ceil(Object.keys(traces).length / PER_SERVER) }, (_, i) =>
  Object.entries(traces).slice(i * PER_SERVER, (i + 1) * PER_SERVER),
);
const appOf = (group: [string, Trace][]) =>
  Object.fromEntries(
    group.map(([name, { state, run }]) => [
      `${name}.ts`,
      `import { mutation } from "./_generated/server";
       ${state}
       export const run = mutation({ handler: async () => { ${run} } });`,
    ]),
  );
const errors = `
  import { mutation } from "./_generated/server";
  import { ConvexError } from "convex/values";
  const box = {};
  class Shape { #sides = 3; sides() { return this.#sides; } }
  export const fails = mutation({ args: {}, handler: async () => {
    const shape = new Shape();

    if (shape.sides() === 3) throw new Error("boom");
  } });
  export const refuses = mutation({ args: {}, handler: async () => { throw new ConvexError({ code: 7 }); } });
  export const hides = mutation({ args: {}, handler: async () => {
    try { box.x = 1; } catch { throw new ConvexError("refused"); }
    return "wrote";
  } });
  export const logs = mutation({ args: {}, handler: async () => { console.log("once"); box.y = 1; return "logged"; } });
`;

let t: TestRunner;

async function callOften(name: string, times: number): Promise<Json[]> {
  const answers: Json[] = [];
  for (let i = 0; i < times; i++) answers.push(await t.mutate(`${name}:run`));
  return answers;
}

/** Waits until the pool has sealed what it can. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const { sealed } = t.runner.realms.counts;
    const unsealed = t.runner.realms.unsealed.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const isQuiet = !t.runner.realms.isPreparing && t.runner.realms.counts.sealed === sealed && t.runner.realms.unsealed.length === unsealed;
    quiet = isQuiet ? quiet + 1 : 0;
  }
}

describe.each(groups.map((group) => [group]))("F30: no call sees what another left behind", (group) => {
  /** What the calls gave that came before a module was sealed. */
  const first = new Map<string, Json[]>();
  beforeAll(async () => {
    t = await TestRunner.open({ app: appOf(group) });
    for (const [name] of group) first.set(name, await callOften(name, 5));
    await settled();
  });
  afterAll(() => t.end());

  for (const [name, { kept }] of group) {
    it(`${name} (${kept})`, async () => {
      const before = t.runner.realms.counts;
      const answers = [...first.get(name)!, ...(await callOften(name, 6))];
      const after = t.runner.realms.counts;
      const [sealed, repeated] = [after.sealedCalls - before.sealedCalls, after.repeated - before.repeated];
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size, JSON.stringify(answers)).toBe(1);
      if (kept === "sealed") expect({ sealed, repeated }).toEqual({ sealed: 6, repeated: 0 });
      if (kept === "repeated") expect({ sealed, repeated }).toEqual({ sealed: 1, repeated: 1 });
      if (kept === "fresh") expect({ sealed, repeated }).toEqual({ sealed: 0, repeated: 0 });
    });
  }
});

describe("errors of a reused scope", () => {
  beforeAll(async () => {
    t = await TestRunner.open({ app: { "errors.ts": errors } });
  });
  afterAll(() => t.end());

  it("F30: errors of a reused scope name the lines people wrote", async () => {
    const message = (path: string) => t.mutate(path).catch((error: Error) => error.message);
    const first = await message("errors:fails");
    expect(first).toMatch(/Uncaught Error: boom\n {4}at .*\(..\/convex\/errors.ts:9:\d+\)/);
    for (let i = 0; i < 5; i++) await message("errors:fails");
    await settled();
    const before = t.runner.realms.counts.sealedCalls;
    expect(await message("errors:fails")).toBe(first);
    expect(t.runner.realms.counts.sealedCalls).toBe(before + 1);
    expect(await message("errors:refuses")).toContain('ConvexError: {"code":7}');
  });

  it("F30: an error that hides the sealing does not count, and a repeated call logs once", async () => {
    for (let i = 0; i < 6; i++) expect(await t.mutate("errors:hides")).toBe("wrote");
    await settled();
    expect(await t.mutate("errors:hides")).toBe("wrote");
    const { result, logLines } = await t.runner.mutation({
      path: "errors:logs",
      args: {},
      caller: { identity: null, admin: false, requestId: "0123456789abcdef", kind: "client" },
    });
    expect(result).toEqual({ ok: true, value: "logged" });
    expect(logLines).toHaveLength(1);
  });
});
