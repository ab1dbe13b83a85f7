/**
 * Pushed code is imported in a thread of its own, so that a module that loops or takes all memory holds up nobody but its
 * push (P5). The thread is started by the first push and ends when there was none for a while.
 */
import { Worker } from "node:worker_threads";
import type { AnalysisDeps } from "./analyze.ts";
import {
  outcomeOf,
  valueOf,
  type AnalysisWorkerData,
  type FromAnalysis,
  type Outcome,
  type ToAnalysis,
} from "./analysis-messages.ts";
import type { AnalysisTasks } from "./analysis-tasks.ts";
import { pushError } from "./errors.ts";

export interface AnalysisThreadOptions extends AnalysisWorkerData {
  /** Imports "use node" modules, in yet another thread. */
  analyzeNode: AnalysisDeps["analyzeNode"];
}

/** How long the thread waits for the next push, in ms. */
const IDLE_MS = 30_000;
const MAX_HEAP_MB = 512;

type Args<K extends keyof AnalysisTasks> = Parameters<AnalysisTasks[K]>;

export class AnalysisThread implements AnalysisTasks {
  readonly #options: AnalysisThreadOptions;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #lastId = 0;

  constructor(options: AnalysisThreadOptions) {
    this.#options = options;
  }

  analyze(...args: Args<"analyze">): ReturnType<AnalysisTasks["analyze"]> {
    return this.#ask("analyze", args);
  }

  schemas(...args: Args<"schemas">): ReturnType<AnalysisTasks["schemas"]> {
    return this.#ask("schemas", args);
  }

  auth(...args: Args<"auth">): ReturnType<AnalysisTasks["auth"]> {
    return this.#ask("auth", args);
  }

  defaultFunction(...args: Args<"defaultFunction">): ReturnType<AnalysisTasks["defaultFunction"]> {
    return this.#ask("defaultFunction", args);
  }

  /** Ends the thread; what it was asked is refused. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#refuseAll("the server is shutting down");
  }

  async #ask<T>(task: keyof AnalysisTasks, args: unknown[]): Promise<T> {
    if (this.#idle) clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(id, resolve));
    worker.postMessage({ t: "task", id, task, args } satisfies ToAnalysis);
    return valueOf(await outcome) as T;
  }

  #start(): Worker {
    const { cacheDir, projectDir } = this.#options;
    const worker = new Worker(new URL("./analysis-worker.ts", import.meta.url), {
      name: "push analysis",
      workerData: { cacheDir, projectDir } satisfies AnalysisWorkerData,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    let why = "it ended by itself";
    worker.on("message", (message: FromAnalysis) => void this.#receive(worker, message));
    worker.on("error", (error: Error & { code?: string }) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      why = isMemory ? `it took more than ${MAX_HEAP_MB} MB of memory` : error.message;
    });
    worker.on("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#refuseAll(why);
    });
    return worker;
  }

  async #receive(worker: Worker, message: FromAnalysis): Promise<void> {
    if (message.t === "node") {
      const { id, set, paths, env } = message;
      const outcome = await outcomeOf(() => this.#options.analyzeNode(set, paths, env));
      worker.postMessage({ t: "node", id, outcome } satisfies ToAnalysis);
      return;
    }
    this.#waiting.get(message.id)?.(message.outcome);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  #refuseAll(why: string): void {
    const { code, message, httpStatus } = pushError("InvalidModules", `Importing the pushed modules was given up: ${why}.`);
    for (const refuse of this.#waiting.values()) refuse({ ok: false, code, message, httpStatus });
    this.#waiting.clear();
  }
}
