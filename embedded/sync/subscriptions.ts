import type { ReadSet, WriteEntry } from "../storage/read-set.ts";
import { canonicalText, type Json } from "../values/json.ts";
import { live } from "./budget.ts";
import { type Calls, errorText, newRequestId, type QueryAnswer } from "./calls.ts";
import { CommitHistory } from "./commit-history.ts";
import { RunsByRead } from "./runs-by-read.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Live queries. One run of a query serves every socket that asks the same (component, path, arguments, journal), and
 * every person too unless the run looked at who asks (W9, W10). A commit ends the runs whose reads it touches and
 * tells their watchers; the next `resolve` runs the query again, once.
 */

export interface QuerySpec {
  componentPath: string | null;
  path: string;
  args: Json;
  /** Where the pages of an earlier run of this subscription ended (Q journals); null at first. */
  journal: string | null;
}

/** Somebody who holds runs and wants to know when one of them is no longer true. */
export interface Watcher {
  invalidated(): void;
}

/** One execution of one query and its result in wire form. */
export class Run {
  /** The viewer it was made for; null when it did not look at the identity. */
  readonly viewerKey: string | null;
  readonly admin: boolean;
  readonly journal: string | null;
  /** What a client sees of the result, without the request id: equal text, equal result. */
  readonly essence: string;
  readonly reads: ReadSet;
  readonly watchers = new Set<Watcher>();
  readonly #tail: string;
  readonly #type: "QueryUpdated" | "QueryFailed";
  valid = true;

  constructor(answer: QueryAnswer, viewer: Viewer, requestId: string, previous: Run | undefined) {
    this.viewerKey = answer.identityObserved ? viewer.key : null;
    this.admin = viewer.admin;
    this.journal = answer.journal;
    this.reads = answer.reads;
    this.#type = answer.success ? "QueryUpdated" : "QueryFailed";
    const tail = tailOf(answer, requestId);
    const essence = answer.success ? tail : tailOf(answer, "");
    // A result that did not change keeps the older string, so that comparing is a pointer check and memory is shared.
    const same = previous?.essence === essence;
    this.essence = same ? previous.essence : essence;
    this.#tail = same ? previous.#tail : tail;
  }

  /** True when the result may be shown to this viewer now. */
  serves(viewer: Viewer): boolean {
    return this.valid && this.admin === viewer.admin && (this.viewerKey === null || this.viewerKey === viewer.key);
  }

  /** What the result takes, bytes. */
  get size(): number {
    return this.#tail.length;
  }

  /** The modification of a Transition that carries this result. */
  modification(queryId: number): string {
    return `{"type":"${this.#type}","queryId":${queryId}${this.#tail}`;
  }
}

function tailOf(answer: QueryAnswer, requestId: string): string {
  const { logLines, journal } = answer;
  if (answer.success) return `,${JSON.stringify({ value: answer.value, logLines, journal }).slice(1)}`;
  const { data } = answer.error;
  const errorData = data === undefined ? {} : { errorData: data };
  const errorMessage = errorText(requestId, answer.error);
  return `,${JSON.stringify({ errorMessage, ...errorData, logLines, journal }).slice(1)}`;
}

/** All runs of one (component, path, arguments, journal, admin or not). */
interface Shared {
  key: string;
  /** By viewer key; under `ANYBODY` the run that did not look at the identity. Ended runs stay until replaced. */
  runs: Map<string, Run>;
  running: Map<string, Promise<Run>>;
  /** What the last run did. Until one is known, viewers wait for the first instead of running beside it. */
  observesIdentity: boolean;
}

const ANYBODY = "anybody";

export class Subscriptions {
  readonly #calls: Calls;
  readonly #shared = new Map<string, Shared>();
  readonly #live = new Map<Run, Shared>();
  readonly #byRead = new RunsByRead<Run>();
  #history: CommitHistory;
  readonly #results = live.holder();
  #codeVersion = 0;
  #ts: bigint;
  /** How many queries were run, for tests and measurements. */
  executions = 0;

  /** `ts`: the newest commit of the store. */
  constructor(calls: Calls, ts: bigint) {
    this.#calls = calls;
    this.#ts = ts;
    this.#history = new CommitHistory(ts);
  }

  /** The newest commit; all valid runs are true at it. */
  get ts(): bigint {
    return this.#ts;
  }

  /** Number of runs somebody watches. */
  get size(): number {
    return this.#live.size;
  }

