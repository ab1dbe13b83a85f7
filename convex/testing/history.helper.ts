// A past for the tests of the history: requests with tasks, decisions and events in the shape the desk writes them, drawn by
// fast-check, so that filters can be held against a plain recount.

import * as fc from "fast-check";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { record } from "../model/audit";
import { saveVersion } from "../model/policies";
import { writeRequestWords } from "../model/requestWords";
import { firstPolicyOf } from "../playbooks/policy/index";
import type { Desk } from "./desk.helper";

export const PLAYBOOKS = ["customerReply", "refund"] as const;
export const STAGES = ["First look", "Second look"] as const;
export const OUTCOMES = ["drafting", "rejected", "expired", "withdrawn"] as const;
export const REASONS = ["Too late", "Wrong amount", "Ask finance"] as const;
const SUBJECTS = ["Charged twice", "Where is my card", "Exchange rate"] as const;

/** One request of the past; people and groups by their number. */
export type Past = {
  playbook: (typeof PLAYBOOKS)[number];
  version: number;
  requester: number;
  outcome: (typeof OUTCOMES)[number];
  subject: (typeof SUBJECTS)[number];
  /** The stages that were opened, in order, each with the group it asked. */
  stages: { stage: (typeof STAGES)[number]; group: number }[];
  /** Who decided, in order, and what they wrote. */
  votes: { person: number; reason: (typeof REASONS)[number] }[];
};

const person = fc.nat({ max: 2 });
export const aPast: fc.Arbitrary<Past> = fc.record({
  playbook: fc.constantFrom(...PLAYBOOKS),
  version: fc.constantFrom(1, 2),
  requester: person,
  outcome: fc.constantFrom(...OUTCOMES),
  subject: fc.constantFrom(...SUBJECTS),
  stages: fc.array(fc.record({ stage: fc.constantFrom(...STAGES), group: fc.nat({ max: 1 }) }), { maxLength: 3 }),
  votes: fc.array(fc.record({ person, reason: fc.constantFrom(...REASONS) }), { maxLength: 3 }),
});

/** Who and what a past is made with: three people, two groups, and the task of a request in review as a pattern. */
export type Pattern = { people: Id<"people">[]; groups: Id<"groups">[]; task: Doc<"tasks"> };

/** Two more versions of each playbook's policy; all there are, by playbook and number ("refund 1"). */
export async function writeVersions(desk: Desk): Promise<Map<string, Id<"policyVersions">>> {
  const named = await desk.run(async (plain) => {
    const ctx = plain as MutationCtx;
    const versions: { name: string; id: Id<"policyVersions"> }[] = [];
    for (const playbook of PLAYBOOKS) {
      for (let i = 0; i < 2; i += 1)
        await saveVersion(ctx, playbook, firstPolicyOf(playbook, Date.now()), { kind: "desk" });
      const rows = await ctx.db
        .query("policyVersions")
        .withIndex("by_playbook_and_version", (q) => q.eq("playbook", playbook))
        .collect();
      versions.push(...rows.map(({ version, _id }) => ({ name: `${playbook} ${version}`, id: _id })));
    }
    return versions;
  });
  return new Map(named.map(({ name, id }) => [name, id]));
}

/** Writes one request of the past with all that belongs to it. */
export async function writePast(
  desk: Desk,
  { people, groups, task }: Pattern,
  versions: ReadonlyMap<string, Id<"policyVersions">>,
  { playbook, version, requester, outcome, subject, stages, votes }: Past,
  n: number,
): Promise<Id<"requests">> {
  return await desk.run(async (plain) => {
    const ctx = plain as MutationCtx;
    const at = Date.now();
    const requesterId = people[requester] as Id<"people">;
    const requestId = await ctx.db.insert("requests", {
      playbook,
      input: { from: "Dana <dana@example.com>", subject: `${subject} ${n}`, message: "Please look at it." },
      requesterId,
      submissionKey: `past-${n}`,
      policyVersionId: versions.get(`${playbook} ${version}`) as Id<"policyVersions">,
      threadId: `thread-${n}`,
      asked: [],
      revision: 1,
      rounds: 1,
      state: stateOf(outcome, requesterId, at),
    });
    await writeRequestWords(ctx, requestId);
    await record(ctx, requestId, { kind: "person", personId: requesterId }, { kind: "submitted", playbook });
    const { _id, _creationTime, ...pattern } = task;
    for (const { stage, group } of stages) {
      await ctx.db.insert("tasks", { ...pattern, requestId, stage, asks: [`group:${groups[group]}`] });
      await record(ctx, requestId, { kind: "desk" }, { kind: "taskOpened", stage, revision: 1, dueAt: at });
    }
    for (const { person, reason } of votes) {
      const personId = people[person] as Id<"people">;
      const vote = { revision: 1, digest: "d".repeat(64), verdict: { kind: "reject" as const, reason } };
      await ctx.db.insert("decisions", { taskId: task._id, requestId, personId, ...vote });
      await record(ctx, requestId, { kind: "person", personId }, { kind: "voted", ...vote });
    }
    return requestId;
  });
}

function stateOf(outcome: Past["outcome"], personId: Id<"people">, at: number): Doc<"requests">["state"] {
  switch (outcome) {
    case "drafting":
      return { kind: "drafting", step: "draft", at };
    case "withdrawn":
      return { kind: "withdrawn", personId, at };
    case "rejected":
      return { kind: "rejected", by: { kind: "rounds" }, at };
    case "expired":
      return { kind: "rejected", by: { kind: "deadline" }, at };
    default:
      return outcome satisfies never;
  }
}
