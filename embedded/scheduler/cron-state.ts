import type { CronSchedule } from "../push/crons.ts";
import type { CronInfo, Code } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { canonicalText } from "../values/json.ts";
import { firstRunMs } from "./cron-schedule.ts";

/** When a cron runs next. `schedule` is the text it was computed from: a push that changes it starts anew. */
export interface CronState {
  schedule: string;
  /** ms since 1970. */
  nextMs: number;
}

/** A cron of the running code with where it belongs. */
export interface Cron {
  /** One text for component and name. */
  key: string;
  componentPath: string;
  path: string;
  args: CronInfo["args"];
  schedule: CronSchedule;
  udfType: "mutation" | "action";
}

const META_KEY = "crons";
type States = Record<string, CronState>;

/** The key of a cron: one text for component and name. */
export function cronKey(componentPath: string, identifier: string): string {
  return JSON.stringify([componentPath, identifier]);
}

/** All crons of the running code. */
export function cronsOf(code: Code): Cron[] {
  return [...code.byPath.values()].flatMap((instance) =>
    instance.crons.map(({ identifier, path, args, schedule }) => ({
      key: cronKey(instance.path, identifier),
      componentPath: instance.path,
      path,
      args,
      schedule: schedule as unknown as CronSchedule,
      udfType: instance.functions.get(path)?.udfType === "Action" ? ("action" as const) : ("mutation" as const),
    })),
  );
}

/** The state of every cron. Inside a transaction it is that of the commits before it. */
export function readCronStates(store: Pick<Store, "db">): States {
  return JSON.parse(store.db.meta(META_KEY) ?? "{}") as States;
}

/** Writes the state of every cron at once, for folders that no server has open. */
export function writeCronStates(store: Pick<Store, "db">, states: Iterable<readonly [string, CronState]>): void {
  store.db.setMeta(META_KEY, JSON.stringify(Object.fromEntries(states)));
}

/** Makes the states fit `crons` when this transaction commits: known ones keep their time, new ones get their first. */
export function adoptCrons(txn: Transaction, store: Pick<Store, "db">, crons: Cron[]): void {
  const known = readCronStates(store);
  const states: States = {};
  for (const cron of crons) {
    const schedule = canonicalText(cron.schedule);
    const state = known[cron.key];
    states[cron.key] =
      state?.schedule === schedule ? state : { schedule, nextMs: firstRunMs(cron.schedule, txn.nowMs) };
  }
  if (JSON.stringify(states) === JSON.stringify(known)) return;
  txn.touch(META_KEY);
  txn.atFlush(({ db }) => db.setMeta(META_KEY, JSON.stringify(states)));
}

/**
 * Sets the next time of a cron when this transaction commits, if it is still due at `dueMs`. Answers whether it is: a
 * push may have taken it away or given it another time.
 */
export function advanceCron(
  txn: Transaction,
  store: Pick<Store, "db">,
  o: { key: string; dueMs: number; nextMs: number },
): boolean {
  // A push ends what goes on longer than its turn (F33).
  txn.reads.depend(META_KEY);
  if (readCronStates(store)[o.key]?.nextMs !== o.dueMs) return false;
  txn.atFlush(({ db }) => {
    const states = readCronStates({ db });
    db.setMeta(META_KEY, JSON.stringify({ ...states, [o.key]: { ...states[o.key]!, nextMs: o.nextMs } }));
  });
  return true;
}
