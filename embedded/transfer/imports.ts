/** Imports (SPEC X4 to X7): uploaded, read through, confirmed, then done as a whole or not at all; one at a time. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { commitImport, schemasOf } from "./import-commit.ts";
import { importError } from "./import-error.ts";
import { numbersFor } from "./import-numbers.ts";
import { type ImportPlan, planImport } from "./import-plan.ts";
import { type ImportRequest, type ImportSource, openSource } from "./import-source.ts";
import { stageTable, type StagedTable, type StagingDeps } from "./import-staging.ts";
import { IMPORT_STATE, type ImportRecord, type ImportState, isImportOver, readImports, writeImport } from "./import-state.ts";
import { STAGING_PATH } from "./staging.ts";
import { emptyTrash } from "./trash.ts";
import { Uploads } from "./uploads.ts";

/** What waits for a confirmation this long is given up, ms. */
const CONFIRM_WITHIN_MS = 60 * 60_000;
/** Progress is told this often, ms: each time is a commit. */
const PROGRESS_EVERY_MS = 1000;

export interface ImportsDeps {
  store: Store;
  runner: Pick<Runner, "transact" | "setCode" | "code">;
  report: (error: unknown) => void;
}

/** An import that was read through. */
interface Prepared {
  record: ImportRecord;
  path: string;
  source: ImportSource;
  plan: ImportPlan;
  expiry: NodeJS.Timeout;
}

