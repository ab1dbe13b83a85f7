import { expect, it } from "vitest";
import { canCountSyncs, countSyncs } from "./disk-syncs.ts";

it.skipIf(!canCountSyncs())("D4: each acknowledged group costs one synchronisation of the log, as the system counts", { timeout: 60_000 }, async () => {
  const alone = await countSyncs({ mutations: 40, inFlight: 1 });
  // The server writes something of its own now and then. With a second synchronisation for each group it would be 80.
  expect(alone.groups).toBeGreaterThanOrEqual(40);
  expect(alone.log).toBeGreaterThanOrEqual(alone.groups);
  expect(alone.log).toBeLessThan(60);
  expect(alone.other).toBe(0);
});
