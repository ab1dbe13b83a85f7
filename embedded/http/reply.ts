import type { ServerResponse } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { INTERNAL_ERROR } from "../sync/calls.ts";
import { UserError } from "../values/errors.ts";

/** An answer before it is written: `json` becomes the body as JSON, else `body` is sent as it is. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string | Buffer;
  /** In place of `json` and `body`: what is sent piece by piece, no faster than the client takes it. */
  stream?: Readable;
  /** Bytes of `stream`, or of the body that a HEAD request does not get. */
  length?: number;
}

/** 200 with a JSON body. */
export function ok(json: unknown): Reply {
  return { status: 200, json };
}

/** A plain text answer. */
export function text(body: string): Reply {
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/**
 * The answer for a failed request: `{code, message}` with the error's own status (H8). Anything but a UserError is a
 * fault of the server: it is reported to the operator and the client learns nothing of it.
 */
export function errorReply(error: unknown, report: (error: unknown) => void): Reply {
  if (error instanceof UserError) {
    return { status: error.httpStatus, json: { code: error.code, message: error.message } };
  }
  report(error);
  return { status: 500, json: { code: "InternalServerError", message: INTERNAL_ERROR } };
}

/** Writes an answer and ends the response; does nothing when the client is gone. */
export function write(response: ServerResponse, reply: Reply, headers: Record<string, string> = {}): void {
  if (response.destroyed || response.headersSent) return void reply.stream?.destroy();
  const body = reply.json === undefined ? (reply.body ?? "") : JSON.stringify(reply.json);
  const type = reply.json === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(reply.status, {
    ...headers,
    "x-content-type-options": "nosniff",
    "content-length": String(reply.length ?? Buffer.byteLength(body)),
    ...type,
    ...reply.headers,
  });
  // A client that leaves ends the stream, and a stream that fails the response; neither is told to anybody.
  if (reply.stream) pipeline(reply.stream, response, () => undefined);
  else response.end(body);
}
