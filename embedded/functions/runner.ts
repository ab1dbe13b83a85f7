/**
 * What everybody else calls: queries, mutations and actions of the pushed code, and transactions of the server itself.
 * Finding the function, who may call it and what came out is decided here; how it runs lies below.
 */
import type { Store } from "../storage/store.ts";
import { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import { canonicalText, type JsonObject } from "../values/json.ts";
import { displayFunctionPath, parseFunctionPath } from "../values/names.ts";
import type { ActionPool } from "./action-port.ts";
import { CallSyscalls } from "./action-syscalls.ts";
import { argsObject, checkArgs, checkResult, notPublic, resultOf, wrongKind } from "./call-values.ts";
import type {
  ActionOutcome,
  Execution,
  FunctionCall,
  HttpActionRequest,
  HttpActionResponse,
  MutationCall,
  MutationOutcome,
  QueryCall,
  QueryOutcome,
  Result,
} from "./call-types.ts";
import type { Code, FunctionInfo, Target } from "./code.ts";
import { type CommitEvent, Gate } from "./gate.ts";
import { Handles } from "./handles.ts";
import { routeRequest } from "./http-routes.ts";
import type { Loader } from "./loader.ts";
import { Listeners } from "./listeners.ts";
import { HostTask, MutationTask } from "./mutation-task.ts";
import { RealmPool } from "./realm-pool.ts";
import { QueryCache } from "./query-cache.ts";
import { QueryRun, QueryTask } from "./query-run.ts";
import { SigningKey } from "./signing-key.ts";
import type { CallDeps } from "./transaction-call.ts";

export type * from "./call-types.ts";
export type { CommitEvent } from "./gate.ts";

export interface RunnerOptions {
  store: Store;
  loader: Loader;
  actions: ActionPool;
  /** What `getDeploymentMetadata` answers. */
  deploymentName?: string;
}

/** Compiled code is saved for the next start when nothing was compiled for this long, in ms. */
const SAVE_CACHE_AFTER_MS = 2000;

export class Runner {
  readonly #store: Store;
  readonly #loader: Loader;
  readonly #actions: ActionPool;
  readonly #gate: Gate;
  readonly #deps: CallDeps;
  readonly #commits = new Listeners<CommitEvent>();
  readonly #codes = new Listeners<void>();
  readonly #executions = new Listeners<Execution>();
  readonly #cache = new QueryCache();
  #code: Code | null = null;
  #preparing: Promise<unknown> = Promise.resolve();
  #saveTimer: NodeJS.Timeout | null = null;

  constructor({ store, loader, actions, deploymentName = "embedded" }: RunnerOptions) {
    this.#store = store;
    this.#loader = loader;
    this.#actions = actions;
    this.#gate = new Gate(store, (event) => {
      this.#cache.committed(event.ts, event.writes);
      this.#commits.tell(event);
    });
    const pool = new RealmPool(loader, () => this.#gate.isBusy);
    this.#deps = {
      pool,
      loader,
      handles: new Handles(store.handles),
      deploymentName,
      signingKey: new SigningKey(store.db),
    };
  }

  /** The code that runs now. Throws before `setCode`. */
  get code(): Code {
    if (!this.#code) throw new Error("No code was set.");
    return this.#code;
  }

  get deploymentName(): string {
    return this.#deps.deploymentName;
  }

  /** The key of the deployment's own tokens. */
  get signingKey(): SigningKey {
    return this.#deps.signingKey;
  }

  /** What runs queries and mutations, for metrics and tests. */
  get realms(): RealmPool {
    return this.#deps.pool;
  }

  get handles(): Handles {
    return this.#deps.handles;
  }

  /** Replaces the code; calls from now on run it, running ones end with theirs. Tells the `onCode` listeners. */
  setCode(code: Code): void {
    this.#code = code;
    this.#cache.clear();
    this.#deps.handles.reload();
    this.#preparing = Promise.all([...code.byPath.values()].map(({ modules }) => this.#loader.prepare(modules)));
    // Every call waits for it and reports what is wrong.
    this.#preparing.then(() => this.#deps.pool.codeChanged(code)).catch(() => undefined);
    this.#actions.codeChanged();
    this.#codes.tell();
  }

  /** The function at a path ("mod:fn") of a component, if there is one. */
  functionOf(componentPath: string, path: string): FunctionInfo | undefined {
    try {
      const { module, name } = parseFunctionPath(path);
      return this.#code?.byPath.get(componentPath)?.functions.get(`${module}:${name}`);
    } catch {
      return undefined;
    }
  }

  /**
   * Runs a query. Errors of user code and refused arguments are in the result; throws UserError for a function that
   * the caller cannot reach, and faults of the server.
   */
  async query(call: QueryCall): Promise<QueryOutcome> {
    const target = this.#find(call, "Query");
    const args = argsObject(call.args);
    const code = this.code;
    await this.#prepared(code);
    return this.#logged(call, target, async () => this.#cachedQuery(code, target, call, args));
  }

  /** Runs a query that is not among the functions of the deployment: `target` in `code`. Errors as for `query`. */
  async queryOf(code: Code, target: Target, call: QueryCall): Promise<QueryOutcome> {
    const args = argsObject(call.args);
    await this.#loader.prepare(target.instance.modules);
    return this.#logged(call, target, async () => this.#runQuery(code, target, call, args));
  }

  /** Runs a mutation; settles after its COMMIT. Errors as for `query`. */
  async mutation(call: MutationCall): Promise<MutationOutcome> {
    const target = this.#find(call, "Mutation");
    const args = argsObject(call.args);
    const code = this.code;
    await this.#prepared(code);
    return this.#logged(
      call,
      target,
      () =>
        new Promise((resolve, reject) => {
          this.#gate.enter(
            new MutationTask(
              this.#store,
              this.#deps,
              {
                code,
                target,
                call,
                args,
                newestCode: () => (this.#isPrepared(this.code) ? this.code : null),
                find: () => this.#find(call, "Mutation"),
              },
              { resolve, reject },
            ),
          );
        }),
    );
  }

  /** Runs an action to its end. Errors as for `query`. */
  async action(call: FunctionCall): Promise<ActionOutcome> {
    const target = this.#find(call, "Action");
    const args = argsObject(call.args);
    const code = this.code;
    await this.#prepared(code);
    return this.#logged(call, target, () => this.#runAction(code, target, call, args));
  }

  /** Runs the HTTP action whose route fits the request; 404 responses when there is none. */
  async httpAction(request: HttpActionRequest): Promise<HttpActionResponse> {
    const code = this.code;
    const route = routeRequest(code.root, request.method, new URL(request.url).pathname);
    if ("notFound" in route) return textResponse(404, route.notFound);
    await this.#prepared(code);
    const { instance, path } = route;
    const startedMs = Date.now();
    const syscalls = new CallSyscalls(this, { code, instance, fn: null, caller: request.caller });
    const modules = this.#loader.prepared(instance.modules)!;
    const response = await this.#actions.runHttp({
      code,
      instance,
      modules,
      syscalls,
      request,
      routePath: path,
      caller: request.caller,
    });
    const ended = (logLines: string[]): void => {
      syscalls.close();
      this.#executions.tell({
        udfType: "HttpAction",
        componentPath: instance.path,
        identifier: `${request.method} ${path}`,
        logLines,
        isCached: false,
        startedMs,
        durationMs: Date.now() - startedMs,
        error: null,
        caller: request.caller,
        environment: "isolate",
      });
    };
    response.logLines.then(ended, () => ended([]));
    return response;
  }

  /**
   * Runs `fn` in a transaction of its own through the gate, behind what came before it of the same `session`; settles
   * after the COMMIT. Rejects with what `fn` throws.
   */
  transact<T>(fn: (txn: Transaction) => T, session?: string): Promise<{ value: T; ts: bigint }> {
    return new Promise((resolve, reject) =>
      this.#gate.enter(new HostTask(this.#store, fn, { resolve, reject }, session)),
    );
  }

  /** Runs `fn` over what is committed, at once. */
  read<T>(fn: (txn: Transaction) => T): T {
    return fn(this.#beginQuery());
  }

  /** To be told of every commit that wrote something, before it is answered; gives what ends that. */
  onCommit(listener: (event: CommitEvent) => void): () => void {
    return this.#commits.add(listener);
  }

  /** To be told when the code, the schema or the environment was replaced. */
  onCode(listener: () => void): () => void {
    return this.#codes.add(listener);
  }

  /** To be told of every finished execution that clients, jobs or actions started. */
  onExecution(listener: (execution: Execution) => void): () => void {
    return this.#executions.add(listener);
  }

  /** Refuses new mutations, waits for those that run, and gives up what was made ahead. */
  async close(): Promise<void> {
    await this.#gate.close();
    this.#deps.pool.close();
    await this.#loader.close();
    if (this.#saveTimer) clearTimeout(this.#saveTimer);
    this.#saveCompiled();
  }

  #find(call: FunctionCall, wanted: FunctionInfo["udfType"]): Target {
    const { componentPath = "", path, caller, includeInternal = false } = call;
    const isTrusted = caller.admin || includeInternal;
    const instance = this.#code?.byPath.get(componentPath);
    const fn = this.functionOf(componentPath, path);
    const isVisible = isTrusted || (componentPath === "" && fn?.visibility === "public");
    if (!instance || !fn || !isVisible) throw isTrusted ? notThere(componentPath, path) : notPublic(path);
    if (fn.udfType !== wanted) throw wrongKind(fn, wanted);
    return { instance, fn };
  }

  /** Only waits when something has to be compiled, so that a call usually starts in the same turn. */
  async #prepared(code: Code): Promise<void> {
    this.#saveLater();
    if (!this.#isPrepared(code)) await this.#preparing;
  }

  #isPrepared(code: Code): boolean {
    return code.byPath.values().every(({ modules }) => this.#loader.prepared(modules) !== undefined);
  }

  #beginQuery(): Transaction {
    return new Transaction(this.#store, { kind: "query", nowMs: Date.now(), ts: this.#store.db.lastTs() });
  }

  /** Live queries share their runs by themselves; all others share results while nothing they read changes (F29). */
  #cachedQuery(code: Code, target: Target, call: QueryCall, given: JsonObject): QueryOutcome | Promise<QueryOutcome> {
    const { caller, componentPath = "", journal = null } = call;
    const argsText = caller.kind === "client" ? null : textOf(given);
    if (argsText === null) return this.#runQuery(code, target, call, given);
    const key = `${componentPath} ${target.fn.path} ${journal ?? ""} ${argsText}`;
    const identity = canonicalText([caller.identity, caller.invalidToken ?? null]);
    const known = this.#cache.find(key, identity, this.#store.db.lastTs());
    if (known) return known;
    const outcome = this.#runQuery(code, target, call, given);
    const keep = (found: QueryOutcome): QueryOutcome => {
      // One that took long may lie behind commits the cache no longer knows of.
      if (found.ts === this.#store.db.lastTs()) this.#cache.keep(key, identity, found);
      return found;
    };
    return outcome instanceof Promise ? outcome.then(keep) : keep(outcome);
  }

  #runQuery(code: Code, target: Target, call: QueryCall, given: JsonObject): QueryOutcome | Promise<QueryOutcome> {
    const newRun = () => new QueryRun(this.#deps, () => this.#beginQuery(), { code, target, call, given });
    const query = newRun();
    if (query.run()) return query.outcome();
    query.abandon();
    // It takes long, or waits for the event loop: once more, where the commits of others are watched.
    return new Promise((resolve, reject) => {
      this.#gate.enter(new QueryTask(newRun, () => this.#store.db.lastTs(), { resolve, reject }));
    });
  }

  async #runAction(code: Code, target: Target, { caller }: FunctionCall, given: JsonObject): Promise<ActionOutcome> {
    const { instance, fn } = target;
    const tables = this.#beginQuery().tableNames(instance.ns);
    const checked = resultOf(() => checkArgs(fn, given, tables, null));
    if (!checked.ok) return { result: checked, logLines: [] };
    const syscalls = new CallSyscalls(this, { code, instance, fn, caller });
    try {
      const modules = this.#loader.prepared(instance.modules)!;
      const outcome = await this.#actions.run({ code, instance, fn, args: checked.value, caller, modules, syscalls });
      const { result } = outcome;
      return result.ok ? { ...outcome, result: resultOf(() => checkResult(fn, result.value, tables)) } : outcome;
    } finally {
      syscalls.close();
    }
  }

  async #logged<T extends { result: Result; logLines: string[] }>(
    { caller, componentPath = "" }: FunctionCall,
    { fn }: Target,
    run: () => T | Promise<T>,
  ): Promise<T> {
    const startedMs = Date.now();
    const outcome = await run();
    if ("skipped" in outcome) return outcome;
    this.#executions.tell({
      udfType: fn.udfType,
      componentPath,
      identifier: displayFunctionPath(fn.path),
      logLines: outcome.logLines,
      isCached: "isCached" in outcome,
      startedMs,
      durationMs: Date.now() - startedMs,
      error: outcome.result.ok ? null : outcome.result.error,
      caller,
      environment: fn.environment,
    });
    return outcome;
  }

  #saveLater(): void {
    if (this.#saveTimer) return;
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = null;
      this.#saveCompiled();
    }, SAVE_CACHE_AFTER_MS).unref();
  }

  #saveCompiled(): void {
    for (const { modules } of this.#code?.byPath.values() ?? []) this.#loader.prepared(modules)?.saveCodeCache();
  }
}

function notThere(componentPath: string, path: string): UserError {
  const where = componentPath === "" ? "" : ` in component "${componentPath}"`;
  return new UserError(
    "FunctionNotFound",
    `Could not find function for '${path}'${where}. Did you forget to run \`npx convex dev\`?`,
    404,
  );
}

/** Equal for equal arguments; null for those that cannot be written, which the call refuses. */
function textOf(args: JsonObject): string | null {
  try {
    return canonicalText(args);
  } catch {
    return null;
  }
}

function textResponse(status: number, text: string): HttpActionResponse {
  const body = new Response(text).body;
  return { status, headers: [["content-type", "text/plain; charset=utf-8"]], body, logLines: Promise.resolve([]) };
}
