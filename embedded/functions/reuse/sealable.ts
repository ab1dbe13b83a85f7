/**
 * Makes the sealable form of modules (`instrument.ts`) on disk, ahead of need and beside the running server: the
 * compiler lowers what analysis cannot see through, a thread of its own analyses.
 */
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { type PreparedModules, writeWhole } from "../prepared-modules.ts";
import type { Instrumented } from "./instrument.ts";

/** The thread ends after this much idle time, in ms. */
const IDLE_MS = 5000;

export class SealableForms {
  #thread: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  /** Files that are being made or were found, by base. */
  readonly #made = new Map<string, Promise<string | null>>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Makes the sealable form of a module and all it imports. Null when it is there, else why it cannot be.
   * The plain form must be there (`Loader.prepare`).
   */
  async make(modules: PreparedModules, path: string): Promise<string | null> {
    for (const each of importsOf(modules, path)) {
      const base = modules.fileOf(each);
      let made = this.#made.get(base);
      if (!made) {
        made = this.#make(base);
        this.#made.set(base, made);
        made.catch(() => this.#made.delete(base));
      }
      const refused = await made;
      if (refused !== null) return `${each}: ${refused}`;
    }
    return null;
  }

  /** Ends the thread; who asks from now on gets another. An analysis under way fails. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
  }

  async #make(base: string): Promise<string | null> {
    if (existsSync(`${base}.sealable.js`)) return null;
    if (existsSync(`${base}.sealable.refused`)) return readFileSync(`${base}.sealable.refused`, "utf8");
    const lowered = await lower(readFileSync(`${base}.js`, "utf8"), `${base}.js.map`);
    const answer = await this.#analyse(lowered.code);
    if ("refused" in answer) {
      writeWhole(`${base}.sealable.refused`, answer.refused);
      return answer.refused;
    }
    writeWhole(`${base}.sealable.lowered.js.map`, lowered.map);
    writeWhole(`${base}.sealable.js.map`, answer.map);
    writeWhole(`${base}.sealable.js`, answer.code);
    return null;
  }

  /** One at a time: answers come in the order of the questions. */
  #analyse(code: string): Promise<Instrumented> {
    const answer = this.#last.then(async () => {
      if (this.#idle) clearTimeout(this.#idle);
      const thread = (this.#thread ??= this.#startThread());
      const reply = answerOf(thread);
      thread.postMessage(code);
      const instrumented = await reply;
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      return instrumented;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  #startThread(): Worker {
    const thread = new Worker(new URL("./instrument-thread.ts", import.meta.url));
    thread.unref();
    const forget = () => {
      if (this.#thread === thread) this.#thread = null;
    };
    // One that dies of a module is asked nothing more; it tells so before it has ended.
    thread.once("error", forget).once("exit", forget);
    return thread;
  }
}

/** What a thread answers next. Throws where it ends before. */
async function answerOf(thread: Worker): Promise<Instrumented> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(thread, "exit", { signal }).then(() => Promise.reject(new Error("The analysis was ended.")));
  try {
    const [instrumented] = (await Promise.race([once(thread, "message", { signal }), ended])) as [Instrumented];
    return instrumented;
  } finally {
    over.abort();
  }
}

/** The module and everything it may load, itself first. */
function importsOf(modules: PreparedModules, path: string): Set<string> {
  const found = new Set([path]);
  for (const each of found) {
    const code = readFileSync(`${modules.fileOf(each)}.js`, "utf8");
    for (const [, specifier = ""] of code.matchAll(/\brequire\("([^"]+)"\)/g)) {
      const imported = modules.resolve(each, specifier);
      if (imported !== null) found.add(imported);
    }
  }
  return found;
}

/** Class fields, private names and static blocks become code that shows its state in variables and weak maps. */
async function lower(commonJs: string, mapFile: string): Promise<{ code: string; map: string }> {
  const { transform } = await import("esbuild");
  const map = existsSync(mapFile) ? readFileSync(mapFile).toString("base64") : "";
  const comment = map === "" ? "" : `\n//# sourceMappingURL=data:application/json;base64,${map}\n`;
  return transform(`${commonJs}${comment}`, {
    target: "node24",
    platform: "neutral",
    supported: {
      "class-field": false,
      "class-static-field": false,
      "class-static-blocks": false,
      "class-private-field": false,
      "class-private-static-field": false,
      "class-private-method": false,
      "class-private-static-method": false,
      "class-private-accessor": false,
      "class-private-static-accessor": false,
      "class-private-brand-check": false,
    },
    sourcefile: "module.js",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  });
}
