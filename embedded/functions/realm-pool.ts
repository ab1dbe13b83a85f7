/**
 * Realms ahead of need. Making one takes about a millisecond and evaluating a module up to tens of them, so both are
 * done while nothing waits.
 *
 * A **fresh** realm serves one call and is thrown away. Modules that are called again and again get **sealed** realms,
 * which serve one call after the other: after each, everything the call changed is put back (`realm/in-realm/seal.js`).
 * Where that cannot be shown to work for a module or a function, it goes on with fresh ones.
 */
import { createHash } from "node:crypto";
import type { Code, Instance } from "./code.ts";
import { relieveHeap } from "./heap.ts";
import type { Loader } from "./loader.ts";
import { createRealm, type Realm, type RealmPort } from "./realm/realm.ts";
import { runFor } from "./watchdog.ts";

/** Contexts without modules kept ready. */
const BLANK = 3;
/** For so long after it was made (ms) the pool makes one context only: what a start waits for comes first. */
const START_MS = 250;
/** Fresh realms with an evaluated module kept ready in all, and per module at most. */
const MAX_READY = 120;
const MAX_PER_MODULE = 6;
/** Sealed realms in all; per module as many as ever ran at once, at most this many. */
const MAX_SEALED = 80;
const MAX_SEALED_PER_MODULE = 4;
/** A module that is called this often is worth sealing. */
const WORTH_SEALING = 4;
/** A function that could not be put back this often gets fresh realms from then on. */
const MAX_FAILURES = 2;
/** After so many realms that were thrown away the heap is looked at. */
const RELIEF_EVERY = 16;
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

/** What the sealed realms of a module are about. */
type Sealing =
  | { state: "untried"; uses: number }
  | { state: "preparing" }
  | { state: "ready"; wanted: number; realms: Realm[]; inUse: number }
  | { state: "impossible"; why: string };

interface ModuleRealms {
  instance: Instance;
  module: string;
  fresh: Realm[];
  /** How many fresh ones to keep. */
  wanted: number;
  sealing: Sealing;
  /** Functions that left something behind, or noticed the sealing: how often. */
  failures: Map<string, number>;
}

export interface Lease {
  realm: Realm;
  /** The module is evaluated; otherwise the caller does it, within the limits of its call. */
  isLoaded: boolean;
  /** To be given back with `giveBack`. */
  owner: { of: ModuleRealms; fn: string } | null;
}

/** A sealed realm whose call has ended. */
interface UsedRealm {
  realm: Realm;
  of: ModuleRealms;
  fn: string;
}

/** How sealed realms fare, for measurements and metrics. */
export interface PoolCounts {
  fresh: number;
  sealed: number;
  /** Calls so far in fresh and sealed realms, and those that were repeated because they noticed the sealing. */
  freshCalls: number;
  sealedCalls: number;
  repeated: number;
}

export class RealmPool {
  readonly #loader: Loader;
  readonly #isBusy: () => boolean;
  #code: Code | null = null;
  #blank: Realm[] = [];
  /** Sealed ones whose calls have ended, to be put back. */
  readonly #used: UsedRealm[] = [];
  #restoring: NodeJS.Immediate | null = null;
  readonly #madeAtMs = performance.now();
  /** Most recently used last. */
  #modules = new Map<string, ModuleRealms>();
  #refill: NodeJS.Immediate | NodeJS.Timeout | null = null;
  #closed = false;
  #freshCalls = 0;
  #sealedCalls = 0;
  #repeated = 0;
  #thrownAway = 0;

  /** `isBusy` tells that calls wait, so that realms are made later. */
  constructor(loader: Loader, isBusy: () => boolean) {
    this.#loader = loader;
    this.#isBusy = isBusy;
  }

