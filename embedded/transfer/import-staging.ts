/** Fills tables nobody sees with the documents and files of an import, in pieces beside everything else (SPEC X6). */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { isBlobName } from "../files/in-transaction.ts";
import { incomingDir, receiveFile } from "../files/receive.ts";
import type { Runner } from "../functions/runner.ts";
import { WrittenVersion } from "../storage/documents.ts";
import { idKey, indexKeys } from "../storage/entries.ts";
import { flushOverlay, writeEntries } from "../storage/flush.ts";
import { Overlay } from "../storage/overlay.ts";
import type { Store } from "../storage/store.ts";
import { isUserIndex, specOf, type TableInfo } from "../storage/tables.ts";
import { encodeId } from "../values/ids.ts";
import { sizeOf, type JsonObject } from "../values/json.ts";
import type { TableNames } from "../values/validators.ts";
import { DocumentMaker } from "./import-documents.ts";
import { importError } from "./import-error.ts";
import type { PlannedTable } from "./import-plan.ts";
import type { ImportRequest, SourceFile } from "./import-source.ts";

/** Documents, and bytes of them, written in one commit: some milliseconds. */
const CHUNK_DOCUMENTS = 400;
const CHUNK_BYTES = 1024 * 1024;

export interface StagingDeps {
  store: Store;
  runner: Pick<Runner, "transact">;
  /** Throws when the import is to end. */
  check(): void;
  /** Told the name of every content that was written to `incoming/`. */
  received(uuid: string): void;
  /** Told after every piece. */
  progress(table: PlannedTable, written: number): void;
}

/** A blob that will belong to the document `id`; `isThere`: it is in its place already, under an older row. */
export interface StagedBlob {
  uuid: string;
  id: string;
  isThere: boolean;
}

/** A filled table. */
export interface StagedTable {
  plan: PlannedTable;
  table: TableInfo;
  /** The number its ids hold. */
  number: number;
  /** The indexes of the table it is made for, when there is one, as they were then. */
  indexes: string[];
  /** Its documents go into that table, which stays. */
  isAppended: boolean;
  blobs: StagedBlob[];
  written: number;
}

/** Writes documents into a table in pieces. */
class Filler {
  readonly #deps: StagingDeps;
  readonly #plan: PlannedTable;
  readonly #table: TableInfo;
  #overlay = new Overlay();
  #count = 0;
  #bytes = 0;
  written = 0;

  constructor(deps: StagingDeps, plan: PlannedTable, table: TableInfo) {
    this.#deps = deps;
    this.#plan = plan;
    this.#table = table;
  }

