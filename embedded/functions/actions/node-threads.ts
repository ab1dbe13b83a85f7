/**
 * The threads for `"use node"` modules: one set of modules and variables has its own thread, replaced when either
 * changes.
 */
import type { Instance, ModuleSet } from "../code.ts";
import { sweepNodeModules, writeNodeModules, type NodeThreadData } from "./node-modules.ts";
import { threadEnv } from "./thread-env.ts";
import { ThreadGroup } from "./thread-group.ts";

export interface NodeThreadsOptions {
  cacheDir: string;
  projectDir: string | null;
  maxHeapMb: number;
  onStray: (level: string, text: string) => void;
}

/** Threads, and the name of the folder their modules are in. */
interface Threads {
  group: ThreadGroup;
  hash: string;
}

interface Generation extends Threads {
  modules: ModuleSet;
  env: string;
}

export class NodeThreads {
  readonly #options: NodeThreadsOptions;
  #current: Generation | null = null;
  /** Those that take no new calls and have not ended. */
  readonly #retiring = new Set<Threads>();

  constructor(options: NodeThreadsOptions) {
    this.#options = options;
  }

  /**
   * The threads that run the node modules of an instance with its variables. Modules are imported once per thread, so a
   * change of modules or variables means a new thread; calls on the old one end there.
   */
  groupFor({ modules, env }: Pick<Instance, "modules" | "env">): ThreadGroup {
    const envText = JSON.stringify(Object.entries(env).sort());
    if (this.#current?.modules === modules && this.#current.env === envText) return this.#current.group;
    const made = this.#make(modules, env);
    if (this.#current) this.#retire(this.#current);
    this.#current = { modules, env: envText, ...made };
    this.#sweep();
    return made.group;
  }

  /** Gives `use` a thread for these modules that nobody else sees; it ends with what `use` does. */
  async withThrowAway<T>(
    modules: ModuleSet,
    env: Record<string, string>,
    use: (group: ThreadGroup) => Promise<T>,
  ): Promise<T> {
    const made = this.#make(modules, env);
    this.#retiring.add(made);
    try {
      return await use(made.group);
    } finally {
      await made.group.close("it was no longer needed");
      this.#retiring.delete(made);
    }
  }

  /** Threads alive, those that end included, and calls placed on them. */
  load(): { threads: number; calls: number } {
    const all = [...this.#retiring, ...(this.#current ? [this.#current] : [])].map(({ group }) => group.load());
    return { threads: sum(all.map(({ threads }) => threads)), calls: sum(all.map(({ calls }) => calls)) };
  }

  #make(modules: ModuleSet, env: Record<string, string>): Threads {
    const files = [...modules.modules.values()].filter((module) => module.environment === "node");
    const { cacheDir, projectDir, maxHeapMb, onStray } = this.#options;
    const { dir, hash } = writeNodeModules(cacheDir, projectDir, files);
    const sourceMaps = new Map(
      files.flatMap(({ path, sourceMap }) => (sourceMap === null ? [] : [[path, sourceMap] as const])),
    );
    const workerData: NodeThreadData = { dir, sourceMaps };
    const script = new URL("./node-worker.ts", import.meta.url);
    const thread = { script, name: "node actions", env: threadEnv(env), workerData, maxHeapMb, onStray };
    return { group: new ThreadGroup({ size: 1, thread }), hash };
  }

  async close(reason: string): Promise<void> {
    const all = [...this.#retiring, ...(this.#current ? [this.#current] : [])];
    await Promise.all(all.map(({ group }) => group.close(reason)));
  }

  #retire(old: Generation): void {
    this.#retiring.add(old);
    old.group.retire();
    void old.group.drained().then(() => this.#retiring.delete(old));
  }

  #sweep(): void {
    const used = [...this.#retiring, ...(this.#current ? [this.#current] : [])];
    sweepNodeModules(this.#options.cacheDir, new Set(used.map(({ hash }) => hash)));
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
