import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { releaseBody } from "./body.ts";
import { UserError } from "../values/errors.ts";
import { corsHeaders, type OriginRules, refuseHost, refuseOrigin } from "./origins.ts";
import { errorReply, type Reply, write } from "./reply.ts";

/** Takes one request that passed the rules; null means that there is no such route. `gone` fires when the client leaves. */
export type Handler = (request: IncomingMessage, url: URL, gone: AbortSignal) => Promise<Reply | null>;
/** Takes a request for an HTTP action and writes the whole answer itself. */
export type SiteHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

export interface ServerParts {
  /** To be told of every answer. */
  answered?: (status: number) => void;
  rules: OriginRules;
  api: Handler;
  site: SiteHandler;
  report: (error: unknown) => void;
}

/** Idle connections of programs are kept this long, ms, so that a call seldom meets a closing connection. */
const KEEP_ALIVE_MS = 65_000;
/** Against clients that send slowly to hold connections (H21): until the headers are there, and the whole request, ms. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 300_000;
const CHECK_EVERY_MS = 5_000;
/** Of a refused request as many bytes are still taken. */
const MAX_THROWN_AWAY = 64 * 1024 * 1024;
/** Connections of a listener; WebSockets are among them. */
const MAX_CONNECTIONS = 8_192;

/**
 * The listener of the API: function calls, deployment endpoints, WebSockets (see `sockets.ts`), and HTTP actions under
 * `/http/`. Host is checked on all, Origin on all but HTTP actions (H1 to H4).
 */
export function apiServer(parts: ServerParts): Server {
  return serve(parts, async (request, response, url) => {
    const path = url.pathname;
    if (path === "/http" || path.startsWith("/http/")) {
      return parts.site(request, response, `${path.slice("/http".length) || "/"}${url.search}`);
    }
    const refusal = refuseOrigin(request.headers, parts.rules);
    if (refusal) return write(response, { status: 403, json: refusal });
    const cors = corsHeaders(request.headers);
    if (request.method === "OPTIONS") return write(response, { status: 204 }, cors);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    let reply: Reply;
    try {
      reply = (await parts.api(request, url, gone.signal)) ?? notFound(request, path);
    } catch (error) {
      if (hasLeft(request, error)) return;
      reply = errorReply(error, parts.report);
    }
    // What is left of a refused body is thrown away, so that its sender gets to read the answer; a long rest is cut off.
    const isShort = Number(request.headers["content-length"] ?? Infinity) <= MAX_THROWN_AWAY;
    const rest: Record<string, string> = request.complete || isShort ? {} : { connection: "close" };
    write(response, reply, { ...cors, ...rest });
  });
}

/** The listener of the site origin: every path is an HTTP action's. */
export function siteServer(parts: Pick<ServerParts, "rules" | "site" | "report" | "answered">): Server {
  return serve(parts, (request, response) => parts.site(request, response, request.url ?? "/"));
}

function serve(
  { rules, report, answered }: Pick<ServerParts, "rules" | "report" | "answered">,
  handle: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void,
): Server {
  const limits = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  const server = createServer(limits, (request, response) => {
    response.on("close", () => {
      releaseBody(request);
      if (response.headersSent) answered?.(response.statusCode);
    });
    // A client that goes away in the middle is not an error of ours.
    request.on("error", () => response.destroy());
    response.on("error", () => request.destroy());
    const refusal = refuseHost(request.headers, rules);
    if (refusal) return write(response, { status: 403, json: refusal });
    const target = `http://host${request.url ?? ""}`;
    const url = request.url?.startsWith("/") && URL.canParse(target) ? new URL(target) : null;
    if (!url) return write(response, { status: 400, json: { code: "BadRequest", message: "The path is malformed." } });
    Promise.resolve(handle(request, response, url)).catch((error: unknown) => {
      if (hasLeft(request, error)) return;
      if (response.headersSent) response.destroy(error as Error);
      else write(response, errorReply(error, report));
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** The client went away while its body was read, which may have arrived to its end: nobody waits for an answer. */
function hasLeft(request: IncomingMessage, error: unknown): boolean {
  return request.destroyed && request.errored !== null && request.errored === error;
}

function notFound(request: IncomingMessage, path: string): Reply {
  return { status: 404, json: { code: "NotFound", message: `There is no ${request.method} ${path} here.` } };
}

/**
 * Starts listening. Returns the port, which the system picks for port 0.
 * @throws UserError with one sentence naming the port when it is in use or may not be used.
 */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE"
          ? `Port ${port} is already in use; stop what uses it or choose another port.`
          : `Port ${port} on ${host} cannot be used (${error.code ?? error.message}).`;
      reject(new UserError("PortUnavailable", why, 500));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The listener has no port.");
  return address.port;
}
