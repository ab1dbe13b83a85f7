/** Writes a zip file of the whole deployment as it is at one moment (SPEC X1 to X3). */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { FILES_FOLDER } from "../files/receive.ts";
import { CatalogRows } from "../storage/catalog-rows.ts";
import { documentsOf } from "../storage/index-builder.ts";
import { FileRows } from "../storage/file-rows.ts";
import { Rows } from "../storage/rows.ts";
import type { IndexInfo, TableInfo } from "../storage/tables.ts";
import type { JsonObject } from "../values/json.ts";
import { exportText } from "./export-text.ts";
import { extensionOf } from "./extensions.ts";
import { STAGING_PATH } from "./staging.ts";

export interface SnapshotOptions {
  dataDir: string;
  /** The zip file to write; it must not exist. */
  path: string;
  includeStorage: boolean;
  /** Told, before anything else is read, the timestamp (ns) of the commit that is exported. */
  begun: (ts: bigint) => void;
}

/** Text is given to the packer in pieces of about this many characters. */
const PIECE = 64 * 1024;
const MODE = 0o100644;

const README = `# A snapshot of a Convex deployment

This ZIP file holds the tables of a deployment as they were at one moment: one folder for each table, with one JSON
document per line in documents.jsonl. Tables of components are below _components, stored files below _storage.

\`npx convex import\` reads it, on Convex and on the embedded server.
`;

interface Component {
  ns: number;
  /** Of the names in the zip file: `_components/a/_components/b/` for the component `a/b`. */
  prefix: string;
  tables: TableInfo[];
}

/**
 * Writes the snapshot: everything is read from one state, on a connection of its own that may only read, while others
 * write. Resolves when the file is whole. Throws what the disk throws, and when the content of a file is missing.
 */
export async function writeSnapshot({ dataDir, path, includeStorage, begun }: SnapshotOptions): Promise<void> {
  const sql = new DatabaseSync(join(dataDir, "deployment.sqlite3"), { readOnly: true });
  try {
    sql.exec("BEGIN");
    // The first read fixes the state that all later ones see.
    begun(BigInt(String(sql.prepare("SELECT v FROM meta WHERE k = 'lastTs'").get()?.["v"] ?? "0")));
    const zip = new ZipFile();
    const failed = new Promise<never>((_, reject) => zip.on("error", reject));
    failed.catch(() => undefined);
    const rows = new Rows(sql, () => 0);
    const files = new FileRows(sql);
    zip.addBuffer(Buffer.from(README), "README.md", { mode: MODE });
    const components = readComponents(sql);
    for (const component of components) addTables(zip, component, rows);
    if (includeStorage) for (const component of components) addFiles(zip, component, { rows, files, dataDir });
    zip.end();
    await Promise.race([pipeline(zip.outputStream, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true })), failed]);
  } finally {
    sql.close();
  }
}

function readComponents(sql: DatabaseSync): Component[] {
  const catalog = new CatalogRows(sql);
  const indexes = catalog.indexes();
  const tables = catalog.tables().map(({ ns, number, name }): TableInfo => {
    const own = indexes.filter((index) => index.ns === ns && index.tableNumber === number && index.ready);
    const named = own.map((index): [string, IndexInfo] => [index.name, { ...index, table: name }]);
    return { ns, number, name, system: name.startsWith("_"), indexes: new Map(named), building: new Map() };
  });
  return catalog
    .namespaces()
    .filter(({ path }) => path !== STAGING_PATH)
    .map(({ ns, path }) => ({ ns, prefix: prefixOf(path), tables: tables.filter((table) => table.ns === ns) }));
}

function prefixOf(componentPath: string): string {
  if (componentPath === "") return "";
  return componentPath.split("/").map((name) => `_components/${name}/`).join("");
}

function addTables(zip: ZipFile, { prefix, tables }: Component, rows: Rows): void {
  const own = tables.filter(({ system }) => !system).sort((a, b) => a.number - b.number);
  const list = own.map(({ name, number }) => `${JSON.stringify({ name, id: number })}\n`).join("");
  zip.addBuffer(Buffer.from(list), `${prefix}_tables/documents.jsonl`, { mode: MODE });
  for (const table of own) {
    zip.addBuffer(Buffer.from(`"uniform"\n`), `${prefix}${table.name}/generated_schema.jsonl`, { mode: MODE });
    addLines(zip, `${prefix}${table.name}/documents.jsonl`, () => linesOf(rows, table, exportText));
  }
}

function addFiles(
  zip: ZipFile,
  { ns, prefix, tables }: Component,
  { rows, files, dataDir }: { rows: Rows; files: FileRows; dataDir: string },
): void {
  const table = tables.find(({ name }) => name === "_storage");
  if (table === undefined) return;
  const uuidOf = (document: JsonObject): string => {
    const uuid = files.byId(ns, String(document["_id"]))?.uuid;
    if (uuid === undefined) throw new Error(`The file ${String(document["_id"])} has no content.`);
    return uuid;
  };
  const metadata = (document: JsonObject): string => {
    const { _id, _creationTime, sha256, size, contentType } = document;
    const rest = { sha256, size, contentType: contentType ?? null, internalId: uuidOf(document) };
    return `{"_id":${JSON.stringify(_id)},"_creationTime":${exportText(_creationTime!)},${JSON.stringify(rest).slice(1)}`;
  };
  addLines(zip, `${prefix}_storage/documents.jsonl`, () => linesOf(rows, table, metadata));
  for (const { document } of documentsOf(rows, table)) {
    const path = `${prefix}_storage/${String(document["_id"])}${extensionOf(document["contentType"])}`;
    const source = join(dataDir, FILES_FOLDER, uuidOf(document));
    zip.addReadStreamLazy(path, { mode: MODE }, (give) => give(null, createReadStream(source)));
  }
}

function addLines(zip: ZipFile, path: string, lines: () => Iterable<string>): void {
  zip.addReadStreamLazy(path, { mode: MODE }, (give) => give(null, Readable.from(pieces(lines()), { objectMode: false })));
}

function* linesOf(rows: Rows, table: TableInfo, textOf: (document: JsonObject) => string): Iterable<string> {
  for (const { document } of documentsOf(rows, table)) yield `${textOf(document)}\n`;
}

/** Joins short lines, so that the packer is not called for each. */
function* pieces(lines: Iterable<string>): Iterable<Buffer> {
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  if (piece !== "") yield Buffer.from(piece);
}
