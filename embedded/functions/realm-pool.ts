/**
 * Fresh realms ahead of need. Making one takes about half a millisecond and evaluating a module up to tens of them, so
 * both are done while nothing waits. A realm serves one call and is thrown away: nothing leaks from call to call.
 */
import { createHash } from "node:crypto";
import type { Code, Instance } from "./code.ts";
import type { Loader } from "./loader.ts";
import { createRealm, type Realm, type RealmPort } from "./realm/realm.ts";
import { runFor } from "./watchdog.ts";

/** Contexts without modules kept ready. */
const BLANK = 3;
/** Realms with an evaluated module kept ready in all, and per module at most. */
const MAX_READY = 120;
const MAX_PER_MODULE = 6;
/** Evaluating a module ahead of need may take this long, in ms. */
const IMPORT_BUDGET_MS = 4000;

function refuseImport(op: string): never {
  throw new Error(`Can't call ${op} while a module is imported. Please call it inside a function.`);
}

/** While modules are imported there is nothing to ask, and what they print belongs to no call. */
const importPort: RealmPort = {
  syscall: refuseImport,
  asyncSyscall: refuseImport,
  jsSyscall: refuseImport,
  log: () => undefined,
};

interface Ready {
  instance: Instance;
  module: string;
  realms: Realm[];
  /** How many to keep. */
  wanted: number;
}

export interface Lease {
  realm: Realm;
  /** The module is evaluated; otherwise the caller does it, within the limits of its call. */
  isLoaded: boolean;
}

export class RealmPool {
  readonly #loader: Loader;
  readonly #isBusy: () => boolean;
  #code: Code | null = null;
  #blank: Realm[] = [];
  /** Most recently used last. */
  #ready = new Map<string, Ready>();
  #refill: NodeJS.Immediate | NodeJS.Timeout | null = null;
  #closed = false;

  /** `isBusy` tells that calls wait, so that realms are made later. */
  constructor(loader: Loader, isBusy: () => boolean) {
    this.#loader = loader;
    this.#isBusy = isBusy;
  }

  /** Drops everything made for the former code, and makes ready the modules that were in use. */
  codeChanged(code: Code): void {
    const before = [...this.#ready.values()];
    this.#code = code;
    this.#ready = new Map();
    for (const {
      instance: { path },
      module,
      wanted,
    } of before) {
      const instance = code.byPath.get(path);
      if (instance?.modules.modules.has(module)) {
        this.#ready.set(keyOf(instance, module), { instance, module, realms: [], wanted });
      }
    }
    this.#schedule();
  }

  /** A realm for one call of a function in `module`, which must be prepared. */
  lease(code: Code, instance: Instance, module: string): Lease {
    const key = keyOf(instance, module);
    const ready = code === this.#code ? this.#use(key, instance, module) : undefined;
    this.#schedule();
    const made = ready?.realms.pop();
    if (made) return { realm: made, isLoaded: true };
    if (ready) ready.wanted = Math.min(MAX_PER_MODULE, ready.wanted + 1);
    return { realm: this.#fresh(code, instance), isLoaded: false };
  }

  close(): void {
    this.#closed = true;
    this.#blank = [];
    this.#ready.clear();
    if (this.#refill) clearImmediate(this.#refill as NodeJS.Immediate);
    if (this.#refill) clearTimeout(this.#refill as NodeJS.Timeout);
  }

  /** Number of realms that wait, for tests and measurements. */
  get size(): number {
    return this.#blank.length + this.#count();
  }

  #use(key: string, instance: Instance, module: string): Ready {
    const ready = this.#ready.get(key) ?? { instance, module, realms: [], wanted: 0 };
    this.#ready.delete(key);
    this.#ready.set(key, ready);
    return ready;
  }

  #fresh(code: Code, instance: Instance): Realm {
    const realm = this.#blank.pop() ?? blank();
    const seed = createHash("sha256").update(`import ${code.pushedAtMs}`).digest();
    realm.prepareFor({ env: instance.env, nowMs: code.pushedAtMs, seed });
    return realm;
  }

  #count(): number {
    let count = 0;
    for (const { realms } of this.#ready.values()) count += realms.length;
    return count;
  }

  /** One realm per turn of the event loop, and none while calls wait. */
  #schedule(): void {
    if (this.#refill || this.#closed) return;
    const run = () => {
      this.#refill = null;
      if (this.#closed) return;
      if (this.#isBusy()) {
        this.#refill = setTimeout(run, 2).unref();
        return;
      }
      if (this.#makeOne()) this.#schedule();
    };
    // Not unref'd: an idle event loop would sleep over it, and idle is just the time to work ahead.
    this.#refill = setImmediate(run);
  }

  /** Makes the realm that is needed most; false when there is nothing to do. */
  #makeOne(): boolean {
    return this.#makeLoaded() || this.#makeBlank();
  }

  #makeBlank(): boolean {
    if (this.#blank.length >= BLANK) return false;
    this.#blank.push(blank());
    return true;
  }

  #makeLoaded(): boolean {
    const code = this.#code;
    if (!code) return false;
    const lacking = [...this.#ready.values()].reverse().find(({ realms, wanted }) => realms.length < wanted);
    if (!lacking) return false;
    if (this.#count() >= MAX_READY && !this.#dropOldest(lacking)) return false;
    const { instance, module } = lacking;
    const modules = this.#loader.prepared(instance.modules);
    if (!modules) return false;
    const realm = this.#fresh(code, instance);
    try {
      const isInTime = runFor(IMPORT_BUDGET_MS, () => void realm.load(modules, module));
      if (isInTime) lacking.realms.push(realm);
      else lacking.wanted = 0;
    } catch {
      // The next call evaluates the module itself and reports what it throws.
      lacking.wanted = 0;
    }
    return true;
  }

  /** Gives up a realm of the module that was not used for longest; false when that is the one in need. */
  #dropOldest(lacking: Ready): boolean {
    const oldest = this.#ready.values().find(({ realms }) => realms.length > 0);
    if (!oldest || oldest === lacking) return false;
    oldest.realms.pop();
    oldest.wanted = oldest.realms.length;
    return true;
  }
}

function blank(): Realm {
  return createRealm({
    mode: "transaction",
    env: {},
    nowMs: 0,
    seed: new Uint8Array(32),
    port: importPort,
    name: "convex",
  });
}

function keyOf(instance: Instance, module: string): string {
  return `${instance.path}|${module}`;
}
