import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CONTRACT } from "./cases/index.ts";
import { db } from "./cases/common.ts";
import { embeddedEngine } from "./embedded-engine.ts";
import type { Engine } from "./engine.ts";

/** The contract on the embedded server: every case holds. */

let engine: Engine;
beforeAll(async () => {
  engine = await embeddedEngine();
});
afterAll(() => engine?.end());
beforeEach(() => engine.mutation(db["clear"]!));

it.each(CONTRACT)("$rule: $name", async ({ run }) => {
  await run(engine);
});

it("names no case twice", () => {
  expect(new Set(CONTRACT.map(({ name }) => name)).size).toBe(CONTRACT.length);
});
