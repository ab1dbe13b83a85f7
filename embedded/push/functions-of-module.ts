/** Finds the functions, HTTP routes and crons in the exports of an imported module (P4, P9). */
import { UserError } from "../values/errors.ts";
import { isIdentifier } from "../values/names.ts";
import { parseValidator, type ValidatorJson } from "../values/validators.ts";
import type { AnalyzedFunction, AnalyzedRoute } from "./analyzed.ts";
import { pushError } from "./errors.ts";

const TYPES = [
  ["isQuery", "Query"],
  ["isMutation", "Mutation"],
  ["isAction", "Action"],
] as const;
const METHODS = new Set(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);

/**
 * The Convex functions among `exports`, by property presence. What is none is skipped silently; what is one but broken
 * throws 400 `InvalidModules` or `InvalidFunctionName` naming `module:function`.
 */
export function functionsOfModule(path: string, exports: Record<string, unknown>): AnalyzedFunction[] {
  const functions: AnalyzedFunction[] = [];
  for (const [name, value] of Object.entries(exports)) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue;
    const types = TYPES.filter(([property]) => property in value);
    const [type] = types;
    if (!type || types.length > 1) continue;
    const isPublic = "isPublic" in value;
    const isInternal = "isInternal" in value;
    if (isPublic && isInternal) continue;
    const where = `${path.replace(/\.js$/, "")}:${name}`;
    if (!isIdentifier(name)) {
      throw pushError(
        "InvalidFunctionName",
        `${where} is not a valid function name: letters, digits and underscores only.`,
      );
    }
    const fn = value as Record<string, unknown>;
    if (typeof fn._handler !== "function" && typeof fn !== "function") {
      throw pushError("InvalidModules", `${where} has no handler that can be called.`);
    }
    functions.push({
      name,
      pos: null,
      udfType: type[1],
      visibility: isPublic ? { kind: "public" } : isInternal ? { kind: "internal" } : null,
      args: exportedValidator(fn, "exportArgs", where),
      returns: exportedValidator(fn, "exportReturns", where),
    });
  }
  return functions;
}

function exportedValidator(
  fn: Record<string, unknown>,
  method: "exportArgs" | "exportReturns",
  where: string,
): string | null {
  const isArgs = method === "exportArgs";
  if (!(method in fn) || fn[method] === undefined) return isArgs ? `{"type":"any"}` : null;
  const broken = (problem: string) => pushError("InvalidModules", `${where}: ${problem}.`);
  if (typeof fn[method] !== "function") throw broken(`${method} is not a function`);
  let text: unknown;
  try {
    text = (fn[method] as () => unknown)();
  } catch (error) {
    throw broken(`its ${isArgs ? "args" : "returns"} validator cannot be read: ${String((error as Error).message)}`);
  }
  if (typeof text !== "string") throw broken(`${method} gave no text`);
  let validator: unknown;
  try {
    validator = JSON.parse(text);
  } catch {
    throw broken(`${method} gave no JSON`);
  }
  if (!isArgs && validator === null) return text;
  let parsed: ValidatorJson;
  try {
    parsed = parseValidator(validator);
  } catch (error) {
    throw error instanceof UserError ? broken(`its ${isArgs ? "args" : "returns"}: ${error.message}`) : error;
  }
  if (isArgs && parsed.type !== "object" && parsed.type !== "any") throw broken("its args must be an object validator");
  return text;
}

/** The routes of http.js, exact paths first. Throws 400 `InvalidModules`. */
export function routesOfModule(exports: Record<string, unknown>): AnalyzedRoute[] {
  const router = exports.default as { isRouter?: unknown; getRoutes?: unknown } | undefined;
  if (router === undefined)
    throw brokenRouter("the default export is missing; it must be a router made by httpRouter()");
  if (router?.isRouter !== true || typeof router.getRoutes !== "function")
    throw brokenRouter("the default export is not a router");
  const routes = (router.getRoutes as () => unknown)();
  if (!Array.isArray(routes)) throw brokenRouter("getRoutes() gave no list");
  return routes.map((route: unknown) => {
    if (!Array.isArray(route) || route.length !== 3) throw brokenRouter("a route is not [path, method, handler]");
    const [path, method, handler] = route as unknown[];
    if (typeof path !== "string" || typeof method !== "string") throw brokenRouter("a route has no path or method");
    if (!METHODS.has(method)) throw brokenRouter(`the method ${method} of ${path} is not supported`);
    const callable =
      typeof handler === "function" || typeof (handler as { _handler?: unknown } | null)?._handler === "function";
    if (!callable) throw brokenRouter(`the handler of ${method} ${path} cannot be called`);
    return { route: { path, method }, pos: null };
  });
}

/** The text that `export()` of crons.js gives. Throws 400 `InvalidModules`. */
export function cronsTextOfModule(exports: Record<string, unknown>): string {
  const crons = exports.default as { isCrons?: unknown; export?: unknown } | undefined;
  if (crons?.isCrons !== true || typeof crons.export !== "function") {
    throw pushError("InvalidModules", "crons.js: the default export is missing or was not made by cronJobs().");
  }
  const text: unknown = (crons as { export(): unknown }).export();
  if (typeof text !== "string") throw pushError("InvalidModules", "crons.js: export() gave no text.");
  return text;
}

function brokenRouter(problem: string): Error {
  return pushError("InvalidModules", `http.js: ${problem}.`);
}
