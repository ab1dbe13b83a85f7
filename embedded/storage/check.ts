import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../values/json.ts";
import { covers, indexKeys, searchEntry } from "./entries.ts";
import { JOB_TABLE_NUMBER } from "./jobs.ts";
import { listsOf } from "./search-rows.ts";
import type { Store } from "./store.ts";
import { isDropped, keptIndexes, type TableInfo } from "./tables.ts";
import { vectorEntry } from "./vector-entries.ts";

/** Documents read at a time. */
const BATCH = 500;
/** Problems told; more of the same kind help nobody. */
const MAX_PROBLEMS = 50;

/**
 * Looks through everything that is stored: SQLite's own check of the file, then that documents, index entries, jobs and
 * files agree with each other. Answers the problems as sentences, none when all is well (D5). Reads the whole data; for
 * a store that nobody writes to meanwhile.
 */
export function checkStore(store: Store): string[] {
  const problems: string[] = [];
  const say = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const { sql } = store.db;
  for (const { integrity_check: line } of sql.prepare("PRAGMA integrity_check(20)").all()) {
    if (line !== "ok") say(`The file is damaged: ${String(line)}.`);
  }
  if (problems.length > 0) return problems;

  const entryOf = sql.prepare("SELECT doc FROM idx WHERE index_id = ? AND key = ?");
  const counted = (text: string, ...values: (number | string)[]): number =>
    Number(sql.prepare(text).get(...values)?.["n"]);
  let documents = 0;
  const known = new Set<number>();
  for (const { ns, path } of store.catalog.namespaces()) {
    for (const table of store.catalog.tables(ns)) {
      const where = `table "${table.name}"${path === "" ? "" : ` of component "${path}"`}`;
      const expected = new Map<number, number>();
      const terms = new Map<number, number>();
      const count = (index: number, by = 1): void => void expected.set(index, (expected.get(index) ?? 0) + by);
      for (const { row, doc } of documentsOf(store, table)) {
        documents += 1;
        const id = doc["_id"] as string;
        for (const [index, key] of indexKeys(table, doc)) {
          count(index);
          if (entryOf.get(index, key)?.["doc"] !== row) say(`An index of ${where} does not lead to document ${id}.`);
        }
        for (const index of keptIndexes(table)) {
          if (!covers(index, doc)) continue;
          const entry = index.kind === "search" ? searchEntry(index, doc) : null;
          if (entry !== null) {
            count(index.id);
            terms.set(index.id, (terms.get(index.id) ?? 0) + listsOf(entry).size);
          }
          if (index.kind === "vector" && vectorEntry(index, doc) !== null) count(index.id);
        }
        if (table.number === JOB_TABLE_NUMBER) checkJob(store, doc, say);
      }
      for (const index of keptIndexes(table)) {
        known.add(index.id);
        if (isDropped(index)) continue;
        const rows = { database: "idx", search: "search_docs", vector: "vectors" }[index.kind];
        const stored = counted(`SELECT count(*) AS n FROM ${rows} WHERE index_id = ?`, index.id);
        const wanted = expected.get(index.id) ?? 0;
        if (stored !== wanted) say(`Index "${index.name}" of ${where} has ${stored} entries for ${wanted} documents.`);
        if (index.kind !== "search") continue;
        const storedTerms = store.search.countPostings(index.id);
        const wantedTerms = terms.get(index.id) ?? 0;
        if (storedTerms !== wantedTerms)
          say(`Index "${index.name}" of ${where} has ${storedTerms} terms instead of ${wantedTerms}.`);
      }
    }
  }
  const stored = counted("SELECT count(*) AS n FROM docs");
  if (stored !== documents) say(`${stored} documents are stored and ${documents} are in a table.`);
  for (const { index_id: index } of sql.prepare("SELECT DISTINCT index_id FROM idx").all()) {
    if (!known.has(index as number)) say(`Entries of an index that does not exist are stored (${String(index)}).`);
  }
  const jobs = counted("SELECT count(*) AS n FROM jobs");
  const jobDocuments = store.catalog.namespaces().reduce((sum, { ns }) => sum + countJobs(store, ns), 0);
  if (jobs !== jobDocuments) say(`${jobs} jobs are stored for ${jobDocuments} documents in _scheduled_functions.`);
  for (const { uuid } of sql.prepare("SELECT uuid FROM files").all()) {
    if (!existsSync(join(store.blobs.dir, uuid as string)))
      say(`The content of stored file ${String(uuid)} is missing.`);
  }
  return problems;
}

/** A job's row and its document say the same about whether it is still to come. */
function checkJob(store: Store, doc: JsonObject, say: (problem: string) => void): void {
  const id = doc["_id"] as string;
  const job = store.jobs.get(id);
  const kind = (doc["state"] as JsonObject | undefined)?.["kind"];
  const phase = kind === "pending" ? "pending" : kind === "inProgress" ? "inProgress" : "done";
  if (job === null) say(`Job ${id} has no row.`);
  else if (job.phase !== phase) say(`Job ${id} is ${String(kind)} and its row says ${job.phase}.`);
}

function countJobs(store: Store, ns: number): number {
  const table = store.catalog.tableByNumber(ns, JOB_TABLE_NUMBER);
  return table === undefined ? 0 : store.rows.count(table.indexes.get("by_id")!.id);
}

function* documentsOf(store: Store, table: TableInfo): Iterable<{ row: number; doc: JsonObject }> {
  const byId = table.indexes.get("by_id")!.id;
  let from: Buffer = Buffer.alloc(0);
  for (;;) {
    const rows = store.rows.range(byId, from, null, "asc", BATCH);
    for (const { doc: row, json } of rows) yield { row, doc: JSON.parse(json) as JsonObject };
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    from = Buffer.concat([last.key, Buffer.from([0])]);
  }
}
