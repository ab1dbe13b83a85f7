/** What an import would change, found by reading the file once (SPEC X5). */
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { decodeId } from "../values/ids.ts";
import { isPlainObject } from "../values/json.ts";
import { checkTableName } from "../values/names.ts";
import { importError } from "./import-error.ts";
import type { ImportRequest, ImportSource, SourceTable } from "./import-source.ts";
import { STAGING_PATH } from "./staging.ts";

export interface PlannedTable {
  componentPath: string;
  name: string;
  /** Null for a table that `replaceAll` clears because the file does not have it. */
  source: SourceTable | null;
  /** The number its ids must have: the file's; null when the file gives none. */
  number: number | null;
  /** Documents (or files) in the import, those in the deployment now, and how many of the latter would go. */
  added: number;
  existing: number;
  deleted: number;
}

export interface ImportPlan {
  tables: PlannedTable[];
  message: string;
  /** Something would be deleted. */
  needsConfirmation: boolean;
}

/**
 * Reads the whole source. Throws UserError for what cannot be imported, such as a table that is not empty, and what
 * `check` throws, which is called now and then.
 */
export async function planImport(
  store: Store,
  source: ImportSource,
  request: ImportRequest,
  check: () => void,
): Promise<ImportPlan> {
  const tables: PlannedTable[] = [];
  for (const table of source.tables) {
    checkName(table.name);
    const { added, number } = await readThrough(table, check);
    const existing = countOf(store, table.componentPath, table.name);
    const isReplaced = request.mode === "replace" || request.mode === "replaceAll";
    if (request.mode === "requireEmpty" && existing > 0) throw tableExists(table.name);
    const { componentPath, name } = table;
    const deleted = isReplaced ? existing : 0;
    tables.push({ componentPath, name, source: table, number: table.number ?? number, added, existing, deleted });
  }
  if (request.mode === "replaceAll") tables.push(...cleared(store, tables));
  tables.sort((a, b) => compare(a.componentPath, b.componentPath) || compare(a.name, b.name));
  return { tables, message: messageOf(tables), needsConfirmation: tables.some(({ deleted }) => deleted > 0) };
}

/** The refusal of an import into a table that has documents. */
export function tableExists(name: string): UserError {
  return importError(
    "TableExists",
    `Table ${name} already exists. Please choose a new table name or use replace/append modes.`,
  );
}

function checkName(name: string): void {
  if (name === "_storage") return;
  try {
    if (name.startsWith("_")) throw new UserError("InvalidName", "starts with metadata prefix '_'");
    checkTableName(name);
  } catch (error) {
    throw importError("InvalidName", `${JSON.stringify(name)} isn't a valid table name: ${(error as Error).message}`);
  }
}

async function readThrough(table: SourceTable, check: () => void): Promise<{ added: number; number: number | null }> {
  let added = 0;
  let number: number | null = null;
  for await (const rows of table.rows()) {
    check();
    const first = added === 0 ? rows[0]?.value : undefined;
    if (first !== undefined && isPlainObject(first) && typeof first["_id"] === "string") {
      number = decodeId(first["_id"])?.tableNumber ?? null;
    }
    added += rows.length;
  }
  return { added, number };
}

/** The tables of all components that a `replaceAll` empties or removes because the import does not have them. */
function cleared({ catalog, rows }: Store, imported: readonly PlannedTable[]): PlannedTable[] {
  const known = new Set(imported.map(({ componentPath, name }) => `${componentPath}:${name}`));
  return catalog
    .namespaces()
    .filter(({ path }) => path !== STAGING_PATH)
    .flatMap(({ ns, path }) =>
      [...catalog.tables(ns)]
        .filter((table) => !table.system && !known.has(`${path}:${table.name}`))
        .map((table): PlannedTable => {
          const existing = rows.count(table.indexes.get("by_id")!.id);
          return { componentPath: path, name: table.name, source: null, number: null, added: 0, existing, deleted: existing };
        }),
    );
}

/** Documents in a table, 0 when there is none. */
function countOf({ catalog, rows }: Store, componentPath: string, name: string): number {
  const ns = catalog.namespace(componentPath);
  const table = ns === undefined ? undefined : catalog.table(ns, name);
  return table === undefined ? 0 : rows.count(table.indexes.get("by_id")!.id);
}

function messageOf(tables: readonly PlannedTable[]): string {
  const lines: string[] = tables.length > 0 ? ["Import change summary:"] : [];
  for (const path of new Set(tables.map(({ componentPath }) => componentPath))) {
    if (path !== "") lines.push(`Component ${path}`);
    lines.push(...summary(tables.filter(({ componentPath }) => componentPath === path)));
  }
  lines.push("Once the import has started, it will run in the background.");
  lines.push("Interrupting `npx convex import` will not cancel it.");
  return lines.join("\n");
}

function summary(tables: readonly PlannedTable[]): string[] {
  const count = (n: number): string => n.toLocaleString("en-US");
  const rows = tables.map(({ name, added, deleted, existing }) => [
    name,
    count(added),
    `${count(deleted)} of ${count(existing)}${name === "_storage" ? " files" : ""}`,
  ]);
  const [head, ...rest] = [["table", "create", "delete"], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...[head!, ...rest].map((cells) => cells[i]!.length)));
  const line = (cells: string[]): string => `${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head!), "-".repeat(line(head!).length), ...rest.map(line)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
