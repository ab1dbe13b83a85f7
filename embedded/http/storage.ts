/** Files over HTTP: uploads with a token, downloads by link (SPEC B5 to B9). */
import type { IncomingMessage } from "node:http";
import { MIMEType } from "node:util";
import { type FileDocument, isBlobName, type NewFile } from "../files/in-transaction.ts";
import { receiveFile, tooLarge } from "../files/receive.ts";
import { namespaceOfToken } from "../files/upload-token.ts";
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { ok, type Reply } from "./reply.ts";
import { isFresh, rangeOf, weakly } from "./storage-conditions.ts";

/** Largest file that can be uploaded, bytes. */
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;
/** How long a browser may keep a file, s: a link always gives the same bytes. */
const MAX_AGE_S = 30 * 24 * 60 * 60;

export interface FileRoutesContext {
  store: Store;
  runner: Pick<Runner, "read" | "transact">;
  /** Bytes; `MAX_FILE_BYTES` unless given. */
  maxFileBytes?: number;
}

/** Answers a request below `/api/storage/`. Throws UserError for what is refused. */
export async function fileRoutes(context: FileRoutesContext, request: IncomingMessage, url: URL): Promise<Reply> {
  const name = url.pathname.slice("/api/storage/".length);
  if (name === "upload") return upload(context, request, url.searchParams.get("token") ?? "");
  if (request.method !== "GET" && request.method !== "HEAD") throw wrongMethod(request, "GET");
  if (!isBlobName(name)) {
    throw new UserError(
      "InvalidStoragePath",
      `Invalid storage path: ${JSON.stringify(name)}. Please use \`storage.getUrl()\` to generate a valid URL to retrieve files.`,
    );
  }
  return download(context, request, name);
}

async function upload({ store, runner, maxFileBytes }: FileRoutesContext, request: IncomingMessage, token: string): Promise<Reply> {
  if (request.method !== "POST") throw wrongMethod(request, "POST");
  const ns = namespaceOfToken(store.secret, token, Date.now());
  if (store.catalog.pathOf(ns) === undefined) throw new UserError("ComponentGone", "The component of this URL is gone.", 403);
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    throw new UserError("UnsupportedEncoding", "Files are uploaded as they are, without Content-Encoding.", 415);
  }
  const maxBytes = maxFileBytes ?? MAX_FILE_BYTES;
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const contentType = contentTypeOf(request);
  const expectedSha256 = digestOf(request);
  // The stream stays open on a refusal, so that the answer still reaches the client.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const received = await receiveFile(store.blobs.dir, body, { maxBytes, expectedSha256 }).catch((error: unknown) => {
    // What the disk says, and refusals, come before what may only follow from them.
    const told = diskError(error);
    throw told === error && !(error instanceof UserError) && !request.complete
      ? new UserError("ClientGone", "The upload broke off.")
      : told;
  });
  const file: NewFile = { ...received, contentType };
  try {
    const { value } = await runner.transact((txn) => txn.files.add(ns, file));
    return ok({ storageId: value });
  } catch (error) {
    await store.blobs.discard(file.uuid);
    throw error;
  }
}

async function download({ store, runner }: FileRoutesContext, request: IncomingMessage, uuid: string): Promise<Reply> {
  const row = store.files.byUuid(uuid);
  const file = row && runner.read((txn) => txn.files.find(row.ns, uuid));
  if (!file) throw new UserError("FileNotFound", "There is no such file.", 404);
  const { document } = file;
  const headers = headersOf(document);
  if (isFresh(request.headers, headers["etag"]!)) return { status: 304, headers };
  const wanted = rangeOf(request.headers, document.size, headers["etag"]!);
  if (wanted === "unsatisfiable") {
    return { status: 416, headers: { ...weakly(headers), "content-range": `bytes */${document.size}` } };
  }
  const { start, end } = wanted ?? { start: 0, end: document.size - 1 };
  const length = end - start + 1;
  if (wanted === null) headers["digest"] = `sha-256=${document.sha256}`;
  else headers["content-range"] = `bytes ${start}-${end}/${document.size}`;
  const reply: Reply = { status: wanted === null ? 200 : 206, headers, length };
  if (request.method === "HEAD" || length === 0) return { ...reply, body: "" };
  const handle = await store.blobs.open(uuid);
  return { ...reply, stream: handle.createReadStream({ start, end, highWaterMark: 256 * 1024 }) };
}

/**
 * What every answer with a file says. Files come from anybody: a browser must not run them as a page of this origin
 * (SPEC B9). A PDF is shown by the browser's own viewer, which a sandbox would keep out.
 */
function headersOf({ sha256, contentType }: FileDocument): Record<string, string> {
  const isPdf = contentType?.toLowerCase().split(";", 1)[0]?.trim() === "application/pdf";
  return {
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    "accept-ranges": "bytes",
    "cache-control": `private, max-age=${MAX_AGE_S}`,
    etag: `"${Buffer.from(sha256, "base64").toString("hex")}"`,
    "content-security-policy": isPdf
      ? "frame-ancestors 'self'"
      : "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'",
    "referrer-policy": "no-referrer",
  };
}

function contentTypeOf({ headers }: IncomingMessage): string | null {
  const given = headers["content-type"];
  if (given === undefined) return null;
  try {
    return String(new MIMEType(given));
  } catch {
    throw new UserError("BadHeader", `Bad header for content-type: ${JSON.stringify(given)} is no media type.`);
  }
}

/** The digest that `Digest: sha-256=<base64>` promises, or null. */
function digestOf({ headers }: IncomingMessage): string | null {
  const given = headers["digest"];
  if (given === undefined) return null;
  const [, digest] = /^sha-256=([A-Za-z0-9+/]{43}=)$/i.exec(String(given).trim()) ?? [];
  if (digest === undefined) throw new UserError("BadHeader", "Bad header for digest: use sha-256=<base64>.");
  return digest;
}

function wrongMethod({ method }: IncomingMessage, right: string): UserError {
  return new UserError("MethodNotAllowed", `Files do not take ${method} requests here; use ${right}.`, 405);
}

/** What the disk refused, as a sentence; other errors stay what they are. */
function diskError(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (!["ENOSPC", "EDQUOT", "EIO", "EROFS", "EFBIG"].includes(String(code))) return error;
  return new UserError("StorageError", `The file could not be written to disk and nothing of it was kept (${code}).`, 503);
}
