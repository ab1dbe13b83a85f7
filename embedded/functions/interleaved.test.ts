import { expect, it } from "vitest";
import { playInterleaved } from "./interleaved.ts";

const seed = Number(process.env["SEED"] ?? 1 + Math.floor(Math.random() * 1e6));

it(`F33: long and short mutations are as if one came after the other, in the order of their timestamps (SEED=${seed})`, { timeout: 60_000 }, async () => {
  const { done, conflicts } = await playInterleaved({ seed, clients: 6, calls: 6 });
  expect(done + conflicts).toBe(36);
});
