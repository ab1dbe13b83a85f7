/** What is told of imports; kept with the data, so that nobody waits for one that a restart has ended. */
import type { Store } from "../storage/store.ts";
import { encodeInt64, type Json } from "../values/json.ts";
import type { ImportRequest } from "./import-source.ts";

/** The name that readers of imports depend on, and where they are kept. */
export const IMPORT_STATE = "imports";
/** How many are remembered. */
const KEEP = 20;

export type ImportState =
  | { state: "uploaded" }
  | { state: "waiting_for_confirmation"; message_to_confirm: string; require_manual_confirmation: boolean }
  | { state: "in_progress"; progress_message: string; checkpoint_messages: string[] }
  | { state: "completed"; rows: number }
  | { state: "failed"; error_message: string };

export interface ImportRecord {
  id: string;
  createdMs: number;
  request: ImportRequest;
  state: ImportState;
}

/** The newest imports, oldest first. */
export function readImports({ db }: Store): ImportRecord[] {
  return JSON.parse(db.meta(IMPORT_STATE) ?? "[]") as ImportRecord[];
}

/** Whether nothing more will become of an import. */
export function isImportOver({ state }: ImportRecord): boolean {
  return state.state === "completed" || state.state === "failed";
}

/** Adds or replaces one. */
export function writeImport(store: Store, record: ImportRecord): void {
  const others = readImports(store).filter(({ id }) => id !== record.id);
  store.db.setMeta(IMPORT_STATE, JSON.stringify([...others, record].slice(-KEEP)));
}

/** An import as `_system/cli/queryImport` tells it. */
export function importDocument({ id, createdMs, request, state }: ImportRecord): Json {
  const { mode, format, tableName, componentPath } = request;
  return {
    _id: id,
    _creationTime: createdMs,
    mode,
    format: tableName === null ? { format } : { format, table: tableName },
    component_path: componentPath,
    state: stateJson(state),
  };
}

function stateJson(state: ImportState): Json {
  if (state.state !== "completed") return { ...state };
  return { state: "completed", num_rows_written: encodeInt64(BigInt(state.rows)) };
}
