/**
 * `node pacing.ts COUNT`: how long the workflow component and what it stands on take by themselves from an event to the
 * next step, on an engine that keeps everything in memory. Sends the parent process a list of milliseconds.
 */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { convexTest } from "convex-test";
import { type GenericSchema, makeFunctionReference as ref, type SchemaDefinition } from "convex/server";
import schema from "./apps/flow/functions/schema.ts";

const ASK_EVERY_MS = 2;
const packages = join(import.meta.dirname, "../node_modules/@convex-dev");

type Modules = Record<string, () => Promise<unknown>>;

const t = convexTest(schema, {
  "./functions/flow.ts": () => import("./apps/flow/functions/flow.ts"),
  "./functions/_generated/api.js": () => Promise.resolve({}),
});
for (const [path, name] of [
  ["workflow", "workflow"],
  ["workflow/workpool", "workpool"],
  ["workflow/workpool/batchWorker", "batch-worker"],
] as const) {
  const dir = join(packages, name, "dist/component");
  const { default: own } = (await import(pathToFileURL(join(dir, "schema.js")).href)) as { default: SchemaDefinition<GenericSchema, boolean> };
  t.registerComponent(path, own, modulesBelow(dir));
}

const count = Number(process.argv[2]);
const samples: number[] = [];
await t.mutation(ref<"mutation">("flow:park"), { from: 0, count: count + 1 });
for (let n = 0; n <= count; n++) {
  const from = performance.now();
  await t.mutation(ref<"mutation">("flow:decide"), { n, isResumed: false });
  while ((await t.query(ref<"query">("flow:isDone"), { n })) !== true) await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
  samples.push(performance.now() - from);
}
// The first one loads modules.
process.send?.(samples.slice(1), () => process.exit(0));

function modulesBelow(dir: string): Modules {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith(".js"));
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [`./component/${relative(dir, path)}`, () => import(pathToFileURL(path).href)];
    }),
  );
}
