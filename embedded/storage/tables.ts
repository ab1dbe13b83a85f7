import type { IndexSpec } from "./schema-json.ts";

/** First number given to a table of an app or component. */
export const FIRST_TABLE_NUMBER = 10_001;

/** The tables every namespace has, with fixed numbers, so that their ids mean the same everywhere. */
export const SYSTEM_TABLES: ReadonlyMap<string, number> = new Map([
  ["_scheduled_functions", 513],
  ["_storage", 514],
]);

/** Number in the ids of environment variables, which are rows of their own and no table of documents. */
export const ENV_TABLE_NUMBER = 515;

/** A table of one namespace. The maps are replaced, never changed, when a push changes the indexes. */
export interface TableInfo {
  ns: number;
  number: number;
  name: string;
  system: boolean;
  /** Indexes by name that queries may name; staged ones among them are kept up but refused. */
  indexes: ReadonlyMap<string, IndexInfo>;
  /** Indexes by name that a push has built and not yet enabled. */
  building: ReadonlyMap<string, IndexInfo>;
}

export interface IndexInfo {
  /** Unique in the deployment, never used again while the process runs. */
  id: number;
  ns: number;
  table: string;
  name: string;
  kind: "database" | "search" | "vector";
  /** Of a database index: ends in `_creationTime` (only `by_id` is `["_id"]`). Empty for the other kinds. */
  fields: string[];
  searchField?: string;
  filterFields?: string[];
  vectorField?: string;
  dimensions?: number;
  staged: boolean;
  ready: boolean;
  /**
   * Of an index that is still being filled: the key in `by_creation_time` up to which (exclusive) documents are in it. The
   * writes of others leave it alone: it will come to them.
   */
  filledTo?: Buffer;
}

/** Every index of `table` that writes must keep up. */
export function keptIndexes({ indexes, building }: TableInfo): readonly IndexInfo[] {
  const known = kept.get(indexes);
  if (known?.building === building) return known.list;
  const list = [...indexes.values(), ...building.values()];
  kept.set(indexes, { building, list });
  return list;
}

/** By the maps, which are replaced when a push changes the indexes. */
const kept = new WeakMap<TableInfo["indexes"], { building: TableInfo["building"]; list: readonly IndexInfo[] }>();

/** The name of an index that was dropped and still has entries. */
export function droppedName(id: number): string {
  return `dropped ${id}`;
}

/** Whether only the remains of the index are left. */
export function isDropped(index: IndexInfo): boolean {
  return index.name === droppedName(index.id);
}

/** Whether a push may drop the index: not the two that every table has. */
export function isUserIndex(index: IndexInfo): boolean {
  return index.name !== "by_id" && index.name !== "by_creation_time";
}

/** The part of `index` that a schema spells out. */
export function specOf(index: IndexInfo): IndexSpec {
  switch (index.kind) {
    case "database":
      return { kind: "database", fields: index.fields };
    case "search":
      return { kind: "search", searchField: index.searchField ?? "", filterFields: index.filterFields ?? [] };
    case "vector":
      return {
        kind: "vector",
        vectorField: index.vectorField ?? "",
        dimensions: index.dimensions ?? 0,
        filterFields: index.filterFields ?? [],
      };
    default:
      return index.kind satisfies never;
  }
}

/** The fields of an IndexInfo that come from a spec. */
export function fromSpec(spec: IndexSpec): Pick<IndexInfo, "kind" | "fields"> & Partial<IndexInfo> {
  return spec.kind === "database" ? spec : { ...spec, fields: [] };
}
