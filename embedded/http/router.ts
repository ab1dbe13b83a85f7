import type { IncomingMessage } from "node:http";
import type { Route } from "../push/routes.ts";
import { type OperationParts, operationRoute } from "../operations/routes.ts";
import type { Calls } from "../sync/calls.ts";
import type { Subscriptions } from "../sync/subscriptions.ts";
import { isTransferPath, type Transfers } from "../transfer/transfers.ts";
import { UserError } from "../values/errors.ts";
import { functionApi } from "./api.ts";
import type { Authenticator } from "./authenticator.ts";
import { MAX_CALL_BYTES, MAX_PUSH_BYTES, parseJsonBody, readBody } from "./body.ts";
import { ok, type Reply, text } from "./reply.ts";
import type { Handler } from "./server.ts";
import { fileRoutes, type FileRoutesContext } from "./storage.ts";

/** What answers which path of the API listener. */

/** The version of the deployment protocol spoken here: that of the `convex` package it is tested with. */
const VERSION = "1.48.0";

export interface RouterContext extends FileRoutesContext {
  instanceName: string;
  calls: Calls;
  subscriptions: Subscriptions;
  authenticator: Authenticator;
  pushRoutes: Route[];
  transfers: Transfers;
  operations: OperationParts;
  /** The public keys of the deployment's own tokens (F27). */
  jwks: () => unknown;
}

export function apiRouter(context: RouterContext): Handler {
  const routes = new Map(context.pushRoutes.map((route) => [`${route.method} ${route.path}`, route]));
  return async (request, url, gone) => {
    const path = url.pathname;
    const simple = simpleRoute(context, request, path) ?? (await operations(context, request, path));
    if (simple) return simple;
    if (request.method === "POST" && path === "/echo") {
      return { status: 200, body: await readBody(request, MAX_CALL_BYTES) };
    }
    const route = routes.get(`${request.method} ${path}`);
    if (route) return deploymentRoute(context, route, request, url, gone);
    if (path.startsWith("/api/storage/")) {
      return fileRoutes(context, request, url);
    }
    if (isTransferPath(path)) {
      const { admin } = await context.authenticator.fromHeader(request.headers.authorization);
      if (!admin) throw new UserError("BadDeployKey", `${path} needs the admin key.`, 403);
      return context.transfers.route(request, url);
    }
    if (!path.startsWith("/api/")) return null;
    const viewer = await context.authenticator.fromHeader(request.headers.authorization);
    const body = await readBody(request, MAX_CALL_BYTES);
    const ip = request.socket.remoteAddress;
    const userAgent = request.headers["user-agent"];
    return functionApi(context, {
      method: request.method ?? "GET",
      path,
      query: url.searchParams,
      body: () => parseJsonBody(body),
      viewer,
      ...(ip === undefined ? {} : { ip }),
      ...(userAgent === undefined ? {} : { userAgent }),
    });
  };
}

function simpleRoute(context: RouterContext, { method }: IncomingMessage, path: string): Reply | null {
  if (method !== "GET" && method !== "HEAD") return null;
  switch (path) {
    case "/":
      return text("This is a Convex-compatible deployment. Open the dashboard, not this address.\n");
    case "/version":
    case "/instance_version":
      return text(VERSION);
    case "/instance_name":
      return text(context.instanceName);
    case "/.well-known/jwks.json":
      return ok(context.jwks());
    default:
      return null;
  }
}

function operations(context: RouterContext, request: IncomingMessage, path: string): Promise<Reply | null> {
  const isAdmin = async () => (await context.authenticator.fromHeader(request.headers.authorization)).admin;
  return operationRoute(context.operations, request, path, isAdmin);
}

/** An endpoint of the deployment protocol: large bodies only from somebody who shows the admin key (H7). */
async function deploymentRoute(
  { authenticator }: RouterContext,
  route: Route,
  request: IncomingMessage,
  url: URL,
  gone: AbortSignal,
): Promise<Reply> {
  const authorization = request.headers.authorization;
  const admin = route.auth !== "none" && authorization !== undefined && (await authenticator.fromHeader(authorization)).admin;
  if (route.auth === "header" && !admin) throw new UserError("BadDeployKey", `${route.path} needs the admin key.`, 403);
  const body = await readBody(request, admin ? MAX_PUSH_BYTES : MAX_CALL_BYTES);
  const answer = await route.handler(
    request.method === "POST" ? parseJsonBody(body, admin) : undefined,
    new Headers(),
    url.searchParams,
    gone,
  );
  return answer.json === undefined ? { status: answer.status } : { status: answer.status, json: answer.json };
}
