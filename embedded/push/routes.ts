/** The endpoints of the deployment protocol, free of transport: a body goes in, a status and a JSON come out (P2). */
import { systemRoutes } from "../system/routes.ts";
import { UserError } from "../values/errors.ts";
import type { PushDeps } from "./deps.ts";
import { asPushError, pushError } from "./errors.ts";
import type { PendingPush } from "./start.ts";
import { readModules, readPushed } from "./stored.ts";
import { waitForSchema } from "./wait.ts";

/** One endpoint. */
export interface Route {
  method: "GET" | "HEAD" | "POST";
  path: string;
  /** Where the admin key is: in the header, which the transport checks, in the body, which the handler checks, or none. */
  auth: "header" | "body" | "none";
  /**
   * Answers a request whose body is decoded JSON (undefined unless it is a POST). Throws UserError, whose code, text and status are
   * the answer. `signal` aborts when the client goes away.
   */
  handler(body: unknown, headers: Headers, query: URLSearchParams, signal?: AbortSignal): Promise<RouteAnswer>;
}

/** `json` undefined means an empty body. */
export interface RouteAnswer {
  status: number;
  json?: unknown;
}

/** Pushes that may wait for their `finish_push` at the same time; the oldest is forgotten first. */
const MAX_PENDING = 4;

type Handler = (body: unknown, query: URLSearchParams, signal?: AbortSignal) => unknown;

/** The endpoints; they share the pushes that wait for their `finish_push`. */
export function pushRoutes(deps: PushDeps): Route[] {
  const pending = new Map<string, PendingPush>();

  // What a push needs is loaded with the first one: most starts of the server see none.
  const start: Handler = async (body) => {
    const [{ startPush }, { startAnswer }] = await Promise.all([import("./start.ts"), import("./start-answer.ts")]);
    const push = await startPush(body, deps);
    pending.set(push.pushId, push);
    for (const id of [...pending.keys()].slice(0, -MAX_PENDING)) pending.delete(id);
    return startAnswer(push, deps.store);
  };

  const finish: Handler = async (body) => {
    const { startPush: started, dryRun } = body as { startPush?: { pushId?: unknown }; dryRun?: unknown };
    const push = pending.get(String(started?.pushId));
    if (!push) throw pushError("RaceDetected", "The server does not know this push any more; it must start again.");
    const { finishPush, NOTHING } = await import("./finish.ts");
    if (dryRun === true || push.request.dryRun) return NOTHING;
    const answer = await finishPush(push, deps);
    pending.delete(push.pushId);
    return answer;
  };

  const byHeader = (method: Route["method"], path: string, handler: Handler): Route => ({
    method,
    path,
    auth: "header",
    handler: async (body, _headers, query, signal) => ({ status: 200, json: await handler(body, query, signal) }),
  });
  const byBody = (path: string, handler: Handler): Route => ({
    method: "POST",
    path,
    auth: "body",
    async handler(body, _headers, query) {
      const key = (body as { adminKey?: unknown } | null)?.adminKey;
      if (typeof key !== "string" || !deps.checkAdminKey(key)) {
        throw new UserError("BadDeployKey", "The provided deploy key was invalid for this deployment.", 403);
      }
      return { status: 200, json: await handler(body, query) };
    },
  });
  const push =
    (handler: Handler): Handler =>
    async (body, query) => {
      try {
        return await handler(body, query);
      } catch (error) {
        throw asPushError(error);
      }
    };

  return [
    byHeader("GET", "/api/v1/get_canonical_urls", () => ({
      convexCloudUrl: deps.origins.cloudUrl,
      convexSiteUrl: deps.origins.siteUrl,
    })),
    byHeader("GET", "/api/stream_function_logs", (_body, query, signal) => {
      const cursor = Number(query.get("cursor") ?? 0);
      if (!Number.isFinite(cursor)) throw new UserError("BadArgument", "The cursor must be a number.", 400);
      return deps.logs.poll(cursor, signal);
    }),
    byHeader("POST", "/api/update_environment_variables", async (body) => {
      const { updateEnv } = await import("./env-update.ts");
      return updateEnv(body, deps);
    }),
    byBody("/api/get_config_hashes", () => configHashes(deps)),
    byBody(
      "/api/deploy2/evaluate_schema",
      push(async (body) => (await import("./evaluate-schema.ts")).evaluateSchemas(body, deps)),
    ),
    byBody(
      "/api/deploy2/evaluate_push",
      push(async (body) => {
        const [{ evaluatePush }, answers] = await Promise.all([import("./start.ts"), import("./start-answer.ts")]);
        return { schemaChange: answers.schemaChangeAnswer(await evaluatePush(body, deps), deps.store) };
      }),
    ),
    byBody("/api/deploy2/start_push", push(start)),
    byBody("/api/deploy2/wait_for_schema", (body) => waitForSchema(body, deps.store, deps.builds)),
    byBody("/api/deploy2/finish_push", push(finish)),
    byBody("/api/deploy2/report_push_completed", () => null),
    byBody("/api/run_test_function", async (body) => (await import("./one-off-query.ts")).runOneOffQuery(body, deps)),
    ...systemRoutes(deps),
  ];
}

/** The root's modules with their hashes, so that the command line sends only those that changed (P3). */
function configHashes({ store }: PushDeps) {
  const pushed = readPushed(store);
  const modules = [...(readModules(store).get("")?.modules.values() ?? [])];
  const nodeVersion = pushed?.nodeVersion ? { nodeVersion: pushed.nodeVersion } : {};
  return {
    config: { functions: pushed?.functions ?? "convex/", ...nodeVersion },
    moduleHashes: modules.map(({ path, sha256, environment }) => ({ path, hash: sha256, environment })),
    udfServerVersion: pushed?.analysis[""]?.udfConfig.serverVersion ?? null,
    ...nodeVersion,
  };
}
