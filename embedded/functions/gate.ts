/**
 * The one door to the store for everything that writes. What waits is taken in groups, in the queue's order: each
 * task runs to its end in the same turn of the event loop and leaves its writes in the group's SQL transaction; after
 * one COMMIT all are answered. A task that must wait for the event loop lets its group commit and then goes on alone.
 */
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

/** One mutation. The gate calls `execute`, perhaps `finish`, then `flush`, and last `done` or `failed`. */
export interface GateTask {
  /** Run by the scheduler: those of people come first. */
  readonly isBackground: boolean;
  /** Runs the task; false when it has to wait for the event loop. What it throws fails the task alone. */
  execute(): boolean;
  /** Runs on, with the gate held, until the task has ended. */
  finish(): Promise<void>;
  /** Writes into the open SQL transaction. What it throws fails the task alone, and nothing of it is written. */
  flush(): Written | null;
  /** The group is on disk. */
  done(): void;
  failed(error: unknown): void;
}

/** A group takes tasks until it has run this long (ms) or is this large, so that others get their turns. */
const MAX_GROUP_MS = 20;
const MAX_GROUP = 128;

export class Gate {
  readonly #store: Store;
  readonly #onCommit: (event: CommitEvent) => void;
  readonly #queue = new TaskQueue<GateTask>();
  #isRunning = false;
  #isClosed = false;
  readonly #whenIdle: (() => void)[] = [];

  /** `onCommit` is called after every COMMIT that wrote something, before the tasks are answered. It must not throw. */
  constructor(store: Store, onCommit: (event: CommitEvent) => void) {
    this.#store = store;
    this.#onCommit = onCommit;
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
    while (this.#queue.length > 0) {
      const waiting = this.#runGroup();
      if (waiting) await this.#runAlone(waiting);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isRunning = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Runs what waits and commits it. The task that has to wait for the event loop, if one stopped the group. */
  #runGroup(): GateTask | null {
    const started = performance.now();
    const group = new Group(this.#store);
    let waiting: GateTask | null = null;
    while (this.#queue.length > 0 && group.takesMore && performance.now() - started < MAX_GROUP_MS) {
      const task = this.#queue.shift()!;
      if (!group.run(task)) {
        waiting = task;
        break;
      }
    }
    this.#announce(group);
    return waiting;
  }

  async #runAlone(task: GateTask): Promise<void> {
    const group = new Group(this.#store);
    try {
      await task.finish();
    } catch (error) {
      task.failed(error);
      return;
    }
    group.flush(task);
    this.#announce(group);
  }

  #announce(group: Group): void {
    const event = group.commit();
    if (event) this.#onCommit(event);
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

  /** Executes and flushes a task; false when it waits for the event loop. */
  run(task: GateTask): boolean {
    try {
      if (!task.execute()) return false;
    } catch (error) {
      if (this.#isOpen && !this.#store.db.sql.isTransaction) this.#fail(error);
      task.failed(storageError(error));
      return true;
    }
    this.flush(task);
    return true;
  }

  flush(task: GateTask): void {
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
