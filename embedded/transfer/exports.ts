/** Exports (SPEC X1): one at a time, the newest kept until the next one, for a day, or until the server stops. */
import { createReadStream, mkdirSync, rmSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { EXPORT_STATE, type ExportState, isExportOver, readExport } from "./export-state.ts";
import type { ExportMessage, ExportThreadData } from "./export-worker.ts";

/** How long an export can be fetched, ms. */
const KEEP_MS = 24 * 60 * 60_000;

export class Exports {
  readonly #store: Store;
  readonly #runner: Pick<Runner, "transact">;
  readonly #report: (error: unknown) => void;
  readonly #dir: string;
  #state: ExportState | null = null;
  #worker: Worker | null = null;
  #running: Promise<void> | null = null;
  #forget: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(o: { store: Store; runner: Pick<Runner, "transact">; report: (error: unknown) => void }) {
    this.#store = o.store;
    this.#runner = o.runner;
    this.#report = o.report;
    this.#dir = join(o.store.db.dir, "exports");
    rmSync(this.#dir, { recursive: true, force: true });
    const last = readExport(o.store);
    if (last !== null && !isExportOver(last)) o.store.db.setMeta(EXPORT_STATE, JSON.stringify({ ...last, state: "failed" }));
  }

  /** Begins an export; settles when its state can be asked for. Throws UserError 400 `ExportInProgress`. */
  async request(includeStorage: boolean): Promise<void> {
    if (this.#running) {
      throw new UserError("ExportInProgress", "There is already an export requested or in progress.");
    }
    const begun = this.#set({ state: "requested", includeStorage });
    this.#running = begun
      .then(() => this.#run(includeStorage))
      .catch(async (error: unknown) => {
        if (!this.#isClosed) this.#report(error);
        await this.#set({ state: "failed", includeStorage });
      })
      .catch(this.#report)
      .finally(() => (this.#running = null));
    await begun;
  }

  /** The zip file of the export that began at `startTs` (decimal). Throws UserError 404 when it is not there. */
  async open(startTs: string): Promise<{ stream: () => Readable; size: number; name: string }> {
    const known = this.#state?.state === "completed" && this.#state.startTs === startTs;
    const path = this.#zip(startTs);
    const found = known ? await stat(path).catch(() => null) : null;
    if (found === null) {
      throw new UserError("ExportNotFound", `The export ${startTs} is not there any more; make a new one.`, 404);
    }
    return { stream: () => createReadStream(path), size: found.size, name: `snapshot_${startTs}.zip` };
  }

  /** Ends an export under way, which then has failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#forget) clearTimeout(this.#forget);
    await this.#worker?.terminate();
    await this.#running;
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #run(includeStorage: boolean): Promise<void> {
    if (this.#forget) clearTimeout(this.#forget);
    rmSync(this.#dir, { recursive: true, force: true });
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const part = join(this.#dir, "part.zip");
    // Files that are deleted meanwhile still belong to the exported state.
    const release = this.#store.blobs.hold();
    try {
      const startTs = await this.#write({ dataDir: this.#store.db.dir, path: part, includeStorage });
      await rename(part, this.#zip(startTs));
      await this.#set({ state: "completed", includeStorage, startTs, completeTs: String(this.#store.db.lastTs()) });
    } finally {
      release();
    }
    this.#forget = setTimeout(() => rmSync(this.#dir, { recursive: true, force: true }), KEEP_MS).unref();
  }

  /** Runs the thread to its end and answers the timestamp of the exported commit. */
  #write(data: ExportThreadData): Promise<string> {
    return new Promise((resolve, reject) => {
      let startTs: string | null = null;
      const worker = new Worker(new URL("./export-worker.ts", import.meta.url), { workerData: data });
      this.#worker = worker;
      worker.on("message", (message: ExportMessage) => {
        if ("begun" in message) {
          startTs = message.begun;
          this.#set({ state: "in_progress", includeStorage: data.includeStorage, startTs }).catch(reject);
        } else if (startTs !== null) resolve(startTs);
      });
      worker.on("error", reject);
      worker.on("exit", () => {
        this.#worker = null;
        reject(new Error("The export was ended before it was complete."));
      });
    });
  }

  async #set(state: ExportState): Promise<void> {
    this.#state = state;
    await this.#runner.transact((txn) => {
      txn.touch(EXPORT_STATE);
      txn.atFlush((store) => store.db.setMeta(EXPORT_STATE, JSON.stringify(state)));
    });
  }

  #zip(startTs: string): string {
    return join(this.#dir, `${startTs}.zip`);
  }
}
