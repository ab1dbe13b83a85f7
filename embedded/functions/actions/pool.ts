/**
 * Runs actions in worker threads, so that neither their evaluation nor a loop in them holds up a transaction.
 * Functions of the default runtime share a few threads, each call in a realm of its own; `"use node"` modules have a
 * thread of their own.
 */
import { join } from "node:path";
import { FILES_FOLDER } from "../../files/receive.ts";
import { MAX_ACTION_MS, MAX_NODE_ACTION_MS } from "../../values/limits.ts";
import type { ActionCall, ActionPool, ActionScope, HttpCall } from "../action-port.ts";
import type { ActionOutcome, HttpActionResponse, Result } from "../call-types.ts";
import type { ModuleSet } from "../code.ts";
import type { NodeFunction } from "./analyze-exports.ts";
import { HostCall } from "./host-call.ts";
import { HttpHostCall } from "./http-call.ts";
import { analyzeNodeModules } from "./node-analysis.ts";
import { NodeThreads } from "./node-threads.ts";
import type { ActionTarget, HttpTarget, StartMessage } from "./protocol.ts";
import { ThreadGroup } from "./thread-group.ts";
import { threadEnv } from "./thread-env.ts";

export interface PoolOptions {
  /** Where `node-modules-cache` and `files` are kept. */
  dataDir: string;
  /** External packages of node modules are resolved from here; null for none. */
  projectDir: string | null;
  /** Threads for the default runtime. Default 2. */
  threads?: number;
  /** Heap limit of a thread in MiB; an action that exceeds it ends its thread. Default 512. */
  maxHeapMb?: number;
  /** Time limits in ms. */
  maxActionMs?: number;
  maxNodeActionMs?: number;
  /** See `GroupOptions`. */
  maxSilentMs?: number;
  /** How long a thread may ignore that a call's time is over before it is ended, in ms. Default 2000. */
  graceMs?: number;
  /** Log lines of code that runs outside of any call. Default: standard error. */
  onStray?: (line: string) => void;
}

/** Two threads that load at once take the processor from the first calls after a start, ms. */
const WARM_AFTER_MS = 250;

export class WorkerPool implements ActionPool {
  #warming: NodeJS.Timeout | undefined;
  readonly #isolates: ThreadGroup;
  readonly #node: NodeThreads;
  readonly #onFault: (error: unknown) => void;
  readonly #filesDir: string;
  readonly #limits: { isolate: number; node: number; grace: number };
  #nextCall = 1;
  #isClosed = false;

  /** Starts nothing yet: threads come with the first code or call. */
  constructor(options: PoolOptions) {
    const maxHeapMb = options.maxHeapMb ?? 512;
    const say = options.onStray ?? ((line: string) => void process.stderr.write(`${line}\n`));
    const onStray = (level: string, text: string): void => say(`[${level}] ${text}`);
    this.#onFault = (error) =>
      onStray("ERROR", `A syscall of an action failed: ${error instanceof Error ? error.stack : String(error)}`);
    this.#limits = {
      isolate: options.maxActionMs ?? MAX_ACTION_MS,
      node: options.maxNodeActionMs ?? MAX_NODE_ACTION_MS,
      grace: options.graceMs ?? 2000,
    };
    this.#isolates = new ThreadGroup({
      size: options.threads ?? 2,
      ...(options.maxSilentMs === undefined ? {} : { maxSilentMs: options.maxSilentMs }),
      thread: {
        script: new URL("./isolate-worker.ts", import.meta.url),
        name: "actions",
        env: threadEnv({}),
        workerData: null,
        maxHeapMb,
        onStray,
      },
    });
    this.#filesDir = join(options.dataDir, FILES_FOLDER);
    const cacheDir = join(options.dataDir, "node-modules-cache");
    this.#node = new NodeThreads({ cacheDir, projectDir: options.projectDir, maxHeapMb, onStray });
  }

  run(call: ActionCall): Promise<ActionOutcome> {
    const { fn, args } = call;
    const target: ActionTarget = { kind: "action", module: fn.module, name: fn.name, args: JSON.stringify([args]) };
    const isNode = fn.environment === "node";
    return new Promise((resolve) => {
      const running: HostCall = new HostCall(
        call,
        this.#start(call, target, isNode),
        (done) => {
          const result: Result =
            "error" in done ? { ok: false, error: done.error } : { ok: true, value: JSON.parse(done.value ?? "null") };
          resolve({ result, logLines: running.logLines });
          over();
        },
        this.#onFault,
      );
      const group = isNode ? this.#node.groupFor(call.instance) : this.#isolates;
      const over = this.#place(running, group, isNode ? this.#limits.node : this.#limits.isolate);
    });
  }

  runHttp(call: HttpCall): Promise<HttpActionResponse> {
    const { method, url, headers, body } = call.request;
    const target: HttpTarget = {
      kind: "http",
      routePath: call.routePath,
      method,
      url,
      headers,
      hasBody: body !== null,
    };
    const running: HttpHostCall = new HttpHostCall(call, this.#start(call, target, false), () => over(), this.#onFault);
    const over = this.#place(running, this.#isolates, this.#limits.isolate);
    return running.response;
  }

  /**
   * The functions of the `"use node"` modules `paths` of a set, imported with the variables `env`; see
   * `node-analysis.ts`.
   */
  analyzeNode(set: ModuleSet, paths: string[], env: Record<string, string>): Promise<Map<string, NodeFunction[]>> {
    return this.#node.withThrowAway(set, env, (group) => analyzeNodeModules(group, paths));
  }

  /** Threads alive, and calls that wait for one or run. */
  load(): { threads: number; running: number } {
    const [isolates, node] = [this.#isolates.load(), this.#node.load()];
    return { threads: isolates.threads + node.threads, running: isolates.calls + node.calls };
  }

  /** Starts threads ahead of need, after the first calls had their turn; a call that comes sooner starts one itself. */
  codeChanged(): void {
    clearTimeout(this.#warming);
    this.#warming = setTimeout(() => {
      if (!this.#isClosed) this.#isolates.warm();
    }, WARM_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#warming);
    const reason = "the server is shutting down";
    await Promise.all([this.#isolates.close(reason), this.#node.close(reason)]);
  }

  #start(call: ActionScope, target: StartMessage["target"], isNode: boolean): StartMessage {
    if (this.#isClosed) throw new Error("The server is shutting down.");
    return {
      t: "start",
      call: this.#nextCall++,
      claim: new SharedArrayBuffer(4),
      requestId: call.caller.requestId,
      filesDir: this.#filesDir,
      code: isNode
        ? null
        : { manifest: call.modules.manifest(), env: call.instance.env, pushedAtMs: call.code.pushedAtMs },
      target,
    };
  }

  /** Gives the call a thread, and its time once it has begun; the returned function ends the latter. */
  #place(call: HostCall, group: ThreadGroup, limitMs: number): () => void {
    let limit: NodeJS.Timeout | undefined;
    call.onBegun = () => {
      limit = setTimeout(() => {
        const seconds = Math.round(limitMs / 1000);
        call.finish({ error: { message: `Function execution timed out (maximum duration: ${seconds}s)` } });
        group.stop(call, this.#limits.grace);
      }, limitMs).unref();
    };
    call.post = (message) => group.post(call, message);
    group.submit(call);
    return () => clearTimeout(limit);
  }
}