  /** Drops everything made for the former code, and makes ready the modules that were in use. */
  codeChanged(code: Code): void {
    const before = [...this.#modules.values()];
    this.#code = code;
    this.#modules = new Map();
    for (const former of before) {
      this.#letGo(...former.fresh);
      const { sealing } = former;
      former.sealing = { state: "untried", uses: sealing.state === "untried" ? sealing.uses : WORTH_SEALING };
      if (sealing.state === "ready") this.#letGo(...sealing.realms);
      const instance = code.byPath.get(former.instance.path);
      if (!instance?.modules.modules.has(former.module)) continue;
      this.#modules.set(keyOf(instance, former.module), {
        ...emptyModule(instance, former.module),
        wanted: former.wanted,
        sealing: { ...former.sealing },
      });
    }
    this.#schedule();
  }

  /**
   * A realm for one call of a function in `module`, which must be prepared. `fresh`: one that never served a call; for
   * a call that is repeated because its outcome in a sealed realm did not count.
   */
  lease(code: Code, instance: Instance, module: string, fn: string, fresh = false): Lease {
    const of = code === this.#code ? this.#use(instance, module) : undefined;
    this.#schedule();
    const sealed = of && !fresh ? this.#leaseSealed(of, fn) : null;
    if (sealed) return sealed;
    this.#freshCalls++;
    const made = of?.fresh.pop();
    if (made) return { realm: made, isLoaded: true, owner: null };
    if (of && of.sealing.state !== "ready") of.wanted = Math.min(MAX_PER_MODULE, of.wanted + 1);
    return { realm: this.#fresh(code, instance), isLoaded: false, owner: null };
  }

  /** The call of a lease has ended: a sealed realm is put back and may serve the next, after its caller was answered. */
  giveBack({ realm, owner }: Lease): void {
    if (!owner) {
      this.#letGo(realm);
      return;
    }
    realm.end();
    this.#used.push({ realm, ...owner });
    this.#restoring ??= setImmediate(() => {
      this.#restoring = null;
      this.#restore(this.#used.splice(0));
    });
  }

  #restore(used: readonly UsedRealm[]): void {
    for (const { realm, of, fn } of used) {
      const isRestored = realm.restore();
      if (!isRestored) {
        this.#letGo(realm);
        of.failures.set(fn, (of.failures.get(fn) ?? 0) + 1);
      }
      this.#ended(of, isRestored ? realm : null);
    }
  }

  /** The call of a lease was stopped in the middle, or its outcome does not count because it noticed the sealing. */
  discard({ realm, owner }: Lease): void {
    const { isTainted } = realm;
    this.#letGo(realm);
    if (!owner) return;
    const { of, fn } = owner;
    if (isTainted) {
      this.#repeated++;
      of.failures.set(fn, MAX_FAILURES);
    }
    this.#ended(of, null);
  }

  #letGo(...realms: readonly Realm[]): void {
    for (const realm of realms) {
      realm.letGo();
      this.#thrownAway++;
      if (this.#thrownAway % RELIEF_EVERY === 0) setImmediate(relieveHeap);
    }
  }

  #ended({ sealing }: ModuleRealms, realm: Realm | null): void {
    if (sealing.state !== "ready") {
      if (realm) this.#letGo(realm);
      return;
    }
    sealing.inUse--;
    if (realm && !this.#closed) sealing.realms.push(realm);
    else this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#blank = [];
    this.#modules.clear();
    this.#used.splice(0);
    if (this.#restoring) clearImmediate(this.#restoring);
    if (this.#refill) clearImmediate(this.#refill as NodeJS.Immediate);
    if (this.#refill) clearTimeout(this.#refill as NodeJS.Timeout);
  }

  get counts(): PoolCounts {
    return {
      fresh: this.#blank.length + this.#count("fresh"),
      sealed: this.#count("sealed"),
      freshCalls: this.#freshCalls,
      sealedCalls: this.#sealedCalls,
      repeated: this.#repeated,
    };
  }

  /** A module's sealable form is being made, or a sealed realm is about to be. */
  get isPreparing(): boolean {
    return this.#modules
      .values()
      .some(
        ({ sealing }) =>
          sealing.state === "preparing" ||
          (sealing.state === "untried" && sealing.uses >= WORTH_SEALING) ||
          (sealing.state === "ready" && sealing.realms.length + sealing.inUse < sealing.wanted),
      );
  }

  /** Modules in use that go without sealed realms, and why. */
  get unsealed(): { module: string; why: string }[] {
    return [...this.#modules].flatMap(([key, { sealing, failures }]) => [
      ...(sealing.state === "impossible" ? [{ module: key, why: sealing.why }] : []),
      ...[...failures].map(([fn, count]) => ({ module: `${key}:${fn}`, why: `not put back ${count} times` })),
    ]);
  }

  #use(instance: Instance, module: string): ModuleRealms {
    const key = keyOf(instance, module);
    const realms = this.#modules.get(key) ?? emptyModule(instance, module);
    this.#modules.delete(key);
    this.#modules.set(key, realms);
    return realms;
  }

  #leaseSealed(of: ModuleRealms, fn: string): Lease | null {
    const { sealing } = of;
    if (sealing.state === "untried") sealing.uses++;
    if (sealing.state !== "ready") return null;
    if (sealing.realms.length === 0) {
      const own = this.#used.findIndex((used) => used.of === of);
      if (own >= 0) this.#restore(this.#used.splice(own, 1));
    }
    // That one could not be put back may have been the last time this function is trusted with it.
    if ((of.failures.get(fn) ?? 0) >= MAX_FAILURES) return null;
    const realm = sealing.realms.pop();
    if (!realm) {
      sealing.wanted = Math.min(MAX_SEALED_PER_MODULE, Math.max(sealing.wanted, sealing.inUse + 1));
      return null;
    }
    sealing.inUse++;
    this.#sealedCalls++;
    return { realm, isLoaded: true, owner: { of, fn } };
  }

  #fresh(code: Code, instance: Instance): Realm {
    const realm = this.#blank.pop() ?? blank();
    realm.prepareFor(importOf(code, instance));
    return realm;
  }

  #count(kind: "fresh" | "sealed"): number {
    let count = 0;
    for (const { fresh, sealing } of this.#modules.values()) {
      if (kind === "fresh") count += fresh.length;
      else if (sealing.state === "ready") count += sealing.realms.length + sealing.inUse;
    }
    return count;
  }

  /** One realm per turn of the event loop; while calls wait only sealed ones, which shorten the wait. */
  #schedule(): void {
    if (this.#refill || this.#closed) return;
    const run = () => {
      this.#refill = null;
      if (this.#closed) return;
      if (this.#makeSealed()) {
        this.#schedule();
        return;
      }
      if (this.#isBusy()) {
        this.#refill = setTimeout(run, 2).unref();
        return;
      }
      if (this.#makeOne()) this.#schedule();
    };
    // Not unref'd: an idle event loop would sleep over it, and idle is just the time to work ahead.
    this.#refill = setImmediate(run);
  }

  /** Makes the fresh realm that is needed most; false when there is nothing to do. */
  #makeOne(): boolean {
    return this.#makeLoaded() || this.#makeBlank();
  }

  #makeBlank(): boolean {
    const isStarting = this.#blank.length > 0 && performance.now() - this.#madeAtMs < START_MS;
    if (this.#blank.length >= BLANK || isStarting) return false;
    this.#blank.push(blank());
    return true;
  }

  #makeSealed(): boolean {
    const code = this.#code;
    if (!code) return false;
    for (const of of [...this.#modules.values()].reverse()) {
      const { sealing } = of;
      if (sealing.state === "untried" && sealing.uses >= WORTH_SEALING) this.#prepareSealing(of);
      if (sealing.state !== "ready" || sealing.realms.length + sealing.inUse >= sealing.wanted) continue;
      if (this.#count("sealed") >= MAX_SEALED && !this.#dropOldestSealed(of)) continue;
      this.#seal(code, of, sealing);
      return true;
    }
    return false;
  }

  #prepareSealing(of: ModuleRealms): void {
    of.sealing = { state: "preparing" };
    this.#loader.makeSealable(of.instance.modules, of.module).then(
      (refused) => {
        of.sealing =
          refused === null ? { state: "ready", wanted: 1, realms: [], inUse: 0 } : { state: "impossible", why: refused };
        this.#schedule();
      },
      (error: unknown) => {
        of.sealing = { state: "impossible", why: String(error) };
      },
    );
  }

  #seal(code: Code, of: ModuleRealms, sealing: Sealing & { state: "ready" }): void {
    const modules = this.#loader.prepared(of.instance.modules);
    if (!modules) return;
    const realm = createRealm({ mode: "transaction", port: importPort, name: "convex", reusable: true, ...importOf(code, of.instance) });
    let obstacle: string | null = "evaluating it takes too long";
    try {
      runFor(IMPORT_BUDGET_MS, () => {
        realm.load(modules, of.module);
        obstacle = realm.seal();
      });
    } catch (error) {
      obstacle = String(error);
    }
    if (obstacle === null) {
      sealing.realms.push(realm);
      // From now on only functions that cannot be trusted with a sealed realm ask for fresh ones.
      this.#letGo(...of.fresh.splice(0));
      of.wanted = 0;
    } else of.sealing = { state: "impossible", why: obstacle };
  }

  #makeLoaded(): boolean {
    const code = this.#code;
    if (!code) return false;
    const lacking = [...this.#modules.values()].reverse().find(({ fresh, wanted }) => fresh.length < wanted);
    if (!lacking) return false;
    if (this.#count("fresh") >= MAX_READY && !this.#dropOldest(lacking)) return false;
    const { instance, module } = lacking;
    const modules = this.#loader.prepared(instance.modules);
    if (!modules) return false;
    const realm = this.#fresh(code, instance);
    try {
      const isInTime = runFor(IMPORT_BUDGET_MS, () => void realm.load(modules, module));
      if (isInTime) lacking.fresh.push(realm);
      else lacking.wanted = 0;
    } catch {
      // The next call evaluates the module itself and reports what it throws.
      lacking.wanted = 0;
    }
    return true;
  }

  /** Gives up a fresh realm of the module that was not used for longest; false when that is the one in need. */
  #dropOldest(lacking: ModuleRealms): boolean {
    const oldest = this.#modules.values().find(({ fresh }) => fresh.length > 0);
    if (!oldest || oldest === lacking) return false;
    this.#letGo(...oldest.fresh.splice(-1));
    oldest.wanted = oldest.fresh.length;
    return true;
  }

  /** The same for sealed ones: the module begins anew when it is called again. */
  #dropOldestSealed(lacking: ModuleRealms): boolean {
    const oldest = this.#modules.values().find(({ sealing }) => sealing.state === "ready" && sealing.realms.length > 0);
    if (!oldest || oldest === lacking || oldest.sealing.state !== "ready") return false;
    this.#letGo(...oldest.sealing.realms);
    oldest.sealing = { state: "untried", uses: 0 };
    return true;
  }
}

function emptyModule(instance: Instance, module: string): ModuleRealms {
  return { instance, module, fresh: [], wanted: 0, sealing: { state: "untried", uses: 0 }, failures: new Map() };
}

/** What modules see while they are imported: the same in every realm of a push. */
function importOf(code: Code, instance: Instance) {
  const seed = createHash("sha256").update(`import ${code.pushedAtMs}`).digest();
  return { env: instance.env, nowMs: code.pushedAtMs, seed };
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
