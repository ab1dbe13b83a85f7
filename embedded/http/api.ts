import { type Answer, type Calls, errorText, newRequestId } from "../sync/calls.ts";
import { decodeTs, encodeTs, ProtocolError } from "../sync/protocol.ts";
import type { Subscriptions } from "../sync/subscriptions.ts";
import type { Viewer } from "../sync/viewer.ts";
import { UserError } from "../values/errors.ts";
import { type Json, type JsonObject, toCleanJson } from "../values/json.ts";
import { ok, type Reply } from "./reply.ts";

/**
 * The HTTP function API (H9 to H13). A function's own failure is an answer with status 200; other statuses are refusals
 * of the request itself.
 */

export interface ApiContext {
  calls: Calls;
  subscriptions: Subscriptions;
}

/** One request to the function API, with its body read and its sender known. */
export interface ApiCall {
  method: string;
  /** Path without query, e.g. `/api/query`. */
  path: string;
  query: URLSearchParams;
  body: () => unknown;
  viewer: Viewer;
  ip?: string;
  userAgent?: string;
}

type Format = "json" | "convex_encoded_json";
type Kind = "query" | "mutation" | "action" | "any";
interface FunctionRequest {
  path: string;
  componentPath: string | null;
  args: Json;
  format: Format;
}

/** Answers a request to the function API; null when the path is not one of its routes. */
export async function functionApi(context: ApiContext, call: ApiCall): Promise<Reply | null> {
  switch (call.path) {
    case "/api/query":
      if (call.method === "GET") return one(context, call, "query", parseQueryString(call.query));
      return one(context, call, "query", parseRequest(post(call)));
    case "/api/mutation":
      return one(context, call, "mutation", parseRequest(post(call)));
    case "/api/action":
      return one(context, call, "action", parseRequest(post(call)));
    case "/api/function":
      if (!call.viewer.admin) throw new UserError("BadDeployKey", "/api/function needs the admin key.", 403);
      return one(context, call, "any", parseRequest(post(call)));
    case "/api/query_batch":
      return queryBatch(context, call, post(call));
    case "/api/query_ts":
      post(call);
      return ok({ ts: encodeTs(context.subscriptions.ts) });
    case "/api/query_at_ts":
      return queryAtTs(context, call, post(call));
    default:
      return call.path.startsWith("/api/run/") ? one(context, call, "any", parseRun(call, post(call))) : null;
  }
}

async function one(context: ApiContext, call: ApiCall, kind: Kind, request: FunctionRequest): Promise<Reply> {
  return ok((await run(context, call, kind, request)).json);
}

async function run(context: ApiContext, call: ApiCall, kind: Kind, { format, ...target }: FunctionRequest) {
  const { viewer, ip, userAgent } = call;
  const requestId = newRequestId();
  const c = {
    ...target,
    viewer,
    requestId,
    kind: "http" as const,
    journal: null,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  const answer = await context.calls[kind](c);
  return { answer, json: toJson(answer, requestId, format) };
}

function toJson(answer: Answer, requestId: string, format: Format): Json {
  const shape = (value: Json) => (format === "json" ? toCleanJson(value) : value);
  const logLines: JsonObject = answer.logLines.length > 0 ? { logLines: answer.logLines } : {};
  if (answer.success) return { status: "success", value: shape(answer.value), ...logLines };
  const { data } = answer.error;
  const errorData: JsonObject = data === undefined ? {} : { errorData: shape(data) };
  return { status: "error", errorMessage: errorText(requestId, answer.error), ...errorData, ...logLines };
}

async function queryBatch(context: ApiContext, call: ApiCall, body: Record<string, unknown>): Promise<Reply> {
  if (!Array.isArray(body["queries"])) throw badArgument("queries", "an array");
  const requests = body["queries"].map((query) => parseRequest(asObject(query)));
  const results: Json[] = [];
  for (const request of requests) results.push((await run(context, call, "query", request)).json);
  return ok({ results });
}

/** Old states are not kept: a query runs on the newest one, and its result stands if nothing it read changed since. */
async function queryAtTs(context: ApiContext, call: ApiCall, body: Record<string, unknown>): Promise<Reply> {
  const ts = parseTs(body["ts"]);
  const requestId = newRequestId();
  const { format, ...target } = parseRequest(body);
  const answer = await context.calls.query({ ...target, viewer: call.viewer, requestId, kind: "http", journal: null });
  if (!context.subscriptions.unchangedSince(ts, answer.reads)) {
    throw new UserError(
      "TimestampTooOld",
      "Reading at an old timestamp is not supported, and what this query reads has changed since; take a new timestamp.",
      400,
    );
  }
  return ok(toJson(answer, requestId, format));
}

function parseTs(value: unknown): bigint {
  try {
    return decodeTs(value);
  } catch (error) {
    if (error instanceof ProtocolError) throw badArgument("ts", "a timestamp from /api/query_ts");
    throw error;
  }
}

// ---- Parsing ----

function post(call: ApiCall): Record<string, unknown> {
  if (call.method !== "POST") {
    throw new UserError("MethodNotAllowed", `${call.path} does not take ${call.method} requests; use POST.`, 405);
  }
  return call.path === "/api/query_ts" ? {} : asObject(call.body());
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError("BadJsonBody", "The request body must be a JSON object.", 400);
}

function parseRequest(body: Record<string, unknown>): FunctionRequest {
  const { path, componentPath } = body;
  if (typeof path !== "string") throw badArgument("path", "a string");
  if (componentPath !== undefined && componentPath !== null && typeof componentPath !== "string") {
    throw badArgument("componentPath", "a string");
  }
  return { path, componentPath: componentPath ?? null, args: parseArgs(body["args"]), format: parseFormat(body) };
}

/** `args` may be the object of named arguments or an array that holds just it. */
function parseArgs(args: unknown): Json {
  if (args === undefined) throw badArgument("args", "an object");
  if (!Array.isArray(args)) return args as Json;
  if (args.length !== 1) throw badArgument("args", "an object, or an array that holds one");
  return args[0] as Json;
}

function parseFormat(body: { format?: unknown }): Format {
  const format = body.format ?? "json";
  if (format === "json" || format === "convex_encoded_json") return format;
  throw badArgument("format", `"json" or "convex_encoded_json"`);
}

function parseQueryString(query: URLSearchParams): FunctionRequest {
  const args = query.get("args");
  const format = query.get("format") ?? undefined;
  let parsed: unknown = {};
  try {
    if (args !== null) parsed = JSON.parse(args);
  } catch {
    throw badArgument("args", "JSON");
  }
  return parseRequest({ path: query.get("path"), args: parsed, format });
}

/** `/api/run/dir/mod/fn` names the function `dir/mod:fn`. */
function parseRun(call: ApiCall, body: Record<string, unknown>): FunctionRequest {
  const match = /^\/api\/run\/(.+)\/([^/]+)$/.exec(call.path);
  if (!match) throw new UserError("BadArgument", "The path must look like /api/run/<module>/<function>.", 400);
  const path = `${decoded(match[1] ?? "")}:${decoded(match[2] ?? "")}`;
  return parseRequest({ args: body["args"] ?? {}, format: body["format"], path });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UserError("BadArgument", `${part} is not well encoded.`, 400);
  }
}

function badArgument(name: string, expected: string): UserError {
  return new UserError("BadArgument", `"${name}" must be ${expected}.`, 400);
}