  /** To be told of every commit, in order and before anything that depends on it is answered. */
  committed(ts: bigint, writes: WriteEntry[]): void {
    if (ts > this.#ts) this.#ts = ts;
    if (writes.length === 0) return;
    this.#history.push(ts, writes, Date.now());
    for (const run of this.#byRead.touchedBy(writes)) this.#end(run);
  }

  /** True when what `reads` names has not changed since the commit `ts` (as far as the last half minute tells). */
  unchangedSince(ts: bigint, reads: ReadSet): boolean {
    return ts <= this.#ts && !this.#history.touchedSince(ts, reads);
  }

  /** To be told when the pushed code, schema or environment variables changed: every query runs again. */
  codeChanged(): void {
    this.#codeVersion += 1;
    // Tables may be others now: what was read before says nothing of them.
    this.#history = new CommitHistory(this.#ts);
    for (const run of this.#live.keys()) if (run.valid) this.#end(run);
  }

  /**
   * A run that is true for this viewer: an existing one, or the query is run. The watcher is registered on it; give it
   * back with `release`. The run may have ended again when the caller gets it (`valid` is false then).
   * Rejects only for a fault of the server.
   */
  async resolve(spec: QuerySpec, viewer: Viewer, watcher: Watcher): Promise<Run> {
    const shared = this.#sharedOf(spec, viewer);
    for (;;) {
      const ready = [shared.runs.get(ANYBODY), shared.runs.get(viewer.key)].find((run) => run?.serves(viewer));
      if (ready) return watch(ready, watcher);
      const [other] = shared.observesIdentity ? [shared.running.get(viewer.key)] : shared.running.values();
      if (!other) break;
      const run = await other;
      if (run.serves(viewer)) return watch(run, watcher);
    }
    const running = this.#run(spec, viewer, shared);
    shared.running.set(viewer.key, running);
    try {
      return watch(await running, watcher);
    } finally {
      shared.running.delete(viewer.key);
      this.#forgetIfEmpty(shared);
    }
  }

  /** Ends the watching of a run; a run nobody watches is forgotten. */
  release(run: Run, watcher: Watcher): void {
    run.watchers.delete(watcher);
    const shared = this.#live.get(run);
    if (run.watchers.size > 0 || !shared) return;
    this.#live.delete(run);
    this.#results.give(run.size);
    this.#byRead.delete(run);
    for (const [key, kept] of shared.runs) if (kept === run) shared.runs.delete(key);
    this.#forgetIfEmpty(shared);
  }

  #sharedOf(spec: QuerySpec, viewer: Viewer): Shared {
    const key = keyOf(spec, viewer);
    const known = this.#shared.get(key);
    if (known) return known;
    const shared: Shared = { key, runs: new Map(), running: new Map(), observesIdentity: false };
    this.#shared.set(key, shared);
    return shared;
  }

  #forgetIfEmpty(shared: Shared): void {
    if (shared.runs.size > 0 || shared.running.size > 0) return;
    if (this.#shared.get(shared.key) === shared) this.#shared.delete(shared.key);
  }

  async #run(spec: QuerySpec, viewer: Viewer, shared: Shared): Promise<Run> {
    const requestId = newRequestId();
    const codeVersion = this.#codeVersion;
    this.executions += 1;
    const answer = await this.#calls.query({ ...spec, viewer, requestId, kind: "client" });
    const slot = answer.identityObserved ? viewer.key : ANYBODY;
    const run = new Run(answer, viewer, requestId, shared.runs.get(slot));
    // A commit may have come between the run and this moment.
    const touched = answer.ts !== null && this.#history.touchedSince(answer.ts, run.reads);
    run.valid = !touched && codeVersion === this.#codeVersion;
    shared.observesIdentity = answer.identityObserved;
    shared.runs.set(slot, run);
    this.#live.set(run, shared);
    this.#results.take(run.size);
    if (run.valid) this.#byRead.add(run);
    return run;
  }

  #end(run: Run): void {
    run.valid = false;
    this.#byRead.delete(run);
    for (const watcher of run.watchers) watcher.invalidated();
  }
}

function watch(run: Run, watcher: Watcher): Run {
  run.watchers.add(watcher);
  return run;
}

function keyOf(spec: QuerySpec, viewer: Viewer): string {
  const { componentPath, path, args, journal } = spec;
  return `${JSON.stringify([componentPath ?? "", path, journal, viewer.admin])}${textOf(args)}`;
}

/** A live query asks with the same arguments again and again. */
const argsTexts = new WeakMap<object, string>();

function textOf(args: Json): string {
  if (typeof args !== "object" || args === null) return writtenOut(args);
  const known = argsTexts.get(args);
  if (known !== undefined) return known;
  const text = writtenOut(args);
  argsTexts.set(args, text);
  return text;
}

let unwritable = 0;

/** Equal for equal arguments. Some nested too deep to be written are a key of their own; the call refuses them. */
function writtenOut(args: Json): string {
  try {
    return canonicalText(args);
  } catch {
    unwritable += 1;
    return ` unwritable ${unwritable}`;
  }
}
