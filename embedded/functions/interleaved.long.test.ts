import { expect, it } from "vitest";
import { playInterleaved } from "./interleaved.ts";

const first = Number(process.env["SEED"] ?? 1 + Math.floor(Math.random() * 1e6));

it.each([0, 1, 2].map((i) => first + i))(
  "F33: long and short mutations are as if one came after the other, in the order of their timestamps (SEED=%i)",
  { timeout: 300_000 },
  async (seed) => {
    const { done, conflicts } = await playInterleaved({ seed, clients: 8, calls: 50 });
    expect(done + conflicts).toBe(400);
  },
);
