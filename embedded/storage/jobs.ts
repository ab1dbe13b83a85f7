import type { DatabaseSync, StatementSync } from "node:sqlite";
import { encodeId } from "../values/ids.ts";
import type { Json } from "../values/json.ts";
import type { Catalog } from "./catalog.ts";
import { idKey, internalId } from "./entries.ts";
import { asArrays, documentIn, type Rows } from "./rows.ts";
import { SYSTEM_TABLES } from "./tables.ts";

/** State of a scheduled job as its document shows it (SPEC J, state machine). */
export type JobState = { kind: "pending" | "inProgress" | "success" | "canceled" } | { kind: "failed"; error: string };

/** What the scheduler keeps of a job beside the document in `_scheduled_functions`, which has the arguments. */
export interface Job {
  /** Namespace whose `_scheduled_functions` holds the document: the one that scheduled. */
  ns: number;
  id: string;
  /** Component and canonical path of the function to run. */
  componentPath: string;
  path: string;
  udfType: "mutation" | "action";
  phase: JobPhase;
  /** ms: when a pending job is due, when a done one was completed. */
  nextTs: number;
  /** How often it was put off by `retryJob`. */
  attempts: number;
  /** Id of the job whose function scheduled this one. */
  parent: string | null;
}

/** A job with what it runs with. */
export interface JobRow extends Job {
  /** The argument object. */
  args: Json;
}

/** A pending job whose time has come; `seq` names it for as long as it exists. */
export interface DueJob {
  seq: number;
  udfType: Job["udfType"];
  /** All of its row, not looked at yet: of many that are due only a few run. */
  row: JobTuple | [...JobTuple, number];
}

export type JobPhase = "pending" | "inProgress" | "done";

const PHASES: readonly JobPhase[] = ["pending", "inProgress", "done"];

/** Number in the ids of jobs, the same in every namespace. */
export const JOB_TABLE_NUMBER = SYSTEM_TABLES.get("_scheduled_functions")!;

/** More than are ever about to run together. */
const MAX_GIVEN = 256;

/** In the order of JobTuple. */
const COLUMNS = "ns, iid, component_path, path, udf_type, phase, next_ts, attempts, parent";

/** The finished jobs table as the scheduler reads it; transactions write it when they are flushed. */
export class JobRows {
  readonly #rows: Rows;
  readonly #catalog: Catalog;
  readonly #due: StatementSync;
  readonly #next: StatementSync;
  readonly #inProgress: StatementSync;
  readonly #completed: StatementSync;
  readonly #pending: StatementSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #putAt: StatementSync;
  readonly #delete: StatementSync;
  /** Jobs that `toRun` gave and nobody wrote since: they are about to run, and are looked up once more when they do. */
  readonly #given = new Map<string, { seq: number; job: Job }>();
  readonly #takenBack: () => number;
  #takenBackBefore = 0;

