/** Runs system functions on the newest commit, for whoever has checked that the caller is an admin. */
import type { Code } from "../functions/code.ts";
import type { Runner } from "../functions/runner.ts";
import type { ReadSet } from "../storage/read-set.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { systemFunction, unknownSystemFunction, type SystemContext, type SystemFunction } from "./functions.ts";

export interface SystemDeps {
  runner: Runner;
  store: Store;
  /** The code of the moment. */
  code: () => Code;
}

export type SystemQuery = (
  path: string,
  componentPath: string,
  args: Json,
) => { value: Json; ts: bigint; reads: ReadSet };

/** Runs a system mutation; settles after its COMMIT, with its commit timestamp. With `session` it is done once (W8). */
export type SystemMutation = (
  path: string,
  componentPath: string,
  args: Json,
  session?: { sessionId: string; requestId: number },
) => Promise<{ value: Json; ts: bigint }>;

/**
 * The query made throws UserError: a path it does not have, a component that does not exist, wrong arguments. Arguments
 * may come as the list of one object that the wire uses.
 */
export function createSystemQuery(deps: SystemDeps): SystemQuery {
  return (path, componentPath, args) => {
    const fn = systemFunction(path);
    if (!fn) throw unknownSystemFunction(path);
    if (fn.type !== "query") throw wrongType(path, fn, "query");
    const call = prepare(deps, componentPath, args);
    return deps.runner.read((txn) => ({
      value: fn.run(txn, call.context, call.args),
      ts: txn.ts,
      reads: txn.reads,
    }));
  };
}

/** The mutation made rejects with what the query throws, and with ConvexFailure for what a tool shows to a person. */
export function createSystemMutation(deps: SystemDeps): SystemMutation {
  return async (path, componentPath, args, session) => {
    const fn = systemFunction(path);
    if (!fn) throw unknownSystemFunction(path);
    if (fn.type !== "mutation") throw wrongType(path, fn, "mutation");
    const { value, ts } = await deps.runner.transact((txn) => {
      const known = session && deps.store.sessionRequest(session.sessionId, session.requestId);
      if (known) return { result: known.result, ts: known.ts };
      const call = prepare(deps, componentPath, args);
      const result = fn.run(txn, call.context, call.args);
      if (session) {
        txn.recordSessionRequest({ session: session.sessionId, requestId: session.requestId, result, logLines: [] });
      }
      return { result, ts: null };
    }, session?.sessionId);
    if (fn.changesTables) deps.runner.setCode({ ...deps.code() });
    return { value: value.result, ts: value.ts ?? ts };
  };
}

/** True when the path names a system mutation; a query otherwise, or nothing. */
export function isSystemMutation(path: string): boolean {
  return systemFunction(path)?.type === "mutation";
}

/** Where and with what it runs: `componentId` among the arguments names another component by its id. */
function prepare({ store, code }: SystemDeps, componentPath: string, args: Json): { context: SystemContext; args: JsonObject } {
  const named = Array.isArray(args) ? (args[0] ?? {}) : args;
  if (!isPlainObject(named)) throw new UserError("BadArgument", "The arguments must be an object.", 400);
  const path = typeof named.componentId === "string" ? store.catalog.pathOf(Number(named.componentId)) : componentPath;
  const ns = path === undefined ? undefined : store.catalog.namespace(path);
  if (path === undefined || ns === undefined) {
    const asked = typeof named.componentId === "string" ? `id ${named.componentId}` : `"${componentPath}"`;
    throw new UserError("ComponentNotFound", `There is no component ${asked}.`, 400);
  }
  const running = code();
  const instance = running.byPath.get(path) ?? null;
  return { context: { code: running, store, ns, componentPath: path, instance }, args: named };
}

function wrongType(path: string, fn: SystemFunction, wanted: string): UserError {
  return new UserError("WrongFunctionType", `${path} is a ${fn.type}; it cannot be run as a ${wanted}.`);
}
