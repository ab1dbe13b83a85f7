import type { ServerResponse } from "node:http";
import { INTERNAL_ERROR } from "../sync/calls.ts";
import { UserError } from "../values/errors.ts";

/** An answer before it is written: `json` becomes the body as JSON, else `body` is sent as it is. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string | Buffer;
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
  if (response.destroyed || response.headersSent) return;
  const body = reply.json === undefined ? (reply.body ?? "") : JSON.stringify(reply.json);
  const type = reply.json === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(reply.status, {
    ...headers,
    "x-content-type-options": "nosniff",
    "content-length": String(Buffer.byteLength(body)),
    ...type,
    ...reply.headers,
  });
  response.end(body);
}
