/** What is told of the newest export; kept with the data, so that nobody waits for one that a restart has ended. */
import type { Store } from "../storage/store.ts";
import { encodeInt64, type Json } from "../values/json.ts";

/** The name that readers of the newest export's state depend on, and where it is kept. */
export const EXPORT_STATE = "export";

export interface ExportState {
  state: "requested" | "in_progress" | "completed" | "failed";
  includeStorage: boolean;
  /** Decimal nanoseconds. */
  startTs?: string;
  completeTs?: string;
}

/** The newest export, or null. */
export function readExport({ db }: Store): ExportState | null {
  const text = db.meta(EXPORT_STATE);
  return text === null ? null : (JSON.parse(text) as ExportState);
}

/** Whether nothing more will become of an export. */
export function isExportOver({ state }: ExportState): boolean {
  return state === "completed" || state === "failed";
}

/** The state of the newest export as `_system/cli/exports:getLatest` tells it; null when there was none. */
export function latestExport(store: Store): Json {
  const last = readExport(store);
  if (last === null) return null;
  const { state, startTs, completeTs, includeStorage } = last;
  return {
    state,
    format: { format: "zip", include_storage: includeStorage },
    ...(startTs === undefined ? {} : { start_ts: encodeInt64(BigInt(startTs)) }),
    ...(completeTs === undefined ? {} : { complete_ts: encodeInt64(BigInt(completeTs)), zip_object_key: `${startTs}.zip` }),
  };
}
