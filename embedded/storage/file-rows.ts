import type { DatabaseSync, StatementSync } from "node:sqlite";
import { internalId } from "./entries.ts";
import { toBuffer } from "./rows.ts";

/** A stored file: the name of its blob, and the 16 bytes that tell its document in `_storage` of `ns` from the others. */
export interface FileRow {
  uuid: string;
  ns: number;
  iid: Buffer;
}

/** Which blob belongs to which `_storage` document. Write in a step left for the end of a transaction. */
export class FileRows {
  readonly #byUuid: StatementSync;
  readonly #byId: StatementSync;
  readonly #ofNamespace: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#byUuid = sql.prepare("SELECT uuid, ns, iid FROM files WHERE uuid = ?");
    this.#byId = sql.prepare("SELECT uuid, ns, iid FROM files WHERE ns = ? AND iid = ?");
    this.#ofNamespace = sql.prepare("SELECT uuid FROM files WHERE ns = ?");
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

  /** The names of the blobs of a namespace. */
  uuidsOf(ns: number): string[] {
    return this.#ofNamespace.all(ns).map((row) => row["uuid"] as string);
  }

  /** Names the blob of the document `id`. */
  add({ uuid, ns, id }: { uuid: string; ns: number; id: string }): void {
    this.#insert.run(uuid, ns, internalId(id));
  }

  delete(uuid: string): void {
    this.#delete.run(uuid);
  }
}

function toFile(row: Record<string, unknown> | undefined): FileRow | null {
  if (row === undefined) return null;
  return { uuid: row["uuid"] as string, ns: row["ns"] as number, iid: toBuffer(row["iid"] as Uint8Array) };
}
