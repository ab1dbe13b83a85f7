/**
 * A throw-away global scope in which pushed modules are imported and looked at. Nothing of it survives the push; user
 * code that never ends is stopped, and what it throws becomes a text.
 */
import { Script } from "node:vm";
import type { ModuleSet } from "../functions/code.ts";
import type { Loader } from "../functions/loader.ts";
import { runFor } from "../functions/watchdog.ts";
import { UserError } from "../values/errors.ts";
import { createRealm, type Realm } from "../functions/realm/realm.ts";

/** User code may take this long to import one module, in ms. */
const IMPORT_BUDGET_MS = 4000;
const MAX_LOG_LINES = 100;

/** What user code threw while it was imported or inspected: `text` as shown, `logs` what it logged before. */
export class UserCodeError extends Error {
  readonly text: string;
  readonly logs: string[];
  constructor(text: string, logs: string[]) {
    super(text);
    this.text = text;
    this.logs = logs;
  }
}

/** What a scope is made of. */
export interface AnalysisScope {
  loader: Loader;
  set: ModuleSet;
  env: Record<string, string>;
  /** Time and seed of the import phase: the same until the next server version, so a push is repeatable. */
  nowMs: number;
  seed: Uint8Array;
  name: string;
}

type Prepared = Awaited<ReturnType<Loader["prepare"]>>;

/** One scope with the modules of one definition. Host code inside `guarded` may touch what the modules export. */
export class AnalysisRealm {
  readonly #realm: Realm;
  readonly #modules: Prepared;
  readonly #logs: string[];

  private constructor(realm: Realm, modules: Prepared, logs: string[]) {
    this.#realm = realm;
    this.#modules = modules;
    this.#logs = logs;
  }

  /** Prepares the modules and makes the scope. Throws the loader's UserError for code that cannot be loaded at all. */
  static async open(scope: AnalysisScope): Promise<AnalysisRealm> {
    const modules = await scope.loader.prepare(scope.set);
    const logs: string[] = [];
    const realm = createRealm({
      mode: "analysis",
      env: scope.env,
      nowMs: scope.nowMs,
      seed: scope.seed,
      name: scope.name,
      port: {
        syscall: refused,
        asyncSyscall: refused,
        jsSyscall: refused,
        log: (level, text) => {
          logs.push(`[${level}] ${text}`);
          if (logs.length > MAX_LOG_LINES) logs.shift();
        },
      },
    });
    return new AnalysisRealm(realm, modules, logs);
  }

  /** Imports a module and gives its exports to `look`, both within the budget. Throws UserCodeError. */
  inspect<T>(path: string, look: (exports: Record<string, unknown>) => T): T {
    return this.#guarded(() => {
      const exports = this.#realm.load(this.#modules, path) as Record<string, unknown>;
      return look(exports);
    });
  }

  /** Runs a script's text inside the scope, before modules are imported. */
  evaluate(code: string): unknown {
    return new Script(code).runInContext(this.#realm.context);
  }

  dispose(): void {
    this.#realm.dispose();
  }

  #guarded<T>(run: () => T): T {
    let result: { value: T } | undefined;
    let thrown: { error: unknown } | undefined;
    const isOver = runFor(IMPORT_BUDGET_MS, () => {
      try {
        result = { value: run() };
      } catch (error) {
        thrown = { error };
      }
    });
    if (!isOver) throw new UserCodeError(`Importing took longer than ${IMPORT_BUDGET_MS / 1000} seconds.`, this.#logs);
    if (result) return result.value;
    if (thrown?.error instanceof UserError) throw thrown.error;
    throw new UserCodeError(this.#realm.describe(thrown?.error).message, this.#logs);
  }
}

function refused(op: string): never {
  throw new Error(`Can't use ${op} while a module is imported: call it from inside a function.`);
}
