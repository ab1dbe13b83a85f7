import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Runner } from "../functions/runner.ts";
import { newRequestId } from "../sync/calls.ts";
import type { Viewer } from "../sync/viewer.ts";
import { errorReply, write } from "./reply.ts";
import type { SiteHandler } from "./server.ts";

/** HTTP actions: a request goes to user code as a stream and its response comes back as one (H4, H16). */

export interface SiteContext {
  runner: Pick<Runner, "httpAction">;
  /** Who sends the request, by its Authorization header; never refuses. */
  viewerOf(authorization: string | undefined): Promise<Viewer>;
  report(error: unknown): void;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);
/** Headers that belong to one connection: the server's own business. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"]);

export function siteHandler(context: SiteContext): SiteHandler {
  return async (request, response, path) => {
    const method = request.method ?? "GET";
    if (!METHODS.has(method)) {
      const json = { code: "MethodNotAllowed", message: `HTTP actions do not take ${method} requests.` };
      return write(response, { status: 405, headers: { allow: [...METHODS].join(", ") }, json });
    }
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      const viewer = await context.viewerOf(request.headers.authorization);
      const answer = await context.runner.httpAction({
        // A HEAD request runs the GET route and the answer's body is left out.
        method: method === "HEAD" ? "GET" : method,
        url: `${schemeOf(request)}://${request.headers.host}${path.startsWith("/") ? path : `/${path}`}`,
        headers: pairs(request.rawHeaders),
        body: hasBody(request) ? (Readable.toWeb(request) as ReadableStream<Uint8Array>) : null,
        signal: gone.signal,
        caller: callerOf(request, viewer),
      });
      // Log lines are for the log stream; a failure there has been answered already.
      answer.logLines.catch(context.report);
      response.writeHead(answer.status, answer.headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase())).flat());
      await send(answer.body, response, method === "HEAD", gone.signal);
    } catch (error) {
      if (gone.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else write(response, errorReply(error, context.report));
    }
  };
}

/** Writes a body as its pieces come, no faster than the client takes them; a client that leaves cancels it. */
async function send(
  body: ReadableStream<Uint8Array> | null,
  response: ServerResponse,
  withoutBody: boolean,
  gone: AbortSignal,
): Promise<void> {
  if (withoutBody || body === null) {
    await body?.cancel();
    response.end();
    return;
  }
  response.flushHeaders();
  const reader = body.getReader();
  const leave = () => void reader.cancel("The client went away.").catch(() => undefined);
  gone.addEventListener("abort", leave, { once: true });
  try {
    for (let part = await reader.read(); !part.done && !gone.aborted; part = await reader.read()) {
      if (!response.write(part.value)) await drained(response);
    }
    response.end();
  } finally {
    gone.removeEventListener("abort", leave);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

function callerOf(request: IncomingMessage, viewer: Viewer) {
  const ip = request.socket.remoteAddress;
  const userAgent = request.headers["user-agent"];
  return {
    identity: viewer.identity,
    admin: false,
    requestId: newRequestId(),
    kind: "http" as const,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(viewer.invalidToken === null ? {} : { invalidToken: viewer.invalidToken }),
    ...(viewer.authToken === null ? {} : { authToken: viewer.authToken }),
  };
}

/** The scheme the client used: a proxy in front that ends TLS says so. */
function schemeOf(request: IncomingMessage): "http" | "https" {
  return request.headers["x-forwarded-proto"]?.toString().split(",", 1)[0]?.trim() === "https" ? "https" : "http";
}

function hasBody(request: IncomingMessage): boolean {
  if (request.method === "GET" || request.method === "HEAD") return false;
  return request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
}

function pairs(raw: string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? "", raw[i + 1] ?? ""]);
  return list;
}
