import type { DatabaseSync, StatementSync } from "node:sqlite";
import { encodeId } from "../values/ids.ts";
import { internalId } from "./entries.ts";
import { toBuffer } from "./rows.ts";
import { SYSTEM_TABLES } from "./tables.ts";

const FILE_TABLE_NUMBER = SYSTEM_TABLES.get("_storage")!;

/** A stored file: the name of its blob, and its document in `_storage`. */
export interface FileRow {
  uuid: string;
  ns: number;
  id: string;
}

/** Which blob belongs to which `_storage` document. Write in a step left for the end of a transaction. */
export class FileRows {
  readonly #byUuid: StatementSync;
  readonly #byId: StatementSync;
  readonly #all: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#byUuid = sql.prepare("SELECT uuid, ns, iid FROM files WHERE uuid = ?");
    this.#byId = sql.prepare("SELECT uuid, ns, iid FROM files WHERE ns = ? AND iid = ?");
    this.#all = sql.prepare("SELECT uuid FROM files");
    this.#insert = sql.prepare("INSERT INTO files (uuid, ns, iid) VALUES (?, ?, ?)");
    this.#delete = sql.prepare("DELETE FROM files WHERE uuid = ?");
  }

  byUuid(uuid: string): FileRow | null {
    return toFile(this.#byUuid.get(uuid));
  }

  /** The file of a `_storage` document of a namespace, or null. */
  byId(ns: number, id: string): FileRow | null {
    return toFile(this.#byId.get(ns, internalId(id)));
  }

  /** The names of all blobs. */
  uuids(): Set<string> {
    return new Set(this.#all.all().map((row) => row["uuid"] as string));
  }

  add({ uuid, ns, id }: FileRow): void {
    this.#insert.run(uuid, ns, internalId(id));
  }

  delete(uuid: string): void {
    this.#delete.run(uuid);
  }
}

function toFile(row: Record<string, unknown> | undefined): FileRow | null {
  if (row === undefined) return null;
  const id = encodeId(FILE_TABLE_NUMBER, toBuffer(row["iid"] as Uint8Array));
  return { uuid: row["uuid"] as string, ns: row["ns"] as number, id };
}
