import { UserError } from "../values/errors.ts";
import { replaceCommitTs, type Json } from "../values/json.ts";
import type { TableNames } from "../values/validators.ts";
import type { CreationClock } from "./creation-clock.ts";
import type { Metrics } from "./metrics.ts";
import type { NearRows } from "./near-rows.ts";
import type { Overlay } from "./overlay.ts";
import { tableDependency, tableNumberDependency, type ReadSet } from "./read-set.ts";
import type { Store } from "./store.ts";
import type { TableInfo } from "./tables.ts";

/** What a running transaction consists of; the functions around it read and change it. */
export interface TransactionState {
  readonly store: Store;
  readonly kind: "query" | "mutation";
  /** ns; of a mutation its reserved commit, of a query the last finished one. Another after `Transaction.moveOn`. */
  ts: bigint;
  /** Its function was shown `ts` or the snapshot's: they cannot become others. */
  hasShownTs: boolean;
  /** How often it went on over a newer commit: what was read ahead before does not count. */
  moves: number;
  readonly nowMs: number;
  readonly overlay: Overlay;
  readonly reads: ReadSet;
  readonly near: NearRows;
  readonly metrics: Metrics;
  readonly creation: CreationClock;
}

/** The table of this name, made in this transaction or before; a missing one is remembered as read. */
export function tableNamed(t: TransactionState, ns: number, name: string): TableInfo | undefined {
  const table = t.overlay.table(ns, name) ?? t.store.catalog.table(ns, name);
  if (table === undefined) t.reads.depend(tableDependency(ns, name));
  return table;
}

/** The table of this number, made in this transaction or before; a missing one is remembered as read. */
export function tableNumbered(t: TransactionState, ns: number, number: number): TableInfo | undefined {
  const table = t.overlay.table(ns, number) ?? t.store.catalog.tableByNumber(ns, number);
  if (table === undefined) t.reads.depend(tableNumberDependency(ns, number));
  return table;
}

/** Resolves table numbers for `validate`, tables made in this transaction included. */
export function tableNames(t: TransactionState, ns: number): TableNames {
  return { nameOf: (number) => tableNumbered(t, ns, number)?.name };
}

/** `v` with the commit timestamp of the transaction for its placeholder, which from then on cannot change any more. */
export function fillTs(t: TransactionState, v: Json): Json {
  const filled = replaceCommitTs(v, t.ts);
  if (filled !== v) t.hasShownTs = true;
  return filled;
}

/** Throws unless the transaction may write. */
export function mustWrite(t: TransactionState): void {
  if (t.kind === "mutation") return;
  throw new UserError("ReadOnlyTransaction", "Queries are read-only: only mutations may write to the database.");
}
