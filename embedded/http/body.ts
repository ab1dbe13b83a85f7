import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { UserError } from "../values/errors.ts";

/** Largest body of a function call: arguments of 16 MiB and what is around them. */
export const MAX_CALL_BYTES = 20 * 1024 * 1024;
/** Largest body of a push, packed or unpacked. */
export const MAX_PUSH_BYTES = 200 * 1024 * 1024;

const decoders = { br: promisify(brotliDecompress), gzip: promisify(gunzip) } as const;

/**
 * Reads a request body to its end and unpacks it (`Content-Encoding: br` or `gzip`).
 * @throws UserError 413 when it has more than `maxBytes` before or after unpacking, 415 for another encoding, 400 for
 * damaged data.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const parts: Buffer[] = [];
  let size = 0;
  // The stream stays open on a refusal, so that the answer still reaches the client.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "br" && encoding !== "gzip") {
    throw new UserError("UnsupportedEncoding", `Content-Encoding "${encoding}" is not supported; use br or gzip.`, 415);
  }
  try {
    return await decoders[encoding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    throw new UserError("BadEncoding", `The request body is not valid ${encoding} data.`, 400);
  }
}

/**
 * A JSON request body.
 * @throws UserError 400 `BadJsonBody` for anything else.
 */
export function parseJsonBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new UserError("BadJsonBody", "The request body is not JSON.", 400);
  }
}

function tooLarge(maxBytes: number): UserError {
  return new UserError("PayloadTooLarge", `The request body is larger than ${maxBytes / 1024 / 1024} MiB.`, 413);
}
