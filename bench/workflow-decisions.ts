import type { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";

const decide = makeFunctionReference<"mutation">("flow:decide");
const isDone = makeFunctionReference<"query", { n: number }, boolean | null>("flow:isDone");

/** Milliseconds from sending the decision to its answer, and until the other client saw the step performed. */
export interface Decided {
  acknowledged: number;
  resumed: number;
}

/** Decides workflow `n`, which must be parked, and waits until its next step was performed. `isResumed`: see `flow:decide`. */
export async function decideAndWatch(deciding: ConvexClient, watching: ConvexClient, n: number, isResumed: boolean): Promise<Decided> {
  const ready = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const fail = (error: Error) => done.reject(error);
  const stop = watching.onUpdate(
    isDone,
    { n },
    (state) => {
      if (state === null) fail(new Error(`Workflow ${n} was not started.`));
      ready.resolve();
      if (state === true) done.resolve();
    },
    fail,
  );
  try {
    await Promise.race([ready.promise, done.promise]);
    const from = performance.now();
    const acknowledged = deciding.mutation(decide, { n, isResumed }).then(() => performance.now() - from);
    const resumed = done.promise.then(() => performance.now() - from);
    return { acknowledged: await acknowledged, resumed: await resumed };
  } finally {
    stop();
  }
}
