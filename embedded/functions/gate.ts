/**
 * The one door to the store for everything that writes. What waits is taken in groups, in the queue's order: each
 * task runs to its end in the same turn of the event loop and leaves its writes in the group's SQL transaction; after
 * one COMMIT all are answered. A task that takes long, or must wait for the event loop, stands aside (F33): from then on
 * it and others like it get turns between the groups, one of them at a time, and are told what others commit meanwhile.
 */
import { setImmediate as turn } from "node:timers/promises";
import { storageError } from "../storage/faults.ts";
import type { WriteEntry } from "../storage/read-set.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { TaskQueue } from "./task-queue.ts";

/**
 * What a finished commit tells: `writes` of all its transactions in order, `jobs` whether any job was scheduled or changed,
 * `transactions` how many there were.
 */
export interface CommitEvent {
  ts: bigint;
  writes: WriteEntry[];
  jobs: boolean;
  transactions: number;
}

/** What a task left behind for the commit; null when it wrote nothing. */
export interface Written {
  ts: bigint;
  writes: readonly WriteEntry[];
  jobs: boolean;
}

/** One mutation. The gate calls `execute`, perhaps `resume`, then `flush`, and last `done` or `failed`. */
export interface GateTask {
  /** Run by the scheduler: those of people come first. */
  readonly isBackground: boolean;
  /** Tasks of one session run in the order they came. */
  readonly session: string | null;
  /** Runs the task; gives what goes on with it when it stands aside. What it throws fails the task alone. */
  execute(): LongTask | null;
  /** Writes into the open SQL transaction. What it throws fails the task alone, and nothing of it is written. */
  flush(): Written | null;
  /** The group is on disk. */
  done(): void;
  failed(error: unknown): void;
}

/** A task that stood aside. */
export interface LongTask {
  /** Until then (`performance.now()`, ms) nobody else gets a turn. */
  readonly holdsUntilMs: number;
  /** Others committed `writes` since its last turn. */
  overtaken(writes: readonly WriteEntry[]): void;
  /** Goes on for a while; true when the task has ended. What it throws fails the task alone. */
  resume(): boolean;
}

/** A task aside, and those of its session that have come after it. */
interface Aside {
  task: GateTask;
  long: LongTask;
  followers: GateTask[];
}

/** A group takes tasks until it has run this long (ms) or is this large, so that others get their turns. */
const MAX_GROUP_MS = 20;
const MAX_GROUP = 128;

export class Gate {
  readonly #store: Store;
  readonly #onCommit: (event: CommitEvent) => void;
  readonly #clock: () => number;
  readonly #queue = new TaskQueue<GateTask>();
  /** The next to get a turn comes first. */
  readonly #aside: Aside[] = [];
  #isRunning = false;
  #isClosed = false;
  readonly #whenIdle: (() => void)[] = [];

  /**
   * `onCommit` is called after every COMMIT that wrote something, before the tasks are answered. It must not throw.
   * `clock` tells the time in ms, as `performance.now` does.
   */
  constructor(store: Store, onCommit: (event: CommitEvent) => void, clock = () => performance.now()) {
    this.#store = store;
    this.#onCommit = onCommit;
    this.#clock = clock;
  }

  /** Tasks wait or run. */
  get isBusy(): boolean {
    return this.#isRunning;
  }

  enter(task: GateTask): void {
    if (this.#isClosed) {
      task.failed(new UserError("ServerClosed", "The server is shutting down.", 503));
      return;
    }
    this.#queue.push(task);
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#pump());
  }