  async add(document: JsonObject): Promise<void> {
    const id = document["_id"] as string;
    if (this.#overlay.doc(this.#table.ns, id)) throw duplicateId(this.#plan.name);
    const size = sizeOf(document);
    const version = new WrittenVersion(document, size, null, indexKeys(this.#table, document));
    this.#overlay.put(this.#table, id, version, null);
    this.#bytes += size;
    if (++this.#count >= CHUNK_DOCUMENTS || this.#bytes >= CHUNK_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    this.#deps.check();
    const overlay = this.#overlay;
    const entries = writeEntries(overlay);
    this.#overlay = new Overlay();
    if (this.#count > 0) {
      const write = (store: Store): void => orDuplicate(this.#plan.name, () => flushOverlay(store, overlay, entries));
      await this.#deps.runner.transact((txn) => txn.atFlush(write));
    }
    this.written += this.#count;
    this.#count = 0;
    this.#bytes = 0;
    this.#deps.progress(this.#plan, this.written);
  }
}

/** The refusal of a second document with one id. */
function duplicateId(table: string): Error {
  return importError("DuplicateId", `Objects in table "${table}" have duplicate _id fields`);
}

/** Runs `write`; an index entry that is there already means a second document with one id. */
export function orDuplicate(table: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw String((error as Error).message).includes("UNIQUE") ? duplicateId(table) : error;
  }
}

/** Makes the table for `plan` in the namespace `stagingNs` and fills it. Throws UserError for what cannot be imported. */
export async function stageTable(
  deps: StagingDeps,
  plan: PlannedTable,
  o: { stagingNs: number; number: number; names: TableNames; request: ImportRequest; files: readonly SourceFile[] },
): Promise<StagedTable> {
  const { store, runner } = deps;
  const ns = store.catalog.namespace(plan.componentPath);
  const model = ns === undefined ? undefined : store.catalog.table(ns, plan.name);
  const isAppended = o.request.mode === "append" && model !== undefined;
  const indexes = spellIndexes(model);
  const { value: table } = await runner.transact(() => {
    const name = `staged_${store.catalog.nextTableNumber(o.stagingNs)}`;
    const made = model
      ? store.catalog.draftLike(o.stagingNs, name, model, ({ kind }) => !isAppended || kind === "database")
      : store.catalog.draftTable(o.stagingNs, name, store.catalog.nextTableNumber(o.stagingNs));
    store.catalog.addTable(made);
    return made;
  });
  const filler = new Filler(deps, plan, table);
  const staged: StagedTable = { plan, table, number: o.number, indexes, isAppended, blobs: [], written: 0 };
  const maker = new DocumentMaker(store, { ns, name: plan.name, number: o.number, names: o.names, format: o.request.format });
  if (plan.name === "_storage") await stageFiles(deps, staged, maker, filler, o.files, ns);
  else {
    for await (const rows of plan.source?.rows() ?? []) {
      deps.check();
      for (const row of rows) await filler.add(maker.make(row));
    }
  }
  await filler.flush();
  return { ...staged, written: filler.written };
}

/** The indexes that a push gave to a table, for comparison; none of none. */
export function spellIndexes(table: TableInfo | undefined): string[] {
  return [...(table?.indexes.values() ?? [])]
    .filter((index) => isUserIndex(index))
    .map((index) => JSON.stringify([index.name, index.staged, specOf(index)]))
    .sort();
}

/** The refusal of an import beside a push that changes the tables it is about. */
export function schemaChanged(): Error {
  return importError(
    "ImportSchemaChanged",
    "Could not complete import because schema changed. Avoid modifying schema.ts while importing tables",
  );
}

/** Stores the contents of the files that the import holds, each with what `_storage/documents.jsonl` says of it. */
async function stageFiles(
  { store, check, received: note }: StagingDeps,
  staged: StagedTable,
  maker: DocumentMaker,
  filler: Filler,
  files: readonly SourceFile[],
  ns: number | undefined,
): Promise<void> {
  const described = new Map<string, JsonObject>();
  for await (const rows of staged.plan.source?.rows() ?? []) {
    for (const { value } of rows) described.set(String((value as JsonObject | null)?.["_id"]), value as JsonObject);
  }
  let row = 0;
  for (const file of files) {
    check();
    row += 1;
    const { sha256, contentType, internalId, _creationTime } = described.get(file.id) ?? {};
    const received = await receiveFile(store.blobs.dir, await file.open(), {
      maxBytes: Number.POSITIVE_INFINITY,
      expectedSha256: typeof sha256 === "string" ? sha256 : null,
    });
    note(received.uuid);
    const value: JsonObject = { _id: file.id, sha256: received.sha256, size: received.size };
    if (typeof contentType === "string") value["contentType"] = contentType;
    if (_creationTime !== undefined) value["_creationTime"] = _creationTime;
    const document = maker.make({ row, value });
    await filler.add(document);
    const name = typeof internalId === "string" && isBlobName(internalId) ? internalId : null;
    const kept = name === null ? null : await keepName(store, { name, received, ns, isAppended: staged.isAppended });
    if (kept !== null && !kept.isThere) note(kept.uuid);
    const id = document["_id"] as string;
    staged.blobs.push(kept === null ? { uuid: received.uuid, id, isThere: false } : { ...kept, id });
  }
}

/**
 * Keeps the name a blob had where it comes from, so that its links stay true: when it is free here, or belongs to the same
 * bytes that are being replaced. Null when neither is so.
 */
async function keepName(
  store: Store,
  o: { name: string; received: { uuid: string; sha256: string }; ns: number | undefined; isAppended: boolean },
): Promise<{ uuid: string; isThere: boolean } | null> {
  const { name, received, ns } = o;
  const row = store.files.byUuid(name);
  if (row === null) {
    const folder = incomingDir(store.blobs.dir);
    await rename(join(folder, received.uuid), join(folder, name));
    return { uuid: name, isThere: false };
  }
  if (row.ns !== ns || o.isAppended) return null;
  const table = store.catalog.table(row.ns, "_storage")!;
  const stored = store.rows.point(table.indexes.get("by_id")!.id, idKeyOf(table.number, row.iid));
  const old = stored && (JSON.parse(stored.json) as JsonObject);
  if (old?.["sha256"] !== received.sha256) return null;
  await store.blobs.discard(received.uuid);
  return { uuid: name, isThere: true };
}

function idKeyOf(tableNumber: number, iid: Uint8Array): Buffer {
  return idKey(encodeId(tableNumber, iid));
}
