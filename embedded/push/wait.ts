/** `wait_for_schema`: waits until the documents are checked and the indexes filled, and tells the outcome (P6, P26). */
import type { Store } from "../storage/store.ts";
import { pushError } from "./errors.ts";
import type { SchemaBuilds } from "./schema-builds.ts";

export type SchemaOutcome =
  | { type: "complete" }
  | { type: "inProgress"; components: Record<string, ComponentProgress> }
  | { type: "failed"; error: string; componentPath: string; tableName: string | null }
  | { type: "raceDetected" };

export interface ComponentProgress {
  schemaValidationComplete: boolean;
  indexesComplete: number;
  indexesTotal: number;
}

/** The longest wait in one request, in ms; the command line asks for 10 s and comes again. */
const MAX_WAIT_MS = 30_000;

/** The outcome of the schemas named in the `schemaChange` of a push; `inProgress` after `timeoutMs`. */
export async function waitForSchema(body: unknown, store: Store, builds: SchemaBuilds): Promise<SchemaOutcome> {
  const { schemaChange: change, timeoutMs } = (body ?? {}) as {
    schemaChange?: { schemaIds?: unknown; mismatch?: unknown };
    timeoutMs?: unknown;
  };
  const ids = change?.schemaIds;
  if (ids === null || typeof ids !== "object") throw pushError("InvalidConfig", "The request names no schemas.");
  const mismatch = change?.mismatch as { componentPath: string; tableName: string; error: string } | null | undefined;
  if (mismatch) return { type: "failed", ...mismatch };
  const schemas = Object.entries(ids).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const before = outcomeOf(schemas, store);
  if (before.type !== "inProgress") return before;
  const limitMs = Math.min(typeof timeoutMs === "number" && timeoutMs > 0 ? timeoutMs : 0, MAX_WAIT_MS);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([builds.ensure(schemas.map(([, id]) => id)), limit]);
  clearTimeout(timer);
  return outcomeOf(schemas, store);
}

function outcomeOf(schemas: readonly [path: string, id: string][], store: Store): SchemaOutcome {
  const components: Record<string, ComponentProgress> = {};
  let isComplete = true;
  for (const [componentPath, id] of schemas) {
    const status = store.catalog.schemaStatus(id);
    if (status === null || status.state === "overwritten") return { type: "raceDetected" };
    if (status.state === "failed") {
      return { type: "failed", error: status.error ?? "", componentPath, tableName: status.tableName };
    }
    const { complete, total } = store.catalog.buildProgress(status.ns);
    const schemaValidationComplete = status.state !== "pending";
    components[componentPath] = { schemaValidationComplete, indexesComplete: complete, indexesTotal: total };
    if (!schemaValidationComplete || complete < total) isComplete = false;
  }
  return isComplete ? { type: "complete" } : { type: "inProgress", components };
}
