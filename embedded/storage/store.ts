import { randomBytes } from "node:crypto";
import { Blobs } from "../files/blobs.ts";
import type { Json } from "../values/json.ts";
import { Catalog } from "./catalog.ts";
import { CodeRows } from "./code-rows.ts";
import { Database } from "./database.ts";
import { EnvVars } from "./env-vars.ts";
import { openingError } from "./faults.ts";
import { FileRows } from "./file-rows.ts";
import { HandleRows } from "./handle-rows.ts";
import { JobRows } from "./jobs.ts";
import { Rows } from "./rows.ts";
import { SearchRows } from "./search-rows.ts";
import { SessionRequests } from "./session-requests.ts";
import { VectorRows } from "./vector-rows.ts";

/** Everything a transaction stands on: the file, what is kept in memory of it, and the prepared statements. */
export class Store {
  readonly db: Database;
  readonly rows: Rows;
  readonly search: SearchRows;
  readonly vectors: VectorRows;
  readonly catalog: Catalog;
  readonly jobs: JobRows;
  readonly env: EnvVars;
  readonly handles: HandleRows;
  readonly code: CodeRows;
  readonly sessions: SessionRequests;
  readonly files: FileRows;
  /** The contents of stored files. */
  readonly blobs: Blobs;
  /** 32 random bytes of this deployment, made with it; they protect cursors and never leave the server. */
  readonly secret: Buffer;
  /** No later transaction creates documents before this time (ms): where the last finished one's clock stood. */
  creationFloor = 0;

  /** Opens or creates the data folder. Throws as `Database` does. */
  constructor(dir: string) {
    this.db = new Database(dir);
    try {
      const sql = this.db.sql;
      this.rows = new Rows(sql, () => this.db.takenBack);
      this.search = new SearchRows(sql);
      this.vectors = new VectorRows(sql);
      this.catalog = new Catalog(this.db, this.rows, this.search, this.vectors);
      this.jobs = new JobRows(sql, this.rows, this.catalog, () => this.db.takenBack);
      this.env = new EnvVars(sql);
      this.handles = new HandleRows(sql);
      this.code = new CodeRows(sql);
      this.sessions = new SessionRequests(sql);
      this.files = new FileRows(sql);
      this.blobs = new Blobs(this.db.dir, this.files);
      this.secret = instanceSecret(this.db);
    } catch (error) {
      this.db.close();
      throw openingError(error, this.db.dir);
    }
  }

  /** Begins the SQL transaction of a group. */
  begin(): void {
    this.db.begin();
  }

  /** Commits it: when this returns, the group is on disk. After a throw call `rollback`. */
  commit(): void {
    this.db.commit();
  }

  /** Takes the group back, and reads again what is kept in memory. */
  rollback(): void {
    this.db.rollback();
    this.catalog.reload();
  }

  /** Runs one step of the group: a throw takes back what it wrote, here and in memory, and nothing else. */
  step(fn: () => void): void {
    try {
      this.db.savepoint(fn);
    } catch (error) {
      this.catalog.reload();
      throw error;
    }
  }

  /** What a client's mutation was answered when it was done before; null when it was not. */
  sessionRequest(session: string, requestId: number): { result: Json; logLines: Json; ts: bigint } | null {
    return this.sessions.get(session, requestId);
  }

  /** Closes the file. What was not committed is gone. */
  close(): void {
    this.blobs.close();
    this.db.close();
  }

}

function instanceSecret(db: Database): Buffer {
  const known = db.meta("instanceSecret");
  if (known !== null) return Buffer.from(known, "base64");
  const secret = randomBytes(32);
  db.setMeta("instanceSecret", secret.toString("base64"));
  return secret;
}
