import { AsyncLocalStorage } from "node:async_hooks";
import { type GenericDataModel, type GenericMutationCtx, mutationGeneric } from "convex/server";
import { jsonToConvex, type JSONValue } from "convex/values";
import { addressOf, resolve } from "../functions/code.ts";
import type { Caller, Result, Runner } from "../functions/runner.ts";
import { performAsync, performSync, type SyscallScope } from "../functions/syscalls.ts";
import type { QueryJson } from "../query/plan.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";

/**
 * Lets a closure of a test use the database of a deployment in this process through the `ctx` the SDK makes: the SDK
 * asks the global `Convex`, which hands each operation to the server as a transaction of its own. Reads of one query
 * see one state.
 */

export type TestHandler<T> = (ctx: GenericMutationCtx<GenericDataModel>) => Promise<T>;

const running = new AsyncLocalStorage<Operations>();

/** Runs `handler` and gives its value as a function would return it. Rejects with what it throws. */
export async function runHandler<T>(runner: Runner, handler: TestHandler<T>): Promise<T> {
  (globalThis as { Convex?: unknown }).Convex ??= {
    syscall: (op: string, args: string) => running.getStore()!.sync(op, args),
    asyncSyscall: (op: string, args: string) => running.getStore()!.async(op, args),
    jsSyscall: (op: string) => Promise.reject(new Error(`${op} cannot be used in a test's handler.`)),
  };
  const fn = mutationGeneric({ handler }) as unknown as { invokeMutation(args: string): Promise<string> };
  const text = await running.run(new Operations(runner), () => fn.invokeMutation("[{}]"));
  return jsonToConvex(JSON.parse(text) as JSONValue) as T;
}

const CALLER: Caller = { identity: null, admin: true, requestId: "0000000000000000", kind: "cli" };

/** The operations of one closure. */
class Operations {
  readonly #runner: Runner;
  /** Queries by their number: what was asked, then the rows not handed out yet. */
  readonly #queries: (QueryJson | Json[])[] = [];

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  sync(op: string, args: string): string {
    const { query, queryId } = JSON.parse(args) as { query: QueryJson; queryId: number };
    if (op === "1.0/queryStream") return JSON.stringify({ queryId: this.#queries.push(query) - 1 });
    if (op === "1.0/queryCleanup") this.#queries[queryId] = [];
    if (op === "1.0/queryCleanup") return "true";
    return this.#runner.read((txn) => performSync(this.#scope(txn), op, args));
  }

  async async(op: string, args: string): Promise<string> {
    if (op === "1.0/queryStreamNext") return this.#next((JSON.parse(args) as { queryId: number }).queryId);
    if (op === "1.0/runUdf") return JSON.stringify(await this.#call(JSON.parse(args) as JsonObject));
    return (await this.#runner.transact((txn) => performAsync(this.#scope(txn), op, args))).value;
  }

  #next(queryId: number): string {
    const asked = this.#queries[queryId];
    if (asked === undefined) throw new Error(`There is no query ${queryId}.`);
    const rows = Array.isArray(asked)
      ? asked
      : this.#runner.read((txn) => txn.query(this.#runner.code.root.ns, asked).collect());
    this.#queries[queryId] = rows;
    const value = rows.shift() ?? null;
    return JSON.stringify({ value, done: value === null });
  }

  async #call(request: JsonObject): Promise<Json> {
    const runner = this.#runner;
    const { instance, fn } = resolve(runner.code, runner.code.root, addressOf(request), runner.handles);
    const call = { componentPath: instance.path, path: fn.path, args: request["args"] ?? {}, caller: CALLER };
    const { result } = await (request["udfType"] === "mutation" ? runner.mutation(call) : runner.query(call));
    return valueOf(result);
  }

  #scope(txn: Transaction): SyscallScope {
    const { code, handles, deploymentName, signingKey } = this.#runner;
    return {
      code,
      handles,
      deploymentName,
      signingKey,
      caller: CALLER,
      instance: code.root,
      fn: { path: "test.js:run", module: "test.js", name: "run", udfType: "Mutation", ...UNCHECKED },
      kind: "mutation",
      txn,
      identity: null,
      cursors: new Map(),
      journal: null,
      hasPaged: false,
      observe: () => undefined,
      pageEnded: () => undefined,
    };
  }
}

const UNCHECKED = { visibility: "internal", args: null, returns: null, environment: "isolate" } as const;

/** The SDK makes a ConvexError of an error with `data`. */
function valueOf(result: Result): Json {
  if (result.ok) return result.value;
  throw Object.assign(new Error(result.error.message), result.error.data === undefined ? {} : { data: result.error.data });
}
