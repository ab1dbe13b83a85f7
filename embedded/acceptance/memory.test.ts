import { expect, it } from "vitest";
import { invoke } from "./invocations.ts";

it.runIf(process.platform === "linux")("F1, A7: 1,000 calls find fresh modules and leave memory below 600 MB and no listeners behind", { timeout: 120_000 }, async () => {
  const { early, late, counts, said } = await invoke(1_000);
  expect(counts).toEqual(new Set([1]));
  expect(said).not.toContain("MaxListenersExceeded");
  expect(late, `${Math.round(early)} MB after a tenth`).toBeLessThan(600);
});
