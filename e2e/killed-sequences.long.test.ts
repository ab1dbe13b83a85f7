// Random decisions, withdrawals, undos, delegations and deadlines over real connections, while the desk is killed with
// `kill -9` and started again on the same folder. A ledger outside keeps what was acknowledged.

import { ConvexHttpClient } from "convex/browser";
import { expect, it } from "vitest";
import { type Person, signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import { deskErrorOf } from "../convex/shared/errors.ts";
import { randomFrom } from "../convex/shared/random.helper.ts";
import { type Desk, startDesk } from "./desk.ts";
import { startPrepared } from "./prepared.ts";

const SEED = Number(process.env.SEQUENCES_SEED ?? Date.now() % 1_000_000);
const REQUESTS = 20;
const KILLS = 6;
/** Time the desk lives between its start and the next kill, ms: at most this long. */
const LIFE_MS = 4_000;
const DECIDE_WITHIN_MS = 90_000;
const ENDS = ["completed", "rejected", "withdrawn", "canceled", "failed"];
const env = { UNDO_WINDOW_MS: "1500" };

type Page = NonNullable<(typeof api.requests.get)["_returnType"]>;
type RequestId = Page["request"]["requestId"];
/** A verdict that the desk acknowledged. */
type Acknowledged = { requestId: RequestId; by: string; revision: number; verdict: string };

it(`nothing acknowledged is lost and nothing happens twice in ${REQUESTS} random sequences with ${KILLS} kills (SEQUENCES_SEED=${SEED})`, async () => {
  const random = randomFrom(SEED);
  let desk = await startPrepared({ env });
  const url = `http://127.0.0.1:${desk.port + 1}`;
  const requester = await signInAs(url, "requester", 0);
  const people = [...(await Promise.all([0, 1, 2].map((which) => signInAs(url, "reviewer", which)))), requester];
  const clients = new Map(people.map((person) => [person, new ConvexHttpClient(url, { logger: false, auth: person.token })]));
  const clientOf = (person: Person) => clients.get(person) ?? new ConvexHttpClient(url);
  const ids = await Promise.all(Array.from({ length: REQUESTS }, (_, i) => submit(clientOf(requester), i)));
  const ledger: Acknowledged[] = [];
  for (const requestId of ids) await pageWhen(clientOf(requester), requestId, ({ state }) => state.kind === "inReview");

  for (let kill = 0; kill < KILLS; kill++) {
    const life = { isOver: false };
    const workers = people.map(async (person) => {
      while (!life.isOver) {
        const requestId = ids[random(ids.length)];
        if (requestId !== undefined) await act(clientOf(person), person, requestId, random, ledger);
      }
    });
    await new Promise((r) => setTimeout(r, 500 + random(LIFE_MS)));
    await desk.kill();
    life.isOver = true;
    await Promise.all(workers);
    desk = await startDesk({ dataDir: desk.dataDir, port: desk.port, env });
  }

  await restOf(desk, clientOf(requester), ids, ledger);
}, 600_000);

async function submit(client: ConvexHttpClient, i: number): Promise<RequestId> {
  const { requestId } = await client.mutation(api.requests.submit, {
    playbook: "customerReply",
    input: { from: "dana@example.com", subject: `Sequence ${i}`, message: "Do you repair old sensors?" },
    decideWithinMs: DECIDE_WITHIN_MS,
    submissionKey: `killed-${i}`,
  });
  return requestId;
}

/** The page once `is` holds. Fails when that takes for ever. */
async function pageWhen(client: ConvexHttpClient, requestId: RequestId, is: (page: Page) => boolean): Promise<Page> {
  const until = Date.now() + 4 * DECIDE_WITHIN_MS;
  for (;;) {
    const page = await client.query(api.requests.get, { requestId });
    if (page !== null && is(page)) return page;
    if (Date.now() > until) throw new Error(`Request ${requestId} waits for ever in "${page?.state.kind}".`);
    await new Promise((r) => setTimeout(r, 200));
  }
}

/** One step by somebody. Refusals and broken connections are part of it; anything else fails. */
async function act(
  client: ConvexHttpClient,
  person: Person,
  requestId: RequestId,
  random: (n: number) => number,
  ledger: Acknowledged[],
): Promise<void> {
  try {
    const page = await client.query(api.requests.get, { requestId });
    if (page === null) throw new Error(`${person.name} does not see ${requestId}.`);
    const { task, may, request } = page;
    if (may.withdraw && random(40) === 0) await client.mutation(api.requests.withdraw, { requestId });
    else if (may.undo && random(2) === 0) await client.mutation(api.decisions.undo, { requestId });
    else if (may.decide && task !== null) {
      const { taskId, revision, digest } = task;
      const reject = { kind: "reject", reason: "Too generous." } as const;
      const back = { kind: "requestChanges", feedback: "Shorter." } as const;
      const verdict = [{ kind: "approve" } as const, { kind: "approve" } as const, reject, back][random(4)] ?? reject;
      const call = { taskId, revision, digest, verdict, key: `key-${random(1_000_000_000)}` };
      await client.mutation(api.decisions.decide, call);
      ledger.push({ requestId, by: person.name, revision, verdict: verdict.kind });
    } else if (random(20) === 0) {
      await client.mutation(api.requests.submit, {
        playbook: request.playbook,
        input: { from: request.from, subject: request.subject, message: request.message },
        submissionKey: `killed-${request.subject.replace("Sequence ", "")}`,
      });
    }
  } catch (error) {
    const isRefused = deskErrorOf(error) !== null;
    const isGone = error instanceof TypeError || (error instanceof Error && /fetch failed|ECONN|socket|terminated|503|502|timed out/i.test(error.message));
    if (!isRefused && !isGone) throw error;
    if (isGone) await new Promise((r) => setTimeout(r, 20));
  }
}

/** Lets every request come to its end, and compares with the ledger. */
async function restOf(desk: Desk, client: ConvexHttpClient, ids: RequestId[], ledger: Acknowledged[]): Promise<void> {
  const pages: Page[] = [];
  for (const requestId of ids) pages.push(await pageWhen(client, requestId, ({ state }) => ENDS.includes(state.kind)));
  await desk.stop();
  expect(ledger.length).toBeGreaterThan(REQUESTS / 2);
  for (const { requestId, by, revision, verdict } of ledger) {
    const page = pages.find((one) => one.request.requestId === requestId);
    const decision = page?.decisions.find((one) => one.by === by && one.revision === revision && one.verdict.kind === verdict);
    expect(decision, `${by} ${verdict} on draft ${revision} of ${requestId}`).toBeDefined();
  }
  for (const { state, executions, timeline, draft, request } of pages) {
    const kinds = timeline.map(({ kind }) => kind);
    // An agent that was killed three times gives up, and an operator may retry it; nothing else fails.
    if (state.kind === "failed") expect(state.reason, request.subject).toContain("stopped without an answer");
    expect(executions.length, request.subject).toBe(state.kind === "completed" ? 1 : 0);
    if (state.kind === "completed") expect(executions[0]?.digest).toBe(draft?.digest);
    expect(kinds.filter((kind) => kind === "submitted"), request.subject).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "performed").length, request.subject).toBeLessThanOrEqual(1);
    // Every end but the last was taken back, or sent the draft back.
    const ends = kinds.filter((kind) => ["decided", "expired", "withdrawn"].includes(kind)).length;
    const goesOn = timeline.filter(({ kind, text }) => kind === "undone" || (kind === "decided" && text.startsWith("sent"))).length;
    const overruled = state.kind === "withdrawn" ? 1 : 0;
    expect(ends - goesOn, `${request.subject}: ${kinds.join(", ")}`).toBeLessThanOrEqual(1 + overruled);
  }
}
