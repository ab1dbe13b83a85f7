import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Text } from "./history-texts.ts";

/** The same questions to a bare SQLite file in this process: no server, no functions, no rights. */
export interface HistoryFloor {
  /** Milliseconds of one page of 50 rows by an index. */
  pageMs(n: number): number;
  /** Milliseconds of the 50 best matches of a text (FTS5, BM25). */
  searchMs(text: string): number;
  /** Events per second written as lines of JSON. */
  exportPerSecond(): number;
  end(): void;
}

/** Writes `events` rows with the texts, one searchable message for every ten. */
export function historyFloor(events: number, texts: readonly Text[]): HistoryFloor {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const sql = new DatabaseSync(join(dir, "floor.sqlite3"));
  sql.exec("PRAGMA journal_mode = WAL; CREATE TABLE events (id INTEGER PRIMARY KEY, person INTEGER, json TEXT); CREATE VIRTUAL TABLE words USING fts5(text);");
  const event = sql.prepare("INSERT INTO events (person, json) VALUES (?, ?)");
  const word = sql.prepare("INSERT INTO words (text) VALUES (?)");
  sql.exec("BEGIN");
  for (let n = 0; n < events; n++) {
    const { message, subject } = texts[n % texts.length]!;
    event.run(n % 5, JSON.stringify({ chain: `request:${n}`, seq: n, hash: "0".repeat(64), prev: "0".repeat(64), at: n, event: { kind: "commented", text: message } }));
    if (n % 10 === 0) word.run(`${subject}\n${message}`);
  }
  sql.exec("COMMIT; CREATE INDEX by_person ON events (person, id);");
  const page = sql.prepare("SELECT json FROM events WHERE person = ? AND id < ? ORDER BY id DESC LIMIT 50");
  const search = sql.prepare("SELECT text FROM words WHERE words MATCH ? ORDER BY rank LIMIT 50");
  const all = sql.prepare("SELECT json FROM events ORDER BY id");
  const timed = (work: () => void): number => {
    const from = performance.now();
    work();
    return performance.now() - from;
  };
  return {
    pageMs: (n) => timed(() => page.all(n % 5, events - n)),
    searchMs: (text) => timed(() => search.all(text.split(" ").join(" OR "))),
    exportPerSecond: () => {
      let bytes = 0;
      const ms = timed(() => {
        for (const { json } of all.iterate()) bytes += Buffer.byteLength(`${JSON.stringify(JSON.parse(json as string))}\n`);
      });
      if (bytes === 0) throw new Error("The floor has no events.");
      return (events / ms) * 1000;
    },
    end: () => {
      sql.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
