import type { ConvexClient } from "convex/browser";
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { api } from "../convex/_generated/api.js";
import type { Cast } from "./people.ts";

/** A request that waits for a decision, and what that decision has to name. */
export interface OpenTask {
  requestId: string;
  names: Omit<FunctionArgs<typeof api.decisions.decide>, "verdict">;
}

/** Requests whose agents work at the same time. */
const AT_WORK = 6;
const GIVE_UP_MS = 600_000;

/** Submits `count` of the playbook's sample messages and waits until each has a draft that waits for a decision. */
export async function requestsInReview(cast: Cast, count: number): Promise<OpenTask[]> {
  const [requester, reviewer] = await Promise.all([cast.requester.connect(), cast.reviewer.connect()]);
  const [playbook] = await requester.query(api.playbooks.list, {});
  if (playbook === undefined) throw new Error("The desk has no playbook.");
  const submit = async (index: number): Promise<void> => {
    const { from, subject, message } = playbook.samples[index % playbook.samples.length]!;
    const input = { from, subject, message };
    await requester.mutation(api.requests.submit, { playbook: playbook.name, input, submissionKey: `bench-${index}` });
  };
  let submitted = 0;
  const rows = await new Promise<FunctionReturnType<typeof api.tasks.inbox>["page"]>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`Not all ${count} requests came to review in time.`)), GIVE_UP_MS);
    const args = { paginationOpts: { numItems: count, cursor: null }, queue: "open" as const };
    reviewer.onUpdate(
      api.tasks.inbox,
      args,
      ({ page }) => {
        while (submitted < count && submitted - page.length < AT_WORK) submit(submitted++).catch(fail);
        if (page.length < count) return;
        clearTimeout(timer);
        done(page);
      },
      fail,
    );
  });
  const tasks = await Promise.all(rows.map(({ taskId, requestId }) => openTask(reviewer, taskId, requestId)));
  await Promise.all([requester.close(), reviewer.close()]);
  return tasks;
}

async function openTask(client: ConvexClient, taskId: string, requestId: string): Promise<OpenTask> {
  const page = await client.query(api.tasks.get, { taskId });
  if (!page?.task) throw new Error(`Task ${taskId} is missing.`);
  const { revision, digest } = page.task;
  return { requestId, names: { taskId: page.task.taskId, revision, digest } };
}
