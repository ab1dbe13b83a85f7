import { expect, it } from "vitest";
import { Metrics, type MetricName } from "./metrics.ts";

const MIB = 1024 * 1024;
const IN_A_FUNCTION = "in a single function execution";

const LIMITS: [MetricName, number, string][] = [
  ["documentsRead", 32_000, `Too many documents read ${IN_A_FUNCTION} (limit: 32000). Consider using smaller limits`],
  ["bytesRead", 16 * MIB, `Too many bytes read ${IN_A_FUNCTION} (limit: 16777216 bytes). Consider using smaller limits`],
  ["databaseQueries", 4096, `Too many reads ${IN_A_FUNCTION} (limit: 4096). Consider using smaller limits`],
  ["documentsWritten", 16_000, `Too many writes ${IN_A_FUNCTION} (limit: 16000)`],
  ["bytesWritten", 16 * MIB, `Too many bytes written ${IN_A_FUNCTION} (limit: 16777216 bytes)`],
  ["functionsScheduled", 1000, "Too many functions scheduled by this mutation (limit: 1000)"],
  ["scheduledFunctionArgsBytes", 16 * MIB, "Too large total size of the arguments of scheduled functions"],
];

it.each(LIMITS)("S24: %s may reach %i and no more", (name, limit, text) => {
  const metrics = new Metrics();
  metrics.add(name, limit - 1);
  metrics.add(name, 1);
  expect(metrics.json()[name]).toEqual({ used: limit, remaining: 0 });
  expect(() => metrics.add(name, 1)).toThrow(text);
});

it.each(LIMITS)("S25: a nested call may be given less %s, never more", (name, limit) => {
  const metrics = new Metrics();
  metrics.add(name, 10);
  const lift = metrics.restrict({ [name]: 5 });
  metrics.add(name, 5);
  expect(() => metrics.add(name, 1)).toThrow("(limit: 5");
  lift();
  metrics.restrict({ [name]: limit * 2 });
  expect(metrics.remaining(name)).toBe(limit - 16);
});