export class Imports {
  readonly uploads: Uploads;
  readonly #deps: ImportsDeps;
  readonly #dir: string;
  readonly #prepared = new Map<string, Prepared>();
  /** Imports and the removal of what they leave behind, one after another. */
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Ends what an earlier process left unfinished; `start` removes its tables. */
  constructor(deps: ImportsDeps) {
    this.#deps = deps;
    this.#dir = join(deps.store.db.dir, "imports");
    rmSync(this.#dir, { recursive: true, force: true });
    this.uploads = new Uploads(this.#dir);
    for (const record of readImports(deps.store)) {
      if (isImportOver(record)) continue;
      const error_message = "The server was stopped during the import; nothing of it was kept.";
      writeImport(deps.store, { ...record, state: { state: "failed", error_message } });
    }
  }

  /** Begins to remove, beside everything else, what an earlier process left behind. */
  start(): void {
    this.#then(() => this.#emptyTrash());
  }

  /** Takes an uploaded file and answers the id of its import, which is read through from now on. */
  async begin(path: string, request: ImportRequest): Promise<string> {
    const record: ImportRecord = { id: randomUUID(), createdMs: Date.now(), request, state: { state: "uploaded" } };
    await this.#set(record, record.state);
    this.#then(() => this.#prepare(record, path));
    return record.id;
  }

  /** Lets a confirmed import go on. Throws UserError when it does not wait for that. */
  async perform(id: string): Promise<void> {
    const prepared = this.#prepared.get(id);
    if (!prepared) throw importError("ImportNotFound", `The import ${id} does not wait for a confirmation.`);
    this.#prepared.delete(id);
    clearTimeout(prepared.expiry);
    const begun: ImportState = { state: "in_progress", progress_message: "Importing", checkpoint_messages: [] };
    await this.#set(prepared.record, begun);
    this.#then(() => this.#perform(prepared));
  }

  /** Ends an import under way, of which nothing stays. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.uploads.close();
    for (const { expiry, source } of this.#prepared.values()) {
      clearTimeout(expiry);
      source.close();
    }
    await this.#work;
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#isClosed) await work();
    });
    this.#work = this.#work.catch((error: unknown) => {
      if (!this.#isClosed) this.#deps.report(error);
    });
  }

  async #prepare(record: ImportRecord, path: string): Promise<void> {
    let source: ImportSource | null = null;
    try {
      source = await openSource(path, record.request);
      const plan = await planImport(this.#deps.store, source, record.request, () => this.#check());
      const expiry = setTimeout(() => void this.#giveUp(record.id), CONFIRM_WITHIN_MS).unref();
      this.#prepared.set(record.id, { record, path, source, plan, expiry });
      await this.#set(record, {
        state: "waiting_for_confirmation",
        message_to_confirm: plan.message,
        require_manual_confirmation: plan.needsConfirmation,
      });
    } catch (error) {
      source?.close();
      await rm(path, { force: true });
      if (!this.#isClosed) await this.#fail(record, error);
    }
  }

  #check(): void {
    if (this.#isClosed) throw new Error("The server is shutting down.");
  }

  async #giveUp(id: string): Promise<void> {
    const prepared = this.#prepared.get(id);
    this.#prepared.delete(id);
    if (!prepared) return;
    prepared.source.close();
    await rm(prepared.path, { force: true });
    await this.#fail(prepared.record, importError("NotConfirmed", "The import was not confirmed in time."));
  }

  async #perform({ record, path, source, plan }: Prepared): Promise<void> {
    const received: string[] = [];
    try {
      await this.#run(record, source, plan, received);
    } catch (error) {
      for (const uuid of received) await this.#deps.store.blobs.discard(uuid);
      if (!this.#isClosed) await this.#fail(record, error);
    } finally {
      source.close();
      await rm(path, { force: true });
      await this.#emptyTrash();
    }
  }

  /** Adds to `received` the contents that lie in `incoming/` when it fails. */
  async #run(record: ImportRecord, source: ImportSource, plan: ImportPlan, received: string[]): Promise<void> {
    const { store, runner } = this.#deps;
    const { request } = record;
    const schemas = schemasOf(store, plan);
    const { value: stagingNs } = await runner.transact(() => store.catalog.ensureNamespace(STAGING_PATH));
    const numbers = numbersFor(store, plan, request);
    const checkpoints: string[] = [];
    const deps = this.#stagingDeps(record, checkpoints, received);
    const staged: StagedTable[] = [];
    for (const table of plan.tables) {
      if (table.source === null) continue;
      const { componentPath, name } = table;
      const files = name === "_storage" ? source.files.filter((file) => file.componentPath === componentPath) : [];
      const names = numbers.namesIn(componentPath);
      const one = await stageTable(deps, table, { stagingNs, number: numbers.of(table), names, request, files });
      staged.push(one);
      const unit = name === "_storage" ? "files" : "documents";
      const where = componentPath === "" ? "" : ` in component ${componentPath}`;
      checkpoints.push(`Imported "${name}"${where} (${one.written.toLocaleString("en-US")} ${unit})`);
    }
    deps.check();
    const rows = staged.reduce((sum, { plan: { name }, written }) => sum + (name === "_storage" ? 0 : written), 0);
    await runner.transact((txn) => {
      txn.touch(IMPORT_STATE);
      txn.atFlush(() => {
        commitImport(store, { plan, staged, schemas, request, stagingNs });
        writeImport(store, { ...record, state: { state: "completed", rows } });
      });
    });
    // Readers hold places in tables that are others now: everything live runs again.
    runner.setCode({ ...runner.code });
  }

  #stagingDeps(record: ImportRecord, checkpoints: string[], received: string[]): StagingDeps {
    let toldMs = Date.now();
    return {
      store: this.#deps.store,
      runner: this.#deps.runner,
      check: () => this.#check(),
      received: (uuid) => void received.push(uuid),
      progress: ({ name }, written) => {
        if (Date.now() - toldMs < PROGRESS_EVERY_MS) return;
        toldMs = Date.now();
        const progress_message = `Importing "${name}" (${written.toLocaleString("en-US")} documents)`;
        const state: ImportState = { state: "in_progress", progress_message, checkpoint_messages: [...checkpoints] };
        this.#set(record, state).catch(() => undefined); // The import itself meets what is wrong.
      },
    };
  }

  async #fail(record: ImportRecord, error: unknown): Promise<void> {
    const isTold = error instanceof UserError;
    if (!isTold) this.#deps.report(error);
    const reason = isTold ? error.message : "The server met a fault, which its log describes.";
    await this.#set(record, { state: "failed", error_message: `Hit an error while importing:\n${reason}` });
  }

  async #set(record: ImportRecord, state: ImportState): Promise<void> {
    await this.#deps.runner.transact((txn) => {
      txn.touch(IMPORT_STATE);
      txn.atFlush((store) => writeImport(store, { ...record, state }));
    });
  }

  async #emptyTrash(): Promise<void> {
    if (!this.#isClosed) await emptyTrash(this.#deps, () => this.#isClosed);
  }
}
