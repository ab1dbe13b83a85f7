/** What an uploaded file holds: rows of tables, contents of files (SPEC X4). Everything is read as a stream. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { Json } from "../values/json.ts";
import { csvRows } from "./import-csv.ts";
import { importError } from "./import-error.ts";
import { linesOf } from "./import-lines.ts";
import { parsePlain } from "./export-text.ts";
import { openZip } from "./import-zip.ts";

/** What the command line asks for. */
export interface ImportRequest {
  format: "csv" | "jsonLines" | "jsonArray" | "zip";
  mode: "requireEmpty" | "append" | "replace" | "replaceAll";
  /** Null for a zip file. */
  tableName: string | null;
  /** Where the file's tables belong; "" is the app. */
  componentPath: string;
}

/** `row` counts from 1, for messages. */
export interface Row {
  row: number;
  value: Json;
}

export interface SourceTable {
  componentPath: string;
  name: string;
  /** The number the file gives for it. */
  number: number | null;
  /** Reads the rows, in batches; may be called more than once. Throws UserError for what cannot be read. */
  rows(): AsyncIterable<Row[]>;
}

/** The content of a stored file. */
export interface SourceFile {
  componentPath: string;
  /** The id of its document. */
  id: string;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface ImportSource {
  /** Of a zip file, `_storage` is among them. */
  tables: SourceTable[];
  files: SourceFile[];
  close(): void;
}

/** Largest file that is one JSON array, bytes: it is read as a whole. */
const MAX_ARRAY_BYTES = 16 * 1024 * 1024;

/** Opens an uploaded file. Throws UserError when it is not of the format. */
export async function openSource(path: string, request: ImportRequest): Promise<ImportSource> {
  const { format, tableName, componentPath } = request;
  if (format === "zip") return openZip(path, componentPath);
  const bytes = (): AsyncIterable<Uint8Array> => createReadStream(path);
  const rows = {
    csv: () => csvRows(bytes()),
    jsonLines: () => jsonRows(bytes(), parsePlain),
    jsonArray: () => arrayRows(path),
  }[format];
  return { tables: [{ componentPath, name: tableName ?? "", number: null, rows }], files: [], close: () => undefined };
}

/** One JSON value per line; empty lines are left out. */
export async function* jsonRows(bytes: AsyncIterable<Uint8Array>, parse: (text: string) => Json): AsyncGenerator<Row[]> {
  let row = 0;
  for await (const lines of linesOf(bytes)) {
    const batch: Row[] = [];
    for (const line of lines) {
      row += 1;
      if (line.trim() === "") continue;
      try {
        batch.push({ row, value: parse(line) });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw importError("JsonInvalidRow", `Row ${row} wasn't valid JSON: ${error.message}`);
      }
    }
    yield batch;
  }
}

async function* arrayRows(path: string): AsyncGenerator<Row[]> {
  const { size } = await stat(path);
  if (size > MAX_ARRAY_BYTES) {
    throw importError(
      "JsonArrayTooLarge",
      `Import is too large for JSON (${size} bytes > maximum 16 MiB). Consider converting data to JSONLines`,
    );
  }
  let array: Json;
  try {
    array = parsePlain(await readFile(path, "utf8"));
  } catch (error) {
    throw importError("NotJson", `Not valid JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(array)) throw importError("NotJsonArray", "Not a JSON array");
  yield array.map((value, i) => ({ row: i + 1, value }));
}
