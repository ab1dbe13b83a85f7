import type { ConvexClient } from "convex/browser";
import type { FunctionArgs } from "convex/server";
import { api } from "../convex/_generated/api.js";
import type { Cast } from "./people.ts";

/** A request that waits for a decision, and what that decision has to name. */
export interface OpenTask {
  requestId: string;
  names: Omit<FunctionArgs<typeof api.decisions.decide>, "verdict">;
}

/** Requests whose agents work at the same time. */
const AT_WORK = 6;
const GIVE_UP_MS = 60_000;

/** Submits `count` of the playbook's sample messages and waits until each has a draft that waits for a decision. */
export async function requestsInReview(cast: Cast, count: number): Promise<OpenTask[]> {
  const [requester, reviewer] = await Promise.all([cast.requester.connect(), cast.reviewer.connect()]);
  const [playbook] = await requester.query(api.playbooks.list, {});
  if (playbook === undefined) throw new Error("The desk has no playbook.");
  const tasks: OpenTask[] = [];
  const next = Array.from({ length: count }, (_, index) => index)[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const index of next) {
      const { from, subject, message } = playbook.samples[index % playbook.samples.length]!;
      const input = { from, subject, message };
      const submission = { playbook: playbook.name, input, submissionKey: `bench-${index}` };
      const { requestId } = await requester.mutation(api.requests.submit, submission);
      tasks.push(await openTask(reviewer, await taskOf(requester, requestId), requestId));
    }
  };
  await Promise.all(Array.from({ length: AT_WORK }, work));
  await Promise.all([requester.close(), reviewer.close()]);
  return tasks;
}

/** The task of a request, as soon as it waits for a decision. */
async function taskOf(requester: ConvexClient, requestId: string): Promise<string> {
  let stop = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((done, fail) => {
      timer = setTimeout(() => fail(new Error(`Request ${requestId} did not come to review in time.`)), GIVE_UP_MS);
      stop = requester.onUpdate(
        api.requests.get,
        { requestId },
        (page) => page?.state.kind === "inReview" && done(page.state.taskId),
        fail,
      );
    });
  } finally {
    stop();
    clearTimeout(timer);
  }
}

async function openTask(client: ConvexClient, taskId: string, requestId: string): Promise<OpenTask> {
  const page = await client.query(api.tasks.get, { taskId });
  if (!page?.task) throw new Error(`Task ${taskId} is missing.`);
  const { revision, digest } = page.task;
  return { requestId, names: { taskId: page.task.taskId, revision, digest } };
}
