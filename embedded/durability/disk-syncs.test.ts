import { expect, it } from "vitest";
import { canCountSyncs, countSyncs } from "./disk-syncs.ts";

it.skipIf(!canCountSyncs())("D4: each acknowledged group costs one synchronisation of the log, as the system counts", { timeout: 60_000 }, async () => {
  const alone = await countSyncs({ mutations: 40, inFlight: 1 });
  expect(alone.groups).toBe(40);
  // The server writes something of its own now and then.
  expect(alone.log).toBeGreaterThanOrEqual(40);
  expect(alone.log).toBeLessThanOrEqual(44);
  expect(alone.other).toBe(0);
});