  /** Refuses new tasks and settles when those that wait have ended. */
  close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0 || this.#aside.length > 0) {
      const now = this.#clock();
      const holder = this.#aside.find(({ long }) => long.holdsUntilMs > now);
      if (!holder && this.#queue.length > 0) {
        this.#runGroup();
        // Answers go out before the next turn of a long task.
        if (this.#aside.length > 0) await turn();
      }
      const next = holder ?? this.#aside[0];
      if (next) this.#resume(next);
      await turn();
    }
    this.#isRunning = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Runs what waits and commits it, up to a task that stands aside. */
  #runGroup(): void {
    const started = this.#clock();
    const group = new Group(this.#store);
    let aside: Aside | null = null;
    while (!aside && this.#queue.length > 0 && group.takesMore && this.#clock() - started < MAX_GROUP_MS) {
      const task = this.#queue.shift()!;
      if (this.#aside.length > 0 && this.#mustFollow(task)) continue;
      const long = group.run(task);
      if (long) aside = { task, long, followers: [] };
    }
    this.#announce(group);
    // It has seen the writes of its group, so it is not told of them.
    if (aside) this.#aside.push(aside);
  }

  /** Puts a task behind the one of its session that stands aside, if there is one. */
  #mustFollow(task: GateTask): boolean {
    const ahead = task.session === null ? undefined : this.#aside.find((aside) => aside.task.session === task.session);
    ahead?.followers.push(task);
    return ahead !== undefined;
  }

  /** Gives a task aside its turn; when it has ended it is committed and its followers are next, else it is the last again. */
  #resume(aside: Aside): void {
    this.#aside.splice(this.#aside.indexOf(aside), 1);
    const group = new Group(this.#store);
    if (group.resume(aside)) this.#queue.putFirst(aside.followers);
    else this.#aside.push(aside);
    this.#announce(group);
  }

  #announce(group: Group): void {
    const event = group.commit();
    if (event) {
      for (const { long } of this.#aside) long.overtaken(event.writes);
      this.#onCommit(event);
    }
    group.answer();
  }
}

/** The tasks of one COMMIT. */
class Group {
  readonly #store: Store;
  readonly #ended: GateTask[] = [];
  readonly #written: Written[] = [];
  #isOpen = false;
  #failure: { error: unknown } | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  get takesMore(): boolean {
    return this.#failure === null && this.#ended.length < MAX_GROUP;
  }

  /** Executes and flushes a task, unless it stands aside: then what goes on with it. */
  run(task: GateTask): LongTask | null {
    try {
      const long = task.execute();
      if (long) return long;
    } catch (error) {
      if (this.#isOpen && !this.#store.db.sql.isTransaction) this.#fail(error);
      task.failed(storageError(error));
      return null;
    }
    this.#flush(task);
    return null;
  }

  /** Goes on with a task aside and flushes it when it has ended; false when it has not. */
  resume({ task, long }: Aside): boolean {
    try {
      if (!long.resume()) return false;
    } catch (error) {
      task.failed(storageError(error));
      return true;
    }
    this.#flush(task);
    return true;
  }

  #flush(task: GateTask): void {
    try {
      if (!this.#isOpen) {
        this.#store.begin();
        this.#isOpen = true;
      } else if (!this.#store.db.sql.isTransaction) {
        throw new Error("The group's SQL transaction was given up while a task of it ran.");
      }
      const written = task.flush();
      if (written) this.#written.push(written);
      this.#ended.push(task);
    } catch (error) {
      // SQLite gives up the whole transaction by itself when the disk is full or broken.
      if (!this.#store.db.sql.isTransaction) this.#fail(error);
      task.failed(storageError(error));
    }
  }

  #fail(error: unknown): void {
    this.#store.rollback();
    this.#failure = { error: storageError(error, this.#store.db.isInDoubt) };
  }

  /** COMMITs; what was written, or null when nothing was or the disk refused it. */
  commit(): CommitEvent | null {
    if (!this.#isOpen || this.#failure) return null;
    try {
      this.#store.commit();
    } catch (error) {
      this.#fail(error);
      return null;
    }
    const last = this.#written.at(-1);
    if (!last) return null;
    return {
      ts: last.ts,
      writes: this.#written.flatMap(({ writes }) => writes),
      jobs: this.#written.some(({ jobs }) => jobs),
      transactions: this.#written.length,
    };
  }

  answer(): void {
    for (const task of this.#ended) {
      if (this.#failure) task.failed(this.#failure.error);
      else task.done();
    }
  }
}
