// What the tests of reviews share: policies of one's own, and a request in review under one.

import type { MutationCtx } from "../_generated/server";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { join } from "../model/memberships";
import { saveVersion } from "../model/policies";
import { customerReply } from "../playbooks/policy/customerReply";
import type { Policy, Stage } from "../shared/policy/types";
import { DANA, type Desk, demoDesk, openTask, pageOf, seat, type Seat, submitted } from "./desk.helper";

export const ANYTIME: Policy["calendar"] = {
  timeZone: "UTC",
  workingHours: Object.fromEntries(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((day) => [
      day,
      [{ from: "00:00", to: "24:00" }],
    ]),
  ) as Policy["calendar"]["workingHours"],
  holidays: [],
};

const [REVIEW] = customerReply.stages as [Stage];

/** A stage in which one of the reviewers decides within an hour. */
export function stage(change: Partial<Stage> = {}): Stage {
  return { ...REVIEW, deadline: { kind: "elapsed", minutes: 60 }, reminders: [], ...change };
}

/** A policy that asks `stages` in order; others of `all` may take over. */
export function policy(stages: Stage[], change: Partial<Policy> = {}): Policy {
  const otherwise = stages.map(({ key }) => key);
  return { ...customerReply, calendar: ANYTIME, stages, rules: [], otherwise, ...change };
}

/** Puts a policy for customer replies in force. */
export async function inForce(desk: Desk, of: Policy): Promise<void> {
  await desk.run(async (ctx) => {
    await saveVersion(ctx as MutationCtx, "customerReply", of, { kind: "desk" });
  });
}

/** A new group with people in it. */
export async function group(desk: Desk, name: string, members: Seat[]): Promise<Id<"groups">> {
  return await desk.run(async (ctx) => {
    const groupId = await ctx.db.insert("groups", { name });
    for (const { id } of members) await join(ctx as MutationCtx, groupId, id);
    return groupId;
  });
}

/** A demo desk with its people, and a request in review under a policy. */
export async function reviewing(of: Policy | ((cast: Cast) => Policy | Promise<Policy>)) {
  const on = await cast();
  await inForce(on.desk, typeof of === "function" ? await of(on) : of);
  const requestId = await submitted(on.desk, on.requester, DANA);
  return { ...on, requestId, task: await openTask(on.priya, requestId) };
}

/** A demo desk with the people the tests are about. */
export async function cast() {
  const desk = await demoDesk();
  return { desk, ...(await seats(desk)) };
}

async function seats(desk: Desk) {
  return {
    requester: await seat(desk, "requester"),
    priya: await seat(desk, "reviewer", 0),
    tom: await seat(desk, "reviewer", 1),
    aiko: await seat(desk, "reviewer", 2),
    helen: await seat(desk, "manager", 0),
    samira: await seat(desk, "admin"),
  };
}
export type Cast = Awaited<ReturnType<typeof cast>>;

/** Approves the open task of a request as somebody. */
export async function approve(who: Seat, requestId: Id<"requests">) {
  return await who.mutation(api.decisions.decide, {
    ...(await openTask(who, requestId)),
    verdict: { kind: "approve" },
  });
}

/** The kinds of a request's events, in order. */
export async function kinds(reader: Seat, requestId: Id<"requests">): Promise<string[]> {
  return (await pageOf(reader, requestId)).timeline.map(({ kind }) => kind);
}

/** The names and states of the stages of a request's review. */
export async function stages(reader: Seat, requestId: Id<"requests">): Promise<string[]> {
  return (await pageOf(reader, requestId)).stages.map(({ name, status }) => `${name}: ${status}`);
}
