// What people do in the browser, done by a program over their own connections: for states that another trial is about.

import type { ConvexClient } from "convex/browser";
import type { FunctionArgs } from "convex/server";
import { signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import type { Role } from "../convex/shared/roles.ts";
import type { Desk } from "./desk.ts";

/** A request as its page shows it. */
export type RequestPage = NonNullable<(typeof api.requests.get)["_returnType"]>;
/** Names a request. */
export type RequestId = RequestPage["request"]["requestId"];

/** A connection of the `which`th demo person with a role. Close it before the desk stops. */
export async function connectAs(desk: Desk, role: Role, which = 0): Promise<ConvexClient> {
  return await (await signInAs(`http://127.0.0.1:${desk.port + 1}`, role, which)).connect();
}

/** Submits the sample of a playbook that has this subject; `playbook` is its name in the code. */
export async function submit(client: ConvexClient, playbook: string, subject: string): Promise<RequestId> {
  const found = (await client.query(api.playbooks.list, {})).find(({ name }) => name === playbook);
  const sample = found?.samples.find((one) => one.subject === subject);
  if (sample === undefined) throw new Error(`${playbook} has no sample "${subject}".`);
  const { from, message } = sample;
  const input = { from, subject, message };
  const { requestId } = await client.mutation(api.requests.submit, { playbook, input, submissionKey: subject });
  return requestId;
}

/** The page of a request as soon as it is as asked. */
export async function pageWhen(client: ConvexClient, requestId: RequestId, is: (page: RequestPage) => boolean): Promise<RequestPage> {
  return await new Promise<RequestPage>((done, fail) => {
    const stop = client.onUpdate(
      api.requests.get,
      { requestId },
      (page) => {
        if (page === null || !is(page)) return;
        setTimeout(() => stop(), 0);
        done(page);
      },
      fail,
    );
  });
}

/** Decides the open task of a request when its `revision`th draft waits for it. */
export async function decide(
  client: ConvexClient,
  requestId: RequestId,
  verdict: FunctionArgs<typeof api.decisions.decide>["verdict"],
  revision = 1,
): Promise<void> {
  const { task, draft } = await pageWhen(client, requestId, (page) => page.state.kind === "inReview" && page.draft?.revision === revision);
  if (task === null || draft === null) throw new Error(`Request ${requestId} has no open task.`);
  await client.mutation(api.decisions.decide, { taskId: task.taskId, revision, digest: draft.digest, verdict });
}
