import type { ConvexClient } from "convex/browser";
import type { FunctionReturnType } from "convex/server";
import { api } from "../convex/_generated/api.js";
import { type Burst, burst } from "./burst.ts";
import type { Cast, Person } from "./people.ts";
import type { OpenTask } from "./prepare.ts";

type RequestPage = NonNullable<FunctionReturnType<typeof api.requests.get>>;

/** One approval, from the moment the reviewer's client sent it, in milliseconds. */
export interface Decision {
  /** The client's promise resolved: the decision is on disk, and the client's own queries show it. */
  acknowledged: number;
  /** The requester's live page showed the workflow's next step under way (or already done). */
  resumedSeen: number;
  /** The requester's live page showed the action performed. */
  performedSeen: number;
  /** Between the server's own records of the decision and of the step's start, no client in between. */
  resumedOnServer: number;
}

const approve = { kind: "approve" } as const;

/** Approves the tasks one after another, each when the one before was performed, and watches from a second connection. */
export async function oneAtATime(cast: Cast, tasks: OpenTask[]): Promise<Decision[]> {
  const [watching, deciding] = await Promise.all([cast.requester.connect(), cast.reviewer.connect()]);
  const decisions: Decision[] = [];
  for (const task of tasks) decisions.push(await decideAndWatch(deciding, watching, task));
  await Promise.all([watching.close(), deciding.close()]);
  return decisions;
}

async function decideAndWatch(deciding: ConvexClient, watching: ConvexClient, task: OpenTask): Promise<Decision> {
  const page = watch(watching, task.requestId);
  try {
    await page.until(({ state }) => state.kind === "inReview");
    const sent = performance.now();
    const since = () => performance.now() - sent;
    const resumedSeen = page.until(({ state }) => state.kind === "performing" || state.kind === "completed").then(since);
    const performed = page.until(({ state }) => state.kind === "completed");
    const performedSeen = performed.then(since);
    await deciding.mutation(api.decisions.decide, { ...task.names, verdict: approve });
    const acknowledged = since();
    const { timeline } = await performed;
    return {
      acknowledged,
      resumedSeen: await resumedSeen,
      performedSeen: await performedSeen,
      resumedOnServer: timeOf(timeline, "performing") - timeOf(timeline, "decided"),
    };
  } finally {
    page.stop();
  }
}

/** A live request page that can be waited on. */
function watch(client: ConvexClient, requestId: string) {
  const waiting = new Set<(page: RequestPage) => void>();
  const failing = new Set<(error: Error) => void>();
  let latest: RequestPage | null = null;
  const stop = client.onUpdate(
    api.requests.get,
    { requestId },
    (page) => {
      latest = page;
      if (page !== null) for (const look of waiting) look(page);
    },
    (error) => {
      for (const fail of failing) fail(error);
    },
  );
  const until = (isTrue: (page: RequestPage) => boolean): Promise<RequestPage> =>
    new Promise((done, fail) => {
      const look = (page: RequestPage): void => {
        if (page.state.kind === "failed") fail(new Error(`Request ${requestId} failed: ${page.state.reason}`));
        else if (!isTrue(page)) return;
        else done(page);
        waiting.delete(look);
      };
      failing.add(fail);
      waiting.add(look);
      if (latest !== null) look(latest);
    });
  return { until, stop };
}

function timeOf(timeline: RequestPage["timeline"], kind: RequestPage["timeline"][number]["kind"]): number {
  const event = timeline.find((event) => event.kind === kind);
  if (event === undefined) throw new Error(`The timeline lacks the event "${kind}".`);
  return event.at;
}

/** Settles when what was approved of all the tasks is performed. */
export async function untilPerformed(cast: Cast, tasks: OpenTask[]): Promise<void> {
  const watching = await cast.requester.connect();
  for (const { requestId } of tasks) {
    const page = watch(watching, requestId);
    await page.until(({ state }) => state.kind === "completed");
    page.stop();
  }
  await watching.close();
}

/** Approves distinct tasks over `inFlight` connections at once; an answer means that the decision is on disk. */
export async function manyAtOnce(reviewer: Person, tasks: OpenTask[], inFlight: number): Promise<Burst> {
  const clients = await Promise.all(Array.from({ length: inFlight }, () => reviewer.connect()));
  const done = await approveAll(clients, tasks);
  await Promise.all(clients.map((client) => client.close()));
  return done;
}

/** Approves the tasks over these connections of a reviewer, one at a time on each. */
export async function approveAll(clients: ConvexClient[], tasks: OpenTask[]): Promise<Burst> {
  return await burst(clients, tasks.length, async (client, index) => {
    await client.mutation(api.decisions.decide, { ...tasks[index]!.names, verdict: approve });
  });
}
