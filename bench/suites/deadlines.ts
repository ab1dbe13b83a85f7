import { ConvexHttpClient } from "convex/browser";
import { rmSync } from "node:fs";
import { api } from "../../convex/_generated/api.js";
import { isPlainObject, type Json, type JsonObject } from "../../embedded/values/json.ts";
import { withCopy } from "../apps.ts";
import { changeAll, documentsOf, type Table, withStore, writeCopies } from "../copies.ts";
import { prepareDesk } from "../desk-run.ts";
import { atMost, type Line, values } from "../figures.ts";
import type { Plan } from "../options.ts";
import { signInAs } from "../people.ts";
import { canReadProcesses, cpuShare } from "../process-figures.ts";
import { startServer } from "../server.ts";
import type { Suite } from "../suite.ts";

/** What one request in review consists of, in the order in which it is copied. */
const PARTS: readonly Table[] = [
  { component: "workflow", table: "workflows" },
  { component: "workflow", table: "steps" },
  { component: "workflow", table: "events" },
  { component: "", table: "requests" },
  { component: "", table: "drafts" },
  { component: "", table: "reviews" },
  { component: "", table: "tasks" },
];
/** Time to stop the server, move all deadlines to one second and start again, ms. */
const AHEAD_MS = 60_000;
const POLL_MS = 250;
const GIVE_UP_MS = 1_200_000;
/** Workflows have resumed when the server uses less than this share of a core for two seconds, percent. */
const IDLE_PERCENT = 5;

interface Run {
  /** From the deadline until the last outcome was recorded, s. */
  recordedS: number;
  /** From the deadline until the server had nothing left to do, s. */
  resumedS: number;
  /** Requests without exactly one outcome, and workflows that did not end. */
  wrong: number;
}

/** Very many tasks of the desk with their deadline in the same second: outcomes first, then the workflows. */
export const deadlines: Suite = {
  name: "deadlines",
  title: "Deadlines of the desk",
  async measure(plan, say) {
    if (!canReadProcesses) throw new Error("The suite \"deadlines\" reads processor time from /proc, which this system lacks.");
    const { count } = plan.deadlines;
    say("setting up a desk");
    const { dataDir, port } = await prepareDesk(1);
    try {
      say(`copying the request ${text(count)} times`);
      withStore(dataDir, (store) => {
        const parts = PARTS.map((part) => ({ ...part, documents: documentsOf(store, part) }));
        writeCopies(store, parts, count, (fields, n) => ("submissionKey" in fields ? { ...fields, submissionKey: `copy-${n}` } : fields));
      });
      say("waiting for the deadline");
      const run = await withCopy(dataDir, (dir) => expire(dir, port, plan));
      return { lines: linesOf(run, plan), method: `One run with ${text(count)} tasks due in the same second`, samples: [run] };
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

async function expire(dataDir: string, port: number, { deadlines: { count } }: Plan): Promise<Run> {
  // One more request, by the desk itself: its deadline plans the sweep of the second that all others are moved to.
  const before = await startServer(dataDir, [], port + 1);
  const dueAt = await submitAhead(before.url);
  await before.stop();
  withStore(dataDir, (store) => {
    const objectOf = (value: Json | undefined): JsonObject => (value !== undefined && isPlainObject(value) ? value : {});
    changeAll(store, { component: "", table: "tasks" }, (task) => ({ ...task, dueAt }));
    changeAll(store, { component: "", table: "reviews" }, (review) => {
      const state = objectOf(review["state"]);
      const task = { ...objectOf(state["task"]), dueAt };
      return { ...review, timer: { kind: "due", at: dueAt }, state: { ...state, task } };
    });
  });
  const server = await startServer(dataDir, [], port + 1);
  if (Date.now() >= dueAt) throw new Error(`Moving ${count} deadlines took longer than ${AHEAD_MS / 1000} s.`);
  try {
    const reviewer = await signInAs(server.url, "reviewer", 0);
    const client = new ConvexHttpClient(server.url, { logger: false, auth: reviewer.token });
    await new Promise((done) => setTimeout(done, dueAt - Date.now()));
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (;;) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      const { page } = await client.query(api.tasks.inbox, { queue: "open", paginationOpts: { numItems: 1, cursor: null } });
      if (page.length === 0) break;
      if (Date.now() > giveUpAt) throw new Error(`Not all ${count} tasks had an outcome after ${GIVE_UP_MS / 1000} s.`);
    }
    while ((await cpuShare(server.pid, 2_000)) > IDLE_PERCENT) if (Date.now() > giveUpAt) throw new Error("The workflows did not come to rest.");
    const resumedS = (Date.now() - 2_000 - dueAt) / 1000;
    await server.stop();
    return { resumedS, ...recordsOf(dataDir, dueAt, count + 1) };
  } finally {
    await server.kill();
  }
}

async function submitAhead(url: string): Promise<number> {
  const requester = await signInAs(url, "requester", 0);
  const client = await requester.connect();
  try {
    const { requestId } = await client.mutation(api.requests.submit, {
      playbook: "customerReply",
      input: { from: "dana@example.com", subject: "Ahead", message: "Do you repair old sensors?" },
      decideWithinMs: AHEAD_MS,
      submissionKey: "ahead",
    });
    return await new Promise<number>((done, fail) => {
      client.onUpdate(api.requests.get, { requestId }, (page) => page?.state.kind === "inReview" && done(page.state.dueAt), fail);
    });
  } finally {
    await client.close();
  }
}

/** Reads from the stopped server's folder when the last outcome was recorded, and whether there is one for each. */
function recordsOf(dataDir: string, dueAt: number, count: number): Pick<Run, "recordedS" | "wrong"> {
  return withStore(dataDir, (store) => {
    const times = new Map<Json, number>();
    let last = dueAt;
    for (const { requestId, event, _creationTime: at } of documentsOf(store, { component: "", table: "auditEvents" })) {
      if (!isPlainObject(event!) || event["kind"] !== "expired") continue;
      times.set(requestId!, (times.get(requestId!) ?? 0) + 1);
      last = Math.max(last, at as number);
    }
    const once = [...times.values()].filter((n) => n === 1).length;
    const ended = documentsOf(store, { component: "workflow", table: "workflows" }).filter((row) => "runResult" in row).length;
    return { recordedS: (last - dueAt) / 1000, wrong: count - once + (count - ended) };
  });
}

function linesOf({ recordedS, resumedS, wrong }: Run, { deadlines: { count } }: Plan): Line[] {
  const recorded = values("s", [recordedS]);
  const resumed = values("s", [resumedS]);
  const once = wrong === 0 ? "each once, and every workflow ended" : `${text(wrong)} outcomes or workflows are missing or double`;
  return [
    {
      name: `${text(count)} deadlines in the same second: last outcome`,
      here: recorded,
      floor: null,
      target: { ...atMost("≤ 20 s, each once", 20, recorded.value), ...(wrong === 0 ? {} : { met: false }) },
      includes: `from the deadline until the last request was rejected, with its task, request, review and audit event, in batches; ${once}`,
    },
    {
      name: `${text(count)} deadlines in the same second: last workflow`,
      here: resumed,
      floor: null,
      target: null,
      includes: "until the server had nothing left to do: each workflow told and run to its end through the components",
    },
  ];
}

function text(value: number): string {
  return value.toLocaleString("en");
}
