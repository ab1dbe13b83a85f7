/** CSV files: a header, then rows of numbers and strings (SPEC X4). */
import { ValueError } from "../values/errors.ts";
import { checkValue, type Json, type JsonObject, setOwn } from "../values/json.ts";
import { importError } from "./import-error.ts";
import { textOf } from "./import-lines.ts";
import type { Row } from "./import-source.ts";

/** Longest cell, characters. */
const MAX_CELL = 32 * 1024 * 1024;

/** The rows of a CSV file as objects, in batches as they come. Throws UserError for what is no such file. */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  const records = new Records();
  let header: string[] | null = null;
  let row = 0;
  for await (const text of withEnd(textOf(bytes))) {
    const batch: Row[] = [];
    for (const cells of text === null ? records.end() : records.take(text)) {
      if (header === null) {
        header = cells.map(fieldName);
        continue;
      }
      row += 1;
      if (cells.length !== header.length) {
        throw importError("CsvRowMissingFields", `CSV row ${row} doesn't have all of the fields in the header`);
      }
      const value: JsonObject = {};
      header.forEach((name, i) => setOwn(value, name, cellValue(cells[i]!)));
      batch.push({ row, value });
    }
    if (batch.length > 0) yield batch;
  }
  if (header === null) throw importError("CsvMissingHeaders", "CSV file doesn't have headers");
}

async function* withEnd(texts: AsyncIterable<string>): AsyncGenerator<string | null> {
  yield* texts;
  yield null;
}

function fieldName(cell: string): string {
  const name = withoutSpaces(cell);
  try {
    checkValue({ [name]: null });
    return name;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw importError("CsvInvalidHeader", `CSV header ${JSON.stringify(name)} isn't a valid field name: ${error.message}`);
  }
}

/** Without the spaces around it, in one pass: a pattern for those at the end would begin anew at each space before. */
function withoutSpaces(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && text[from] === " ") from += 1;
  while (to > from && text[to - 1] === " ") to -= 1;
  return text.slice(from, to);
}

function cellValue(text: string): Json {
  // In one way only: with two ways to read digits a long row of them would be gone over again from each.
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return text;
  const n = Number(text);
  if (!Number.isFinite(n)) return text;
  return Object.is(n, -0) ? { $float: "AAAAAAAAAIA=" } : n;
}

/** Cuts a text that comes in pieces into records of cells: quotes, doubled quotes, and line ends inside quotes. */
class Records {
  #cells: string[] = [];
  #cell = "";
  #state: "start" | "plain" | "quoted" | "quote" = "start";
  #hadReturn = false;

  /** The records that end in this piece. Lines without anything are left out. */
  take(text: string): string[][] {
    const done: string[][] = [];
    for (const char of text) {
      if (this.#hadReturn && char === "\n") {
        this.#hadReturn = false;
        continue;
      }
      this.#hadReturn = false;
      if (this.#state === "quoted") {
        if (char === '"') this.#state = "quote";
        else this.#add(char);
      } else if (char === '"' && this.#state === "quote") {
        this.#add(char);
        this.#state = "quoted";
      } else if (char === '"' && this.#state === "start") {
        this.#state = "quoted";
      } else if (char === ",") {
        this.#endCell();
      } else if (char === "\n" || char === "\r") {
        this.#hadReturn = char === "\r";
        this.#endRecord(done);
      } else {
        this.#add(char);
        this.#state = "plain";
      }
    }
    return done;
  }

  /** The record that the end of the file ends. */
  end(): string[][] {
    const done: string[][] = [];
    this.#endRecord(done);
    return done;
  }

  #add(char: string): void {
    this.#cell += char;
    if (this.#cell.length > MAX_CELL) throw importError("CellTooLong", `A CSV cell has more than ${MAX_CELL} characters.`);
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  #endRecord(done: string[][]): void {
    const isEmpty = this.#cells.length === 0 && this.#cell === "" && this.#state === "start";
    if (isEmpty) return;
    this.#endCell();
    done.push(this.#cells);
    this.#cells = [];
  }
}
