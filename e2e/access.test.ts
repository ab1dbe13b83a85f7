// What somebody may no longer see leaves their open screens within a second: over real connections, without a browser.

import type { ConvexClient } from "convex/browser";
import type { FunctionReference } from "convex/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Person, signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import type { Id } from "../convex/_generated/dataModel.js";
import { deskErrorOf } from "../convex/shared/errors.ts";
import type { Desk } from "./desk.ts";
import { GONE_WITHIN_MS } from "./in-long.ts";
import { startPrepared } from "./prepared.ts";

const FIRST_PAGE = { paginationOpts: { cursor: null, numItems: 20 } };

let desk: Desk;
let requestId: Id<"requests">;
let press: Id<"groups">;
const people: Record<string, Person> = {};
const open: Record<string, ConvexClient> = {};

beforeAll(async () => {
  desk = await startPrepared();
  const url = `http://127.0.0.1:${desk.port + 1}`;
  for (const [who, role, which] of [
    ["maya", "requester", 0],
    ["priya", "reviewer", 0],
    ["tom", "reviewer", 1],
    ["aiko", "reviewer", 2],
    ["david", "manager", 1],
    ["samira", "admin", 0],
  ] as const) {
    people[who] = await signInAs(url, role, which);
    open[who] = await people[who].connect();
  }
  // Asks the press office, in which Priya is the only reviewer, and David.
  const playbook = (await of("maya").query(api.playbooks.list, {})).find(({ name }) => name === "announcement");
  const sample = playbook?.samples[0];
  if (sample === undefined) throw new Error("The playbook of announcements has no sample.");
  const { from, subject, message } = sample;
  const input = { from, subject, message };
  ({ requestId } = await of("maya").mutation(api.requests.submit, { playbook: "announcement", input, submissionKey: "one" }));
  const waiting = watch("maya", api.requests.get, { requestId });
  await waiting.until((page) => page?.state.kind === "inReview", 30_000);
  const { groups } = await of("samira").query(api.policies.names, {});
  press = groups.find(({ name }) => name === "Press office")?.id as Id<"groups">;
});
afterAll(async () => {
  for (const client of Object.values(open)) await client.close();
  await desk?.stop();
});

function of(who: string): ConvexClient {
  const client = open[who];
  if (client === undefined) throw new Error(`${who} is not connected.`);
  return client;
}
const idOf = (who: string) => people[who]?.id as Id<"people">;

/** A live query of somebody: its answer as it is now, `{ refused: code }` where it is refused. */
function watch<Query extends FunctionReference<"query">>(who: string, query: Query, args: Query["_args"]) {
  type Answer = Query["_returnType"];
  let now: { answer: Answer } | { refused: string } | null = null;
  let look: () => void = () => {};
  of(who).onUpdate(
    query,
    args,
    (answer: Answer) => {
      now = { answer };
      look();
    },
    (error) => {
      now = { refused: deskErrorOf(error)?.code ?? error.message };
      look();
    },
  );
  const wait = (holds: () => boolean, ms: number) =>
    new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`${who} still sees ${JSON.stringify(now)?.slice(0, 300)}.`)), ms);
      look = () => {
        if (!holds()) return;
        clearTimeout(timer);
        done();
      };
      look();
    });
  return {
    until: (holds: (answer: Answer) => boolean, ms = GONE_WITHIN_MS) =>
      wait(() => now !== null && "answer" in now && holds(now.answer), ms),
    refused: (code: string) => wait(() => now !== null && "refused" in now && now.refused === code, GONE_WITHIN_MS),
  };
}

it("who leaves a group sees at once nothing more of what asks it; who joins does", async () => {
  const page = watch("priya", api.requests.get, { requestId });
  const inbox = watch("priya", api.tasks.inbox, { ...FIRST_PAGE, queue: "open" });
  await page.until((seen) => seen !== null, 10_000);
  await inbox.until(({ page: tasks }) => tasks.length === 1, 10_000);
  const member = { groupId: press, personId: idOf("priya") };
  await of("samira").mutation(api.groups.removeMember, member);
  await page.until((seen) => seen === null);
  await inbox.until(({ page: tasks }) => tasks.length === 0);
  await of("samira").mutation(api.groups.addMember, member);
  await page.until((seen) => seen !== null);
  await inbox.until(({ page: tasks }) => tasks.length === 1);
});

it("who loses a role is refused at once what it opened", async () => {
  const inbox = watch("priya", api.tasks.inbox, { ...FIRST_PAGE, queue: "open" });
  const page = watch("priya", api.requests.get, { requestId });
  const history = watch("david", api.history.events, { filter: {}, ...FIRST_PAGE });
  await inbox.until(() => true, 10_000);
  await history.until(() => true, 10_000);
  await of("samira").mutation(api.people.setRoles, { personId: idOf("priya"), roles: ["requester"] });
  await inbox.refused("notAllowed");
  await page.until((seen) => seen === null);
  await of("samira").mutation(api.people.setRoles, { personId: idOf("david"), roles: ["reviewer"] });
  await history.refused("notAllowed");
});

it("who is deactivated is nobody at once", async () => {
  const inbox = watch("tom", api.tasks.inbox, { ...FIRST_PAGE, queue: "open" });
  const viewer = watch("tom", api.viewer.current, {});
  await viewer.until((seen) => seen !== null, 10_000);
  await inbox.until(() => true, 10_000);
  await of("samira").mutation(api.people.remove, { personId: idOf("tom") });
  await viewer.until((seen) => seen === null);
  await inbox.refused("notSignedIn");
});

it("a session that an admin ends sees nothing more at once", async () => {
  const inbox = watch("aiko", api.tasks.inbox, { ...FIRST_PAGE, queue: "open" });
  await inbox.until(() => true, 10_000);
  const [session] = await of("samira").query(api.sessions.list, { personId: idOf("aiko") });
  if (session === undefined) throw new Error("Aiko has no session.");
  await of("samira").mutation(api.sessions.end, { sessionId: session.id });
  await inbox.refused("notSignedIn");
});

it("rule R4: of two admins who deactivate each other at once over connections of their own, one does", async () => {
  await of("samira").mutation(api.people.setRoles, { personId: idOf("david"), roles: ["admin"] });
  const results = await Promise.allSettled([
    of("samira").mutation(api.people.remove, { personId: idOf("david") }),
    of("david").mutation(api.people.remove, { personId: idOf("samira") }),
  ]);
  const refused = results.flatMap((result) => (result.status === "rejected" ? [deskErrorOf(result.reason)?.code] : []));
  expect(refused).toEqual(["notSignedIn"]);
});
