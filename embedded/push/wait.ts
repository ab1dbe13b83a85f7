/** `wait_for_schema`: documents are checked when `start_push` answers, so this only tells the outcome. */
import type { Store } from "../storage/store.ts";
import { pushError } from "./errors.ts";

export type SchemaOutcome =
  | { type: "complete" }
  | { type: "failed"; error: string; componentPath: string; tableName: string | null }
  | { type: "raceDetected" };

/** The outcome of the schemas named in the `schemaChange` of a push (P6). */
export function waitForSchema(body: unknown, store: Store): SchemaOutcome {
  const change = (body as { schemaChange?: { schemaIds?: unknown; mismatch?: unknown } } | null)?.schemaChange;
  const ids = change?.schemaIds;
  if (ids === null || typeof ids !== "object") throw pushError("InvalidConfig", "The request names no schemas.");
  const mismatch = change?.mismatch as { componentPath: string; tableName: string; error: string } | null | undefined;
  if (mismatch) return { type: "failed", ...mismatch };
  for (const [componentPath, id] of Object.entries(ids)) {
    if (typeof id !== "string") continue;
    const status = store.catalog.schemaStatus(id);
    if (status === null || status.state === "overwritten") return { type: "raceDetected" };
    if (status.state === "failed") {
      return { type: "failed", error: status.error ?? "", componentPath, tableName: status.tableName };
    }
  }
  return { type: "complete" };
}
