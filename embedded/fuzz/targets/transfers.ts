import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ZipFile } from "yazl";
import { parseExported, parsePlain } from "../../transfer/export-text.ts";
import { csvRows } from "../../transfer/import-csv.ts";
import { jsonRows, type Row } from "../../transfer/import-source.ts";
import { openZip } from "../../transfer/import-zip.ts";
import { encodeId } from "../../values/ids.ts";
import { mutateBytes } from "../mutate.ts";
import { Random } from "../random.ts";
import { changedJson, changedText, insist, isSame, type Target, target } from "./target.ts";

/** Files of imports. */

const ROWS = [
  { _id: encodeId(10_001, Buffer.alloc(16, 7)), _creationTime: 1.5, title: "é \" \\ \n", n: -0, big: { $integer: "AQAAAAAAAAA=" } },
  { title: "x", list: [1, 2.5, { deep: [null, true] }], large: 2 ** 63 },
];
const CSV = 'title, n ,"quoted, name"\r\n"a ""b""\n c",1.5,x\n\n,-0,1e400\nlast,.5,"y"\n';
const NAMES = [
  "notes/documents.jsonl", "notes/generated_schema.jsonl", "_tables/documents.jsonl", "_storage/documents.jsonl", "_storage/kg2f.txt",
  "snapshot_1/_components/a/_components/b/items/documents.jsonl", "README.md",
];
/** How many different zip files there are before bytes are changed in them. */
const ZIPS = 200;

export interface TransferTargets {
  targets: Target[];
  /** Removes what they wrote to disk. */
  end(): void;
}

/** The targets. */
export function transferTargets(): TransferTargets {
  const dir = mkdtempSync(join(tmpdir(), "fuzzed-imports-"));
  const zips: Promise<Buffer>[] = [];
  const targets = [
    target({
      name: "lines",
      weight: 30,
      make: (random) => ({ bytes: changedLines(random), isExport: random.chance(0.5) }),
      take: ({ bytes, isExport }) => rowsHowever(bytes, (parts) => jsonRows(parts, isExport ? parseExported : parsePlain)),
    }),
    target({
      name: "CSV files",
      weight: 25,
      make: (random) => (random.chance(0.9) ? Buffer.from(changedText(random, CSV)) : mutateBytes(random, Buffer.from(CSV))),
      take: (bytes) => rowsHowever(bytes, csvRows),
    }),
    target({
      name: "zip files",
      weight: 2,
      // Packing takes longest, so each file serves for several cases.
      make: (random) => {
        const at = random.int(ZIPS);
        return { zip: (zips[at] ??= changedZip(new Random(at))), spots: Array.from({ length: random.chance(0.5) ? 0 : 1 + random.int(4) }, () => [random.next(), random.int(256)] as const) };
      },
      async take({ zip, spots }) {
        const bytes = Buffer.from(await zip);
        for (const [place, byte] of spots) bytes[Math.floor(place * bytes.length)] = byte;
        const path = join(dir, "import.zip");
        writeFileSync(path, bytes);
        const source = await openZip(path, "");
        try {
          const tables = [];
          for (const { componentPath, name, number, rows } of source.tables) tables.push([componentPath, name, number, await rowsOf(rows())]);
          for (const file of source.files) for await (const _ of await file.open());
          return [tables, source.files.map(({ id, componentPath }) => [id, componentPath])];
        } finally {
          source.close();
        }
      },
    }),
  ];
  return { targets, end: () => rmSync(dir, { recursive: true, force: true }) };
}

async function rowsOf(batches: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** The rows of a file; where it is cut into pieces on its way must not matter. */
async function rowsHowever(bytes: Buffer, parse: (parts: AsyncIterable<Uint8Array>) => AsyncIterable<Row[]>): Promise<Row[]> {
  const rows = await rowsOf(parse(inPieces(bytes, 1)));
  const again = await rowsOf(parse(inPieces(bytes, 2 + (bytes.length % 7)))).catch((error: unknown) => error);
  insist(isSame(rows, again), "in pieces it has other rows");
  return rows;
}

async function* inPieces(bytes: Buffer, count: number): AsyncGenerator<Uint8Array> {
  const length = Math.ceil(bytes.length / count);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

function changedLines(random: Random): Buffer {
  const lines = ROWS.map((row) => (random.chance(0.5) ? changedJson(random, row) : JSON.stringify(row)));
  const bytes = Buffer.from(lines.join(random.pick(["\n", "\r\n", "\n\n"])));
  return random.chance(0.1) ? mutateBytes(random, bytes) : bytes;
}

async function changedZip(random: Random): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of NAMES) {
    const changed = random.chance(0.2) ? changedText(random, name).slice(0, 60_000) : name;
    const isTables = name.startsWith("_tables");
    const content = isTables ? '{"name":"notes","id":10001}\n' : name.includes("schema") ? '"uniform"\n' : changedLines(random);
    try {
      // The time of day would make another file of it each time.
      zip.addBuffer(Buffer.from(content), changed, { mtime: new Date(0) } as object);
    } catch {
      // Not even the writer takes such a name.
    }
  }
  zip.end();
  return Buffer.from(await new Response(zip.outputStream as unknown as BodyInit).arrayBuffer());
}
