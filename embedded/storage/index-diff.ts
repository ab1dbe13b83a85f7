import { isDeepStrictEqual } from "node:util";
import { wantedIndexes, type IndexSpec, type SchemaJson, type WantedIndex } from "./schema-json.ts";
import { isUserIndex, specOf, type IndexInfo, type TableInfo } from "./tables.ts";

/** What a push changes about the indexes of one component, in the shape the command line prints. */
export interface IndexDiff {
  added_indexes: IndexDiffEntry[];
  removed_indexes: IndexDiffEntry[];
  enabled_indexes: IndexDiffEntry[];
  disabled_indexes: IndexDiffEntry[];
}

export type IndexDiffEntry = { name: string; staged?: boolean } & (
  | { type: "database"; fields: string[] }
  | { type: "search"; searchField: string; filterFields: string[] }
  | { type: "vector"; dimensions: number; vectorField: string; filterFields: string[] }
);

/** Each wanted index beside what serves under its name now, and the serving ones nobody wants. */
export interface IndexPlan {
  add: WantedIndex[];
  /** Serving indexes to drop: not wanted any more, or wanted differently. */
  drop: IndexInfo[];
  /** Serving indexes whose staged flag becomes `staged`. */
  flag: { index: IndexInfo; staged: boolean }[];
}

/** Compares the indexes that serve now with those `schema` wants (null: none). Changes nothing. */
export function planIndexes(tables: Iterable<TableInfo>, schema: SchemaJson | null): IndexPlan {
  const serving = new Map<string, IndexInfo>();
  for (const table of tables) {
    for (const index of table.indexes.values())
      if (isUserIndex(index)) serving.set(`${table.name}.${index.name}`, index);
  }
  const plan: IndexPlan = { add: [], drop: [], flag: [] };
  for (const want of wantedIndexes(schema)) {
    const full = `${want.table}.${want.name}`;
    const index = serving.get(full);
    if (index === undefined) plan.add.push(want);
    else if (!isDeepStrictEqual(specOf(index), want.spec)) {
      plan.add.push(want);
      plan.drop.push(index);
    } else if (index.staged !== want.staged) plan.flag.push({ index, staged: want.staged });
    serving.delete(full);
  }
  plan.drop.push(...serving.values());
  return plan;
}

/** `plan` as the command line wants to see it. */
export function diffOf(plan: IndexPlan): IndexDiff {
  return {
    added_indexes: plan.add.map((w) => entry(w.table, w.name, w.spec, w.staged)),
    removed_indexes: plan.drop.map((i) => entry(i.table, i.name, specOf(i), i.staged)),
    enabled_indexes: flagged(plan, false),
    disabled_indexes: flagged(plan, true),
  };
}

function flagged(plan: IndexPlan, staged: boolean): IndexDiffEntry[] {
  return plan.flag
    .filter((f) => f.staged === staged)
    .map(({ index }) => entry(index.table, index.name, specOf(index), staged));
}

function entry(table: string, name: string, spec: IndexSpec, staged: boolean): IndexDiffEntry {
  const { kind, ...rest } = spec;
  return { name: `${table}.${name}`, type: kind, ...rest, ...(staged ? { staged } : {}) } as IndexDiffEntry;
}
