import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Beside the repository; not part of it. */
const folder = resolve(import.meta.dirname, "../../shared/data/banking77");

/** A message that a customer sent to a bank, and what it is about. */
export interface Text {
  message: string;
  subject: string;
}

/** The messages of BANKING77 (PolyAI, CC BY 4.0). Throws with a sentence where they are missing. */
export function readTexts(): Text[] {
  const files = ["train.csv", "test.csv"].map((name) => join(folder, name));
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`The suite "history" writes real texts, and there is no ${missing}: put the data set BANKING77 there.`);
  return files.flatMap((file) => rowsOf(readFileSync(file, "utf8")).slice(1)).flatMap(([message, category]) => {
    if (message === undefined || category === undefined) return [];
    return [{ message, subject: category.replaceAll("_", " ") }];
  });
}

/** Rows of a CSV text (RFC 4180). */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end = ""] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