  /** `takenBack` tells how often writes were taken back (`Database.takenBack`). */
  constructor(sql: DatabaseSync, rows: Rows, catalog: Catalog, takenBack: () => number) {
    this.#takenBack = takenBack;
    this.#rows = rows;
    this.#catalog = catalog;
    const select = (rest: string): StatementSync => asArrays(sql.prepare(`SELECT ${COLUMNS} FROM jobs ${rest}`));
    // The sum keeps SQLite from compiling the statement again for each limit.
    this.#due = asArrays(
      sql.prepare(`SELECT ${COLUMNS}, seq FROM jobs WHERE phase = 0 AND next_ts <= ? ORDER BY next_ts, seq LIMIT ? + 0`),
    );
    this.#next = asArrays(sql.prepare("SELECT next_ts FROM jobs WHERE phase = 0 ORDER BY next_ts, seq LIMIT 1"));
    this.#inProgress = select("WHERE phase = 1 ORDER BY next_ts, seq");
    this.#completed = select("WHERE phase = 2 AND next_ts < ? ORDER BY next_ts, seq LIMIT ? + 0");
    this.#pending = asArrays(
      sql.prepare(
        `SELECT ${COLUMNS}, seq FROM jobs WHERE phase = 0 AND (next_ts, seq) > (?, ?) AND ns = ? AND (? IS NULL OR path = ?)
         ORDER BY next_ts, seq LIMIT ? + 0`,
      ),
    );
    this.#get = select("WHERE iid = ?");
    this.#put = sql.prepare(
      `INSERT INTO jobs (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (iid)
       DO UPDATE SET phase = excluded.phase, next_ts = excluded.next_ts, attempts = excluded.attempts`,
    );
    this.#putAt = sql.prepare("UPDATE jobs SET phase = ?, next_ts = ?, attempts = ? WHERE seq = ?");
    this.#delete = sql.prepare("DELETE FROM jobs WHERE iid = ?");
  }

  /** Up to `limit` pending jobs due at `nowMs`, by due time, then in the order they were scheduled. */
  due(nowMs: number, limit: number): DueJob[] {
    const tuples = this.#due.all(nowMs, limit) as unknown as [...JobTuple, number][];
    return tuples.map((tuple) => ({ seq: tuple[9], udfType: tuple[4], row: tuple }));
  }

  /** A job that `due` just gave, with its arguments. */
  toRun({ seq, row }: DueJob): JobRow {
    const job = jobOf(row);
    if (this.#givenAt(job.id) === undefined && this.#given.size >= MAX_GIVEN) this.#given.clear();
    this.#given.set(job.id, { seq, job });
    return this.#withArgs(job);
  }

  /** When the next pending job is due, in ms; null when there is none. */
  nextDueMs(): number | null {
    return (this.#next.get() as unknown as [number] | undefined)?.[0] ?? null;
  }

  /** All jobs in progress: after a start, those whose process died. */
  inProgress(): JobRow[] {
    return (this.#inProgress.all() as unknown as JobTuple[]).map((tuple) => this.#withArgs(jobOf(tuple)));
  }

  /** Up to `limit` jobs completed before `ms`. */
  completedBefore(ms: number, limit: number): Job[] {
    return (this.#completed.all(ms, limit) as unknown as JobTuple[]).map(jobOf);
  }

  /**
   * Up to `limit` pending jobs of a namespace by due time, those of one function only when `path` is given. `next` is
   * where the following page begins (`after`), null when there is none.
   */
  pendingAfter(
    ns: number,
    o: { path: string | null; after: [nextTs: number, seq: number] | null; limit: number },
  ): { jobs: JobRow[]; next: [nextTs: number, seq: number] | null } {
    const [nextTs, seq] = o.after ?? [-1, -1];
    const tuples = this.#pending.all(nextTs, seq, ns, o.path, o.path, o.limit) as unknown as [...JobTuple, number][];
    const last = tuples.length < o.limit ? undefined : tuples.at(-1);
    const jobs = tuples.map((tuple) => this.#withArgs(jobOf(tuple)));
    return { jobs, next: last ? [last[6], last[9]] : null };
  }

  /** A job by its id, or null. */
  get(id: string): Job | null {
    const given = this.#givenAt(id);
    if (given !== undefined) return given.job;
    const tuple = this.#get.get(internalId(id)) as unknown as JobTuple | undefined;
    return tuple === undefined ? null : jobOf(tuple);
  }

  put(job: Job): void {
    const { ns, id, componentPath, path, udfType, nextTs, attempts, parent } = job;
    const phase = PHASES.indexOf(job.phase);
    const seq = this.#givenAt(id)?.seq;
    this.#given.delete(id);
    if (seq !== undefined) this.#putAt.run(phase, nextTs, attempts, seq);
    else this.#put.run(ns, internalId(id), componentPath, path, udfType, phase, nextTs, attempts, parent);
  }

  delete(id: string): void {
    this.#given.delete(id);
    this.#delete.run(internalId(id));
  }

  #givenAt(id: string): { seq: number; job: Job } | undefined {
    const takenBack = this.#takenBack();
    if (takenBack !== this.#takenBackBefore) this.#given.clear();
    this.#takenBackBefore = takenBack;
    return this.#given.get(id);
  }

  #withArgs(job: Job): JobRow {
    return { ...job, args: this.#argsOf(job) };
  }

  #argsOf({ ns, id }: Job): Json {
    const byId = this.#catalog.tableByNumber(ns, JOB_TABLE_NUMBER)!.indexes.get("by_id")!;
    const row = this.#rows.point(byId.id, idKey(id));
    const document = row === undefined ? {} : documentIn(row);
    return (document["args"] as Json[] | undefined)?.[0] ?? {};
  }
}

type JobTuple = [
  ns: number,
  iid: Uint8Array,
  componentPath: string,
  path: string,
  udfType: Job["udfType"],
  phase: number,
  nextTs: number,
  attempts: number,
  parent: string | null,
];

function jobOf([ns, iid, componentPath, path, udfType, phase, nextTs, attempts, parent]: JobTuple | [...JobTuple, number]): Job {
  const id = encodeId(JOB_TABLE_NUMBER, iid);
  return { ns, id, componentPath, path, udfType, phase: PHASES[phase]!, nextTs, attempts, parent };
}
