/**
 * Files as a transaction sees them. The document in `_storage` and the row that names the blob are written with
 * everything else; a blob gets its place when they are committed, and is removed after their deletion was (SPEC B2).
 */
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import { decodeId, encodeId } from "../values/ids.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { ReceivedFile } from "./receive.ts";
import { uploadToken } from "./upload-token.ts";

/** A document of `_storage`. */
export interface FileDocument {
  _id: string;
  _creationTime: number;
  /** Base64. */
  sha256: string;
  /** Bytes. */
  size: number;
  contentType?: string;
}

export type NewFile = ReceivedFile & { contentType: string | null };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether `text` is the name of a blob, as URLs have it. */
export function isBlobName(text: string): boolean {
  return UUID.test(text);
}

export class TransactionFiles {
  readonly #txn: Transaction;
  readonly #store: Store;
  /** Blobs of documents written here, whose rows come with the flush. */
  readonly #pending = new Map<string, string>();

  constructor(txn: Transaction, store: Store) {
    this.#txn = txn;
    this.#store = store;
  }

  /** Document and blob of a file by the id of its document, or the name of its blob (older form); null when there is none. */
  find(ns: number, storageId: string): { document: FileDocument; uuid: string } | null {
    const id = isBlobName(storageId) ? this.#idOf(ns, storageId) : this.#checkedId(ns, storageId);
    if (id === null) return null;
    const document = this.#txn.get(ns, id, { isSystem: true, table: "_storage" });
    if (document === null) return null;
    const uuid = this.#pending.get(id) ?? this.#store.files.byId(ns, id)?.uuid;
    if (uuid === undefined) throw new Error(`the file ${id} has no row`);
    return { document: document as unknown as FileDocument, uuid };
  }

  /** Answers `storage.getUrl`: the link that gives the file to whoever has it. */
  url(ns: number, storageId: string, origin: string): string | null {
    const file = this.find(ns, storageId);
    return file && `${origin}/api/storage/${file.uuid}`;
  }

  /** Answers `storage.getMetadata`. */
  metadata(ns: number, storageId: string): Json {
    const file = this.find(ns, storageId);
    if (file === null) return null;
    const { sha256, size, contentType } = file.document;
    const hex = Buffer.from(sha256, "base64").toString("hex");
    return { storageId: file.uuid, sha256: hex, size, contentType: contentType ?? null };
  }

  /** Answers `storage.generateUploadUrl`. */
  uploadUrl(ns: number, origin: string): string {
    return `${origin}/api/storage/upload?token=${uploadToken(this.#store.secret, ns, Date.now())}`;
  }

  /** Gives a received file its document and answers the id. */
  add(ns: number, file: NewFile): string {
    const value: JsonObject = { sha256: file.sha256, size: file.size };
    if (file.contentType !== null) value.contentType = file.contentType;
    const id = this.#txn.insertSystem(ns, "_storage", value);
    this.#pending.set(id, file.uuid);
    this.#txn.atFlush((store) => {
      store.files.add({ uuid: file.uuid, ns, id });
      store.blobs.place(file.uuid);
    });
    return id;
  }

  /** Stores bytes inside this transaction, counted, and answers the id (`storage.store` of a mutation). */
  storeNow(ns: number, bytes: Buffer, contentType: string | null, expectedSha256: string | null): string {
    this.#txn.metrics.add("filesWritten", 1);
    this.#txn.metrics.add("fileWriteBytes", bytes.length);
    return this.add(ns, { ...this.#store.blobs.writeNow(bytes, expectedSha256), contentType });
  }

  /** The content of a file, counted; null when there is none (`storage.get` of a mutation). */
  readNow(ns: number, storageId: string): { bytes: Buffer; contentType: string | null } | null {
    const file = this.find(ns, storageId);
    if (file === null) return null;
    this.#txn.metrics.add("filesRead", 1);
    this.#txn.metrics.add("fileReadBytes", file.document.size);
    return { bytes: this.#store.blobs.readNow(file.uuid), contentType: file.document.contentType ?? null };
  }

  /** Deletes a file. Throws UserError when there is none. */
  remove(ns: number, storageId: string): void {
    const file = this.find(ns, storageId);
    if (file === null) throw new UserError("StorageIdNotFound", `storage id ${storageId} not found`);
    this.#txn.removeSystem(ns, file.document._id);
    this.#txn.atFlush((store) => {
      store.files.delete(file.uuid);
      store.blobs.doom(file.uuid);
    });
  }

  #idOf(ns: number, uuid: string): string | null {
    for (const [id, pending] of this.#pending) if (pending === uuid) return id;
    const row = this.#store.files.byUuid(uuid);
    return row?.ns === ns ? encodeId(this.#tableNumber(ns), row.iid) : null;
  }

  #checkedId(ns: number, storageId: string): string {
    const decoded = decodeId(storageId);
    if (decoded?.tableNumber === this.#tableNumber(ns)) return storageId;
    const cause = decoded === null ? "Unable to decode ID" : `expected an Id<"_storage">, got another table's id`;
    throw new UserError("InvalidArgument", `Invalid argument \`storageId\`: ${cause} ${JSON.stringify(storageId)}.`);
  }

  #tableNumber(ns: number): number {
    return this.#store.catalog.table(ns, "_storage")!.number;
  }
}
