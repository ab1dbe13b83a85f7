import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { type Holder, intake } from "../sync/budget.ts";
import { UserError } from "../values/errors.ts";
import { ADMIN_JSON, CALL_JSON, parseJsonText } from "../values/json-text.ts";

/** Largest body of a function call: arguments of 16 MiB and what is around them. */
export const MAX_CALL_BYTES = 20 * 1024 * 1024;
/** Largest body of a push, packed or unpacked. */
export const MAX_PUSH_BYTES = 200 * 1024 * 1024;

/** What requests hold of the memory for what comes in, until they are answered. */
const held = new WeakMap<IncomingMessage, Holder>();

/** Gives back what the body of a request took; to be called when the request is answered. */
export function releaseBody(request: IncomingMessage): void {
  held.get(request)?.close();
}

const decoders = { br: promisify(brotliDecompress), gzip: promisify(gunzip) } as const;

/**
 * Reads a request body to its end and unpacks it (`Content-Encoding: br` or `gzip`).
 * What it takes counts until `releaseBody`.
 * @throws UserError 413 when it has more than `maxBytes` before or after unpacking, 415 for another encoding, 400 for
 * damaged data, 503 when too many large bodies are read at a time, the
 * admin's larger ones excepted (H21).
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const holder = intake.holder();
  held.set(request, holder);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const parts: Buffer[] = [];
  let size = 0;
  // The stream stays open on a refusal, so that the answer still reaches the client.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    if (!holder.take(part.length) && maxBytes <= MAX_CALL_BYTES) throw tooMuch();
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "br" && encoding !== "gzip") {
    throw new UserError("UnsupportedEncoding", `Content-Encoding "${encoding}" is not supported; use br or gzip.`, 415);
  }
  try {
    const unpacked = await decoders[encoding](body, { maxOutputLength: maxBytes });
    if (!holder.take(unpacked.length) && maxBytes <= MAX_CALL_BYTES) throw tooMuch();
    return unpacked;
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new UserError("BadEncoding", `The request body is not valid ${encoding} data.`, 400);
  }
}

/**
 * A JSON request body. `byAdmin`: its sender showed the admin key.
 * @throws UserError 400 `BadJsonBody` for anything else, and for more values or levels than anybody needs (H20).
 */
export function parseJsonBody(body: Buffer, byAdmin = false): unknown {
  return parseJsonText(body.toString("utf8"), byAdmin ? ADMIN_JSON : CALL_JSON);
}

function tooMuch(): UserError {
  return new UserError("TooManyConcurrentRequests", "Too many large requests come in at a time; try again later.", 503);
}

function tooLarge(maxBytes: number): UserError {
  return new UserError("PayloadTooLarge", `The request body is larger than ${maxBytes / 1024 / 1024} MiB.`, 413);
}
