/** The pushed code: immutable, replaced as a whole by a push. Also: which function an address means. */
import { UserError } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import { displayFunctionPath, parseFunctionPath } from "../values/names.ts";
import type { ValidatorJson } from "../values/validators.ts";
import type { Handles } from "./handles.ts";

export interface Code {
  /** Counts pushes and changes of the environment. */
  version: number;
  /** When it was pushed, ms since 1970: the time that modules see while they are imported. */
  pushedAtMs: number;
  root: Instance;
  byPath: Map<string, Instance>;
  byNs: Map<number, Instance>;
  auth: AuthProviderJson[];
}

/** One mounted component; the app is the one with path "". */
export interface Instance {
  ns: number;
  /** Mount names joined by "/". */
  path: string;
  definitionPath: string;
  parent: Instance | null;
  children: Map<string, Instance>;
  /** All of `process.env`, `CONVEX_CLOUD_URL` and `CONVEX_SITE_URL` included. */
  env: Record<string, string>;
  /** Where its HTTP routes are mounted, ends in "/"; null when they are not. */
  httpPrefix: string | null;
  modules: ModuleSet;
  /** By canonical path "a/b.js:c". */
  functions: Map<string, FunctionInfo>;
  /** The routes of http.js; null when there is none. A prefix route ends in "/*". */
  httpRoutes: HttpRoute[] | null;
  crons: CronInfo[];
}

export interface HttpRoute {
  path: string;
  method: string;
}

/** A cron of the instance: `path` is canonical, `args` the argument object, `schedule` as the push normalised it. */
export interface CronInfo {
  identifier: string;
  path: string;
  args: Json;
  schedule: Json;
}

export type AuthProviderJson =
  | { type?: "oidc"; applicationID: string; domain: string }
  | { type: "customJwt"; applicationID: string | null; issuer: string; jwks: string; algorithm: "RS256" | "ES256" };

/** The modules of one definition by canonical path, chunks under `_deps/` included. */
export interface ModuleSet {
  definitionPath: string;
  modules: Map<string, StoredModule>;
}

export interface StoredModule {
  path: string;
  /** ESM. */
  source: string;
  sourceMap: string | null;
  environment: "isolate" | "node";
  sha256: string;
}

export interface FunctionInfo {
  /** Canonical: "a/b.js:c". */
  path: string;
  /** "a/b.js". */
  module: string;
  /** The export. */
  name: string;
  udfType: "Query" | "Mutation" | "Action";
  visibility: "public" | "internal" | null;
  args: ValidatorJson | null;
  returns: ValidatorJson | null;
  environment: "isolate" | "node";
}

/** How syscalls name a callee: exactly one of these. */
export type Address = { name: string } | { reference: string } | { functionHandle: string };

export interface Target {
  instance: Instance;
  fn: FunctionInfo;
}

const CHILD_PREFIX = "_reference/childComponent/";
const OWN_PREFIX = "_reference/function/";

/** Picks the address out of a syscall's arguments. Throws UserError when there is not exactly one. */
export function addressOf(args: { [key: string]: unknown }): Address {
  const given = (["name", "reference", "functionHandle"] as const).filter((key) => typeof args[key] === "string");
  const [key] = given;
  if (key === undefined || given.length > 1) {
    throw new UserError(
      "InvalidFunctionAddress",
      "A function must be named by exactly one of name, reference, functionHandle.",
    );
  }
  return { [key]: args[key] } as Address;
}

/**
 * The function that `address` means when code of `caller` says it (F12): names and own references reach every function
 * of the own component, child references only public functions of a direct child, handles whatever they were made for.
 * Throws UserError "FunctionNotFound".
 */
export function resolve(code: Code, caller: Instance, address: Address, handles: Handles): Target {
  if ("name" in address) return own(caller, address.name);
  if ("functionHandle" in address) {
    const made = handles.parse(address.functionHandle);
    if (made === null) throw notFound(`The function handle ${address.functionHandle} is not known`);
    const instance = code.byPath.get(made.componentPath);
    const fn = instance?.functions.get(made.path);
    if (!instance || !fn) throw missing(made.componentPath, made.path);
    return { instance, fn };
  }
  const { reference } = address;
  if (reference.startsWith(OWN_PREFIX)) return own(caller, reference.slice(OWN_PREFIX.length));
  if (!reference.startsWith(CHILD_PREFIX)) throw notFound(`The function reference ${reference} is not known`);
  const [childName = "", ...segments] = reference.slice(CHILD_PREFIX.length).split("/");
  const child = caller.children.get(childName);
  if (!child) throw notFound(`There is no component "${childName}" in ${nameOf(caller.path)}`);
  const name = segments.pop() ?? "";
  const path = `${segments.join("/")}.js:${name}`;
  const fn = child.functions.get(path);
  if (!fn || fn.visibility !== "public") throw missing(child.path, path);
  return { instance: child, fn };
}

function own(instance: Instance, path: string): Target {
  const { module, name } = parseFunctionPath(path);
  const canonical = `${module}:${name}`;
  const fn = instance.functions.get(canonical);
  if (!fn) throw missing(instance.path, canonical);
  return { instance, fn };
}

function nameOf(componentPath: string): string {
  return componentPath === "" ? "the app" : `the component "${componentPath}"`;
}

function missing(componentPath: string, path: string): UserError {
  const where = componentPath === "" ? "" : ` in the component "${componentPath}"`;
  return notFound(`Couldn't find the function '${shown(path)}'${where}. Did you forget to run \`npx convex dev\`?`);
}

function shown(path: string): string {
  try {
    return displayFunctionPath(path);
  } catch {
    return path;
  }
}

function notFound(message: string): UserError {
  return new UserError("FunctionNotFound", message, 404);
}
