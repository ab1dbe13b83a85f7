/** The endpoints of `convex export` and `convex import`, for whoever has shown the admin key (SPEC X1, X4). */
import type { IncomingMessage } from "node:http";
import { MAX_CALL_BYTES, parseJsonBody, readBody } from "../http/body.ts";
import { ok, type Reply } from "../http/reply.ts";
import { UserError } from "../values/errors.ts";
import { checkTableName } from "../values/names.ts";
import type { Exports } from "./exports.ts";
import type { ImportRequest } from "./import-source.ts";
import type { Imports } from "./imports.ts";

/** Answers a request of an admin; null when there is no such endpoint. Throws UserError for what is refused. */
export async function transferRoutes(
  { exports, imports }: { exports: Exports; imports: Imports },
  request: IncomingMessage,
  url: URL,
): Promise<Reply | null> {
  const { searchParams: query, pathname: path } = url;
  switch (`${request.method} ${path}`) {
    case "POST /api/export/request/zip":
      await readBody(request, MAX_CALL_BYTES);
      await exports.request(query.get("includeStorage") === "true");
      return { status: 200 };
    case "POST /api/import/start_upload":
      await readBody(request, MAX_CALL_BYTES);
      return ok({ uploadToken: imports.uploads.start() });
    case "POST /api/import/upload_part": {
      const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      return ok(await imports.uploads.part(query.get("uploadToken") ?? "", Number(query.get("partNumber")), body));
    }
    case "POST /api/import/finish_upload": {
      const body = await json(request);
      const { uploadToken, partTokens } = body;
      if (typeof uploadToken !== "string") throw badArgument("uploadToken", "a string");
      if (!Array.isArray(partTokens)) throw badArgument("partTokens", "a list");
      const asked = requestOf(body["import"]);
      const file = await imports.uploads.finish(uploadToken, partTokens.map(String));
      return ok({ importId: await imports.begin(file, asked) });
    }
    case "POST /api/perform_import": {
      const { importId } = await json(request);
      if (typeof importId !== "string") throw badArgument("importId", "a string");
      await imports.perform(importId);
      return { status: 200 };
    }
    default: {
      const [, startTs] = /^\/api\/export\/zip\/(\d{1,20})$/.exec(path) ?? [];
      return startTs === undefined || request.method !== "GET" ? null : zip(exports, startTs);
    }
  }
}

async function zip(exports: Exports, startTs: string): Promise<Reply> {
  const { stream, size, name } = await exports.open(startTs);
  const headers = { "content-type": "application/zip", "content-disposition": `attachment; filename=${name}` };
  return { status: 200, headers, stream: stream(), length: size };
}

async function json(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = parseJsonBody(await readBody(request, MAX_CALL_BYTES));
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new UserError("BadJsonBody", "The request body must be a JSON object.", 400);
}

function requestOf(value: unknown): ImportRequest {
  const { tableName, componentPath, mode = "requireEmpty", format } = (value ?? {}) as Record<string, unknown>;
  if (mode !== "requireEmpty" && mode !== "append" && mode !== "replace" && mode !== "replaceAll") {
    throw badArgument("mode", "requireEmpty, append, replace or replaceAll");
  }
  if (format !== "csv" && format !== "jsonLines" && format !== "jsonArray" && format !== "zip") {
    throw badArgument("format", "csv, jsonLines, jsonArray or zip");
  }
  const component = componentPath ?? "";
  if (typeof component !== "string" || !/^(\w+(\/\w+)*)?$/.test(component)) throw badArgument("componentPath", "a component path");
  if (format === "zip") {
    if (tableName !== undefined && tableName !== null) throw new UserError("InvalidName", "ZIP import cannot have table name");
    return { format, mode, tableName: null, componentPath: component };
  }
  if (typeof tableName !== "string") throw new UserError("InvalidName", `${format} import requires table name`);
  if (tableName.startsWith("_")) throw new UserError("InvalidTableName", `Invalid table name ${tableName} starts with metadata prefix '_'`);
  checkTableName(tableName);
  return { format, mode, tableName, componentPath: component };
}

function badArgument(name: string, expected: string): UserError {
  return new UserError("BadArgument", `"${name}" must be ${expected}.`, 400);
}
