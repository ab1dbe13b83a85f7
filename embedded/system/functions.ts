/**
 * The server's own queries under `_system/`, for admins only: what the command line and tools ask (P17, P18). They run
 * natively inside the namespace of one component and record what they read, so subscriptions to them stay true.
 */
import type { Code, Instance } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { apiSpec } from "./api-spec.ts";
import { listComponents, schemasOf } from "./components.ts";
import { queryTable, tableData, tables, tableSize } from "./tables.ts";

/** Where a system query runs: `ns` and `componentPath` of the component, `instance` null when it is unmounted. */
export interface SystemContext {
  code: Code;
  store: Store;
  ns: number;
  componentPath: string;
  instance: Instance | null;
}

export interface SystemFunction {
  type: "query";
  /** Throws UserError for wrong arguments. */
  run(txn: Transaction, context: SystemContext, args: JsonObject): Json;
}

/** The name of the dependency that a change of environment variables or code touches. */
export const CODE_DEPENDENCY = "code";

type Run = SystemFunction["run"];

const FUNCTIONS: Record<string, Run> = {
  "_system/cli/convexUrl:cloudUrl": (txn, { code }) => dependOnCode(txn, code.root.env.CONVEX_CLOUD_URL ?? null),
  "_system/cli/convexUrl:siteUrl": (txn, { code }) => dependOnCode(txn, code.root.env.CONVEX_SITE_URL ?? null),
  "_system/cli/queryEnvironmentVariables:default": (txn, { store }) => dependOnCode(txn, allVariables(store)),
  "_system/cli/queryEnvironmentVariables:get": (txn, context, args) => dependOnCode(txn, oneVariable(context, args)),
  "_system/cli/queryTable:default": queryTable,
  "_system/cli/tables:default": (txn, context) => dependOnCode(txn, tables(txn, context)),
  "_system/cli/tableData:default": tableData,
  "_system/cli/tableSize:default": tableSize,
  "_system/cli/modules:apiSpec": (txn, context, args) => dependOnCode(txn, apiSpec(context, args)),
  "_system/frontend/components:list": (txn, context) => dependOnCode(txn, listComponents(context)),
  "_system/frontend/getSchemas:default": (txn, context, args) => dependOnCode(txn, schemasOf(context, args)),
};

const NOT_YET = /^_system\/cli\/(exports|queryImport)(:|$)/;

/** The system query of that path (`_system/cli/tables` means `:default`), or undefined. */
export function systemFunction(path: string): SystemFunction | undefined {
  const full = path.replace(/\.js(?=:|$)/, "");
  const name = full.includes(":") ? full : `${full}:default`;
  if (NOT_YET.test(name)) {
    return {
      type: "query",
      run() {
        throw new UserError("NotSupported", "Exports and imports are not supported by this server yet.", 400);
      },
    };
  }
  const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return run && { type: "query", run };
}

function dependOnCode<T extends Json>(txn: Transaction, value: T): T {
  txn.reads.depend(CODE_DEPENDENCY);
  return value;
}

function allVariables({ env }: Store): Json {
  return env.list().map(({ id, creation, name, value }) => ({ _id: id, _creationTime: creation, name, value }));
}

function oneVariable({ store, code }: SystemContext, { name }: JsonObject): Json {
  if (typeof name !== "string") throw new UserError("BadArgument", `"name" must be a string.`, 400);
  const found = store.env.list().find((variable) => variable.name === name);
  if (found) return { name, value: found.value };
  const builtIn = name === "CONVEX_CLOUD_URL" || name === "CONVEX_SITE_URL" ? code.root.env[name] : undefined;
  return builtIn === undefined ? null : { name, value: builtIn };
}
