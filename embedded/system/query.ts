/** Runs a system query on the newest commit, for whoever has checked that the caller is an admin. */
import type { Code } from "../functions/code.ts";
import type { Runner } from "../functions/runner.ts";
import type { ReadSet } from "../storage/read-set.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { isPlainObject, type Json } from "../values/json.ts";
import { systemFunction } from "./functions.ts";

export type SystemQuery = (
  path: string,
  componentPath: string,
  args: Json,
) => { value: Json; ts: bigint; reads: ReadSet };

/**
 * `code` gives the code of the moment. The query made throws UserError: a path it does not have, a component that does
 * not exist, wrong arguments. Arguments may come as the list of one object that the wire uses.
 */
export function createSystemQuery(deps: { runner: Runner; store: Store; code: () => Code }): SystemQuery {
  return (path, componentPath, args) => {
    const fn = systemFunction(path);
    if (!fn) throw new UserError("NotSupported", `The system function ${path} is not supported by this server.`, 400);
    const named = Array.isArray(args) ? (args[0] ?? {}) : args;
    if (!isPlainObject(named)) throw new UserError("BadArgument", "The arguments must be an object.", 400);
    const code = deps.code();
    const ns = deps.store.catalog.namespace(componentPath);
    if (ns === undefined) throw new UserError("ComponentNotFound", `There is no component "${componentPath}".`, 400);
    const instance = code.byPath.get(componentPath) ?? null;
    return deps.runner.read((txn) => ({
      value: fn.run(txn, { code, store: deps.store, ns, componentPath, instance }, named),
      ts: txn.ts,
      reads: txn.reads,
    }));
  };
}
