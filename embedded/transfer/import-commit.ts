/** The one transaction in which an import takes effect (SPEC X6): tables change places, whatever their size. */
import { isDeepStrictEqual } from "node:util";
import { IndexBuilder } from "../storage/index-builder.ts";
import { enforcedTypes, type SchemaJson } from "../storage/schema-json.ts";
import type { Store } from "../storage/store.ts";
import { isDropped, SYSTEM_TABLES, type TableInfo } from "../storage/tables.ts";
import type { ValidatorJson } from "../values/validators.ts";
import { importError } from "./import-error.ts";
import { type ImportPlan, type PlannedTable, tableExists } from "./import-plan.ts";
import type { ImportRequest } from "./import-source.ts";
import { orDuplicate, schemaChanged, spellIndexes, type StagedTable } from "./import-staging.ts";

/** The schemas an import was checked against, by component path. */
export type Schemas = ReadonlyMap<string, SchemaJson | null>;

/** The active schemas of the components that `plan` is about. */
export function schemasOf({ catalog }: Store, plan: ImportPlan): Schemas {
  const paths = new Set(plan.tables.map(({ componentPath }) => componentPath));
  return new Map(
    [...paths].map((path) => {
      const ns = catalog.namespace(path);
      return [path, ns === undefined ? null : catalog.schema(ns)];
    }),
  );
}

/**
 * Puts staged tables in place of what is there, inside the open SQL transaction. What they replace goes to the namespace
 * `stagingNs`, where it is removed later. Throws UserError, with nothing done, when what the import was checked against
 * has changed meanwhile, or when numbers or ids collide.
 */
export function commitImport(
  store: Store,
  o: { plan: ImportPlan; staged: readonly StagedTable[]; schemas: Schemas; request: ImportRequest; stagingNs: number },
): void {
  const { catalog } = store;
  if (!isDeepStrictEqual(schemasOf(store, o.plan), o.schemas)) throw schemaChanged();
  const targets = o.staged.map((staged) => {
    const ns = catalog.ensureNamespace(staged.plan.componentPath);
    return { staged, ns, old: catalog.table(ns, staged.plan.name) };
  });
  for (const { staged, ns, old } of targets) {
    if (!sameIndexes(staged, old)) throw schemaChanged();
    if (o.request.mode === "requireEmpty" && old && store.rows.count(old.indexes.get("by_id")!.id) > 0) {
      throw tableExists(staged.plan.name);
    }
    if (old && !staged.isAppended && old.number !== staged.number) checkReferences(store, ns, staged.plan, o.plan);
  }
  for (const path of o.schemas.keys()) failPush(store, path);
  const toTrash = (table: TableInfo): void => {
    const number = catalog.nextTableNumber(o.stagingNs);
    catalog.moveTable(table, { ns: o.stagingNs, name: `replaced_${number}`, number });
  };
  for (const { staged, old } of targets) if (old && !staged.isAppended) toTrash(old);
  for (const plan of o.plan.tables) if (plan.source === null) clear(store, plan, toTrash);
  for (const { staged, ns, old } of targets) {
    if (staged.isAppended && old) append(store, staged, old);
    else {
      checkNumber(store, ns, staged);
      catalog.moveTable(staged.table, { ns, name: staged.plan.name, number: staged.number });
    }
    if (staged.plan.name === "_storage") placeFiles(store, ns, staged);
  }
}

/** A push under way has checked other documents, and built indexes of them. */
function failPush({ catalog }: Store, componentPath: string): void {
  const ns = catalog.namespace(componentPath);
  const inFlight = ns === undefined ? null : catalog.inFlightSchema(ns);
  if (inFlight) catalog.failSchema(inFlight.id, "Data was imported while the schema was checked; push again.", null);
}

/** Empties a table of the schema, which stays; any other is gone. */
function clear({ catalog }: Store, plan: PlannedTable, toTrash: (table: TableInfo) => void): void {
  const ns = catalog.namespace(plan.componentPath);
  const table = ns === undefined ? undefined : catalog.table(ns, plan.name);
  if (ns === undefined || table === undefined) return;
  const isInSchema = catalog.schema(ns)?.tables.some(({ tableName }) => tableName === plan.name) ?? false;
  toTrash(table);
  if (isInSchema) catalog.addTable({ ...catalog.draftLike(ns, plan.name, table, () => true), number: table.number });
}

/** Gives the documents of the staged table to the table that is there. */
function append(store: Store, { table, plan }: StagedTable, old: TableInfo): void {
  const { rows, search, vectors } = store;
  const builder = new IndexBuilder(rows, search, vectors);
  orDuplicate(plan.name, () => {
    for (const index of old.indexes.values()) if (index.kind !== "database") builder.fill(table, index);
    for (const [name, index] of table.indexes) rows.moveEntries(index.id, old.indexes.get(name)!.id);
  });
}

function placeFiles({ files, blobs }: Store, ns: number, { blobs: staged, isAppended }: StagedTable): void {
  const stays = new Set(staged.filter(({ isThere }) => isThere).map(({ uuid }) => uuid));
  for (const uuid of isAppended ? [] : files.uuidsOf(ns)) {
    files.delete(uuid);
    if (!stays.has(uuid)) blobs.doom(uuid);
  }
  for (const { uuid, id, isThere } of staged) {
    files.add({ uuid, ns, id });
    if (!isThere) blobs.place(uuid);
  }
}

/** Whether the table still has the indexes that the staged one was made with, and documents can be added to it. */
function sameIndexes({ indexes, isAppended }: StagedTable, old: TableInfo | undefined): boolean {
  if (isAppended && (old === undefined || [...old.building.values()].some((index) => !isDropped(index)))) return false;
  return isDeepStrictEqual(indexes, spellIndexes(old));
}

function checkNumber({ catalog }: Store, ns: number, { plan, number }: StagedTable): void {
  const other = catalog.tableByNumber(ns, number);
  if (other === undefined) return;
  const kind = SYSTEM_TABLES.has(other.name) ? "system table" : "table";
  throw importError(
    "TableConflict",
    `New table ${plan.name} has IDs that conflict with existing ${kind} ${other.name}`,
  );
}

/** Ids of a table that gets another number would not be its ids any more in tables that the import leaves as they are. */
function checkReferences({ catalog, rows }: Store, ns: number, changed: PlannedTable, { tables }: ImportPlan): void {
  const imported = new Set(tables.filter((t) => t.componentPath === changed.componentPath).map(({ name }) => name));
  for (const [name, type] of enforcedTypes(catalog.schema(ns))) {
    const table = catalog.table(ns, name);
    if (imported.has(name) || table === undefined || !refersTo(type, changed.name)) continue;
    if (rows.count(table.indexes.get("by_id")!.id) === 0) continue;
    throw importError(
      "ImportForeignKey",
      `Import changes table '${changed.name}' which is referenced by '${name}' in the schema`,
    );
  }
}

function refersTo(type: ValidatorJson, table: string): boolean {
  return JSON.stringify(type).includes(JSON.stringify({ type: "id", tableName: table }).slice(1, -1));
}
