/** A snapshot as `convex export` writes it, or one made by hand: a folder with documents.jsonl per table (SPEC X4). */
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { isIdentifier } from "../values/names.ts";
import type { Json } from "../values/json.ts";
import { parseExported, parsePlain } from "./export-text.ts";
import { importError, rowError } from "./import-error.ts";
import { linesOf } from "./import-lines.ts";
import { type ImportSource, jsonRows, type SourceFile, type SourceTable } from "./import-source.ts";

const COMPONENT = /^(.*\/)?_components\/([^/]+)\/$/;
const TABLE_FILE = /^(.*\/)?([^/]+)\/(documents|generated_schema)\.jsonl$/;
/** Prefix and extension do not matter. */
const STORED_FILE = /^(.*\/)?_storage\/([^/.]+)(?:\.[^/]+)?$/;

interface Found {
  componentPath: string;
  name: string;
  documents: Entry | null;
  schema: Entry | null;
}

/** Opens a zip file whose tables belong into the component `base`. Throws UserError `InvalidZip`. */
export async function openZip(path: string, base: string): Promise<ImportSource> {
  const zip = await reading(() => yauzl.openPromise(path, { lazyEntries: true, autoClose: false }));
  try {
    const found = new Map<string, Found>();
    const files: SourceFile[] = [];
    const each = zip.eachEntry();
    for (let entry = await reading(() => next(each)); entry !== null; entry = await reading(() => next(each))) {
      if (!noteTable(found, entry, base)) noteFile(files, zip, entry, base);
    }
    return { tables: await tablesOf(zip, [...found.values()]), files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function next(entries: AsyncIterable<Entry>): Promise<Entry | null> {
  const step = await entries[Symbol.asyncIterator]().next();
  return step.done === true ? null : step.value;
}

function noteTable(found: Map<string, Found>, entry: Entry, base: string): boolean {
  const [, prefix = "", name = "", kind = ""] = TABLE_FILE.exec(entry.fileName) ?? [];
  if (name === "") return false;
  // Other system tables belong to the deployment they come from.
  if (name.startsWith("_") && name !== "_tables" && name !== "_storage") return true;
  const componentPath = componentPathOf(prefix, base);
  const key = `${componentPath}:${name}`;
  const table = found.get(key) ?? { componentPath, name, documents: null, schema: null };
  found.set(key, kind === "documents" ? { ...table, documents: entry } : { ...table, schema: entry });
  return true;
}

function noteFile(files: SourceFile[], zip: ZipFile, entry: Entry, base: string): void {
  const [, prefix = "", id = ""] = STORED_FILE.exec(entry.fileName) ?? [];
  if (id !== "") files.push({ componentPath: componentPathOf(prefix, base), id, open: () => open(zip, entry) });
}

/** The component that `_components/a/_components/b/` means below `base`; what stands before it does not matter. */
function componentPathOf(prefix: string, base: string): string {
  const names: string[] = [];
  let rest = prefix;
  for (let match = COMPONENT.exec(rest); match; match = COMPONENT.exec(rest)) {
    const name = match[2]!;
    if (!isIdentifier(name)) throw importError("InvalidComponentName", `component name '${name}' invalid`);
    names.unshift(name);
    rest = match[1] ?? "";
  }
  return [base, ...names].filter((part) => part !== "").join("/");
}

async function tablesOf(zip: ZipFile, found: readonly Found[]): Promise<SourceTable[]> {
  const numbers = new Map<string, number>();
  for (const { componentPath, name, documents } of found) {
    if (name !== "_tables" || documents === null) continue;
    for await (const rows of jsonRows(await open(zip, documents), parsePlain)) {
      for (const { row, value } of rows) {
        const { name: table, id } = (value ?? {}) as { name?: Json; id?: Json };
        if (typeof table !== "string") throw rowError(row, "table requires name");
        if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > 0xffff_ffff) {
          throw rowError(row, `table requires id (received ${JSON.stringify(id ?? null)})`);
        }
        numbers.set(`${componentPath}:${table}`, id);
      }
    }
  }
  const tables: SourceTable[] = [];
  for (const { componentPath, name, documents, schema } of found) {
    if (name === "_tables" || documents === null) continue;
    const number = numbers.get(`${componentPath}:${name}`) ?? null;
    numbers.delete(`${componentPath}:${name}`);
    const parse = name === "_storage" || schema === null ? parsePlain : await parserFor(zip, schema);
    const rows = async function* () {
      yield* jsonRows(await open(zip, documents), parse);
    };
    tables.push({ componentPath, name, number, rows });
  }
  // Tables without documents.
  for (const [key, number] of numbers) {
    const at = key.lastIndexOf(":");
    const none = async function* () {};
    tables.push({ componentPath: key.slice(0, at), name: key.slice(at + 1), number, rows: none });
  }
  return tables;
}

/**
 * How the documents beside a generated_schema.jsonl are written. Older versions of Convex wrote a shape there and lost
 * types in the documents; what can only be read with the help of the shape is refused.
 */
async function parserFor(zip: ZipFile, schema: Entry): Promise<(text: string) => Json> {
  const lines: string[] = [];
  for await (const batch of linesOf(await open(zip, schema))) lines.push(...batch.filter((line) => line.trim() !== ""));
  let shape: unknown;
  try {
    shape = JSON.parse(lines[0] ?? "null");
  } catch {
    shape = null;
  }
  if (typeof shape !== "string") throw importError("InvalidGeneratedSchema", `cannot parse ${schema.fileName}`);
  if (shape === "uniform") return parseExported;
  const words = shape.replace(/"[^"]*"/g, "");
  if (lines.length === 1 && !/\b(int64|bytes|inf|NaN|float64|set|map)\b/.test(words)) return parsePlain;
  throw importError(
    "NotSupported",
    `${schema.fileName} describes the values as older versions of Convex exported them, which is not supported by this ` +
      "server yet for tables with int64, bytes or special numbers; export the data again.",
  );
}

async function open(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array>> {
  const stream = await reading(() => zip.openReadStreamPromise(entry));
  return (async function* () {
    const parts = stream[Symbol.asyncIterator]();
    for (;;) {
      const part = await reading(() => parts.next());
      if (part.done === true) return;
      yield part.value as Uint8Array;
    }
  })();
}

/** What reading a damaged zip file throws, as a refusal. */
async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw importError("InvalidZip", `invalid zip file: ${error instanceof Error ? error.message : String(error)}`);
  }
}
