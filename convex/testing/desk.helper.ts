// What the desk's tests share: an empty desk or one with demo people, and short ways to act as them. `engine.helper.ts` says
// what the desk runs on.

import { afterEach, beforeEach, expect, vi } from "vitest";
import { api, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import { DESK } from "../model/audit";
import { saveVersion } from "../model/policies";
import { SESSION_TOTAL_MS } from "../model/sessions";
import { firstPolicyOf } from "../playbooks/policy/index";
import type { Action } from "../shared/actions";
import type { Role } from "../shared/roles";
import { type Desk, engine } from "./engine.helper";

export type { Desk } from "./engine.helper";
export type Seat = { id: Id<"people">; name: string } & Pick<Desk, "query" | "mutation" | "action" | "fetch">;

export const ALL = { paginationOpts: { cursor: null, numItems: 50 } };

/** The newest events of the desk, newest first, as somebody who reads its history sees them. */
export async function latestEvents(reader: Seat) {
  const { page } = await reader.query(api.history.events, { filter: {}, ...ALL });
  return page.filter((item) => item.is === "event");
}

export const DANA = {
  from: "Dana Whitfield <dana.whitfield@example.com>",
  subject: "Charged twice",
  message: "My card shows two payments for order FH-20418. Please take one back.",
};

/** An empty desk. The template model answers without pauses and a decision is told at once, so that no test waits for the clock. */
export async function emptyDesk(): Promise<Desk> {
  await engine.setVariable("TEMPLATE_DELAY_MS", "0");
  await engine.setVariable("UNDO_WINDOW_MS", "0");
  return engine.open();
}

/** Sets an environment variable that the desk's functions read, until the test ends. */
export const setVariable = (name: string, value: string): Promise<void> => engine.setVariable(name, value);

/** The issuer of the desk's tokens. */
export const siteUrl = (desk: Desk): string => engine.siteUrl(desk);

/** A desk in demo mode with its people seated. */
export async function demoDesk(): Promise<Desk> {
  const desk = await emptyDesk();
  await desk.mutation(internal.desk.enableDemo, {});
  return desk;
}

/** The `index`th demo person with a role, signed in. */
export async function seat(desk: Desk, role: Role, index = 0): Promise<Seat> {
  const person = await desk.run(
    async (ctx) => (await ctx.db.query("people").collect()).filter(({ roles }) => roles.includes(role))[index],
  );
  if (person === undefined) throw new Error(`There is no ${role} ${index}.`);
  return await seatOf(desk, person);
}

/** A person signed in: with a session as sign-in makes it. */
export async function seatOf(desk: Desk, { _id, name }: Doc<"people">): Promise<Seat> {
  const { query, mutation, action, fetch } = desk.withIdentity({ subject: await subjectOf(desk, _id) });
  return { id: _id, name, query, mutation, action, fetch };
}

/** The subject of somebody's token, with a session of their own. */
export async function subjectOf(desk: Desk, personId: Id<"people">): Promise<string> {
  return await desk.run(async (ctx) => {
    const person = await ctx.db.get("people", personId);
    if (person === null) throw new Error(`There is no person ${personId}.`);
    const { userId } = person;
    const expirationTime = Date.now() + SESSION_TOTAL_MS;
    return `${userId}|${await ctx.db.insert("authSessions", { userId, expirationTime })}`;
  });
}

/** Lets everything run that is due now or is scheduled, up to where the desk waits for a person. Needs fake timers. */
export async function settle(desk: Desk): Promise<void> {
  // Deadlines lie hours ahead; ten seconds of the desk's own clock are more than agents, workpool and watch need.
  for (let i = 0; i < 40; i += 1) {
    await vi.advanceTimersByTimeAsync(250);
    await desk.finishInProgressScheduledFunctions();
  }
}

/** Submits a message as `requester` and waits until its first draft is in review. */
export async function submitted(
  desk: Desk,
  requester: Seat,
  input = DANA,
  more: { decideWithinMs?: number; attachments?: Id<"attachments">[] } = {},
): Promise<Id<"requests">> {
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "customerReply",
    input,
    submissionKey: crypto.randomUUID(),
    ...more,
  });
  await settle(desk);
  return requestId;
}

/** Gives a playbook the customer reply's policy of one reviewer, whatever its own asks for. */
export async function oneReviewer(desk: Desk, playbook: string): Promise<void> {
  await desk.run(async (ctx) => {
    await saveVersion(ctx, playbook, firstPolicyOf("customerReply", Date.now()), DESK);
  });
}

/** The page of a request as its reader sees it; it must exist. */
export async function pageOf(reader: Seat, requestId: Id<"requests">) {
  const page = await reader.query(api.requests.get, { requestId });
  if (page === null) throw new Error(`${reader.name} sees no request ${requestId}.`);
  return page;
}

/** The open task of a request with its draft, as arguments for a decision. */
export async function openTask(reader: Seat, requestId: Id<"requests">) {
  const { task, draft } = await pageOf(reader, requestId);
  if (task === null || draft === null || task.outcome !== null)
    throw new Error(`Request ${requestId} waits for nobody.`);
  return { taskId: task.taskId, revision: draft.revision, digest: draft.digest };
}

/** The text of a draft that has one: a letter or an announcement. */
export function bodyOf(draft: { action: Action } | undefined): string {
  if (draft === undefined || !("body" in draft.action)) throw new Error("This draft has no body.");
  return draft.action.body;
}

/** The data of the desk error a call ends with; fails when it succeeds or ends otherwise. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await call.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ data: { code: expect.any(String), message: expect.any(String) } });
  return (error as { data: Record<string, unknown> }).data;
}

/** Fake timers for the file, and a test fails on console output it did not ask for. */
export function quietWithFakeTimers(): void {
  const { fakeTimers: toFake } = engine;
  beforeEach(() => {
    vi.useFakeTimers(toFake === undefined ? {} : { toFake });
  });
  quiet();
  afterEach(() => {
    vi.useRealTimers();
  });
}

/** A test of the file fails on console output it did not allow (`allowConsole`). */
export function quiet(): void {
  const kinds = ["log", "info", "warn", "error"] as const;
  beforeEach(() => {
    for (const kind of kinds) {
      vi.spyOn(console, kind).mockImplementation((...said: unknown[]) => {
        unasked.push(`${kind}: ${said.map(String).join(" ")}`);
      });
    }
  });
  afterEach(async () => {
    await engine.end();
    vi.restoreAllMocks();
    expect(takeUnasked()).toEqual([]);
  });
}

const unasked: string[] = [];

/**
 * What the workpool says by itself: its figures now and then, and that its watch over running work came to a work that had ended
 * just then, which it leaves alone.
 */
const WORKPOOL = /\{"component":"workpool"|^warn: \[recovery\] Scheduled job \S+ for work \S+ (work not found|attempts mismatch), skipping$/;

function takeUnasked(): string[] {
  return [...unasked.splice(0), ...engine.takeConsole()].filter((line) => !WORKPOOL.test(line));
}

/** Takes the console output so far out of what would fail the test, where every line of it matches. */
export function allowConsole(pattern: RegExp): void {
  for (const line of takeUnasked()) expect(line).toMatch(pattern);
}
