import { describe, expect, it } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { Policy, Rule, Stage } from "./shared/policy/types";
import { DANA, demoDesk, type Desk, latestEvents, quietWithFakeTimers, refusal, seat, type Seat, submitted } from "./testing/desk.helper";

quietWithFakeTimers();

const REPLY = { playbook: "customerReply" };
const DAY_MS = 24 * 3_600_000;

async function policyOf(reader: Seat, playbook = "customerReply") {
  const page = await reader.query(api.policies.get, { playbook });
  if (page === null) throw new Error(`There is no policy of ${playbook}.`);
  return page;
}

function firstStage(policy: Policy): Stage {
  const stage = policy.stages[0];
  if (stage === undefined) throw new Error("The policy has no stage.");
  return stage;
}

/** A second stage of managers, and a rule for refunds that leads to both. */
function twoStages(policy: Policy): Policy {
  const second: Stage = {
    ...firstStage(policy),
    key: "new-stage",
    name: "Manager",
    candidates: [{ kind: "role", role: "manager" }],
  };
  const rule: Rule = {
    id: "new-rule",
    name: "Billing",
    when: [{ anyOf: [{ kind: "member", field: "category", op: "isOneOf", values: ["billing"] }] }],
    leadsTo: { kind: "review", stages: ["review", "new-stage"] },
  };
  return { ...policy, stages: [...policy.stages, second], rules: [rule] };
}

/** A rule that approves whatever is of low or medium risk. */
function approving(policy: Policy, change: Partial<Extract<Rule["leadsTo"], { kind: "approve" }>> = {}): Policy {
  const rule: Rule = {
    id: "new-approving",
    name: "Routine",
    when: [{ anyOf: [{ kind: "member", field: "risk.level", op: "isNoneOf", values: ["high"] }] }],
    leadsTo: { kind: "approve", until: Date.now() + DAY_MS, samplePercent: 0, sampleStages: [], ...change },
  };
  return { ...policy, rules: [rule] };
}

async function saved(admin: Seat, policy: Policy, basedOn: number) {
  return await admin.mutation(api.policies.save, { ...REPLY, policy, basedOn });
}

describe("reading", () => {
  it("the list has each playbook with its version; a page has the fields, the names, and the versions", async () => {
    const desk = await demoDesk();
    const manager = await seat(desk, "manager");
    const rows = await manager.query(api.policies.list, {});
    expect(rows[0]).toMatchObject({ ...REPLY, title: "Customer reply", version: 1, savedBy: "The desk" });
    const page = await policyOf(manager);
    expect(page.policy.otherwise).toEqual(["review"]);
    expect(page.fields.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["risk.score", "action.refundAmountCents"]),
    );
    expect(page.versions).toMatchObject([{ version: 1, savedBy: "The desk" }]);
    expect(page).toMatchObject({ revokedRuleIds: [], gone: [] });
    expect(await manager.query(api.policies.version, { ...REPLY, version: 1 })).toMatchObject({ policy: page.policy });
    expect(await manager.query(api.policies.version, { ...REPLY, version: 2 })).toBeNull();
    expect(await manager.query(api.policies.get, { playbook: "nothing" })).toBeNull();
  });

  it("names are people who can decide, and groups with those of their members who can", async () => {
    const desk = await demoDesk();
    const [admin, requester] = [await seat(desk, "admin"), await seat(desk, "requester")];
    const { groupId } = await admin.mutation(api.groups.create, { name: "Night shift" });
    const reviewer = await seat(desk, "reviewer");
    for (const personId of [requester.id, reviewer.id]) {
      await admin.mutation(api.groups.addMember, { groupId, personId });
    }
    const names = await admin.query(api.policies.names, {});
    expect(names.people.map(({ id }) => id)).not.toContain(requester.id);
    expect(names.people).toHaveLength(6);
    expect(names.groups.map(({ name, memberIds }) => [name, memberIds.length])).toEqual([
      ["Finance", 2],
      ["Legal", 2],
      ["Press office", 2],
      ["Night shift", 1],
    ]);
    expect(names.groups.at(-1)?.memberIds).toEqual([reviewer.id]);
  });

  it("who was named and has left is told with their name", async () => {
    const desk = await demoDesk();
    const [admin, reviewer] = [await seat(desk, "admin"), await seat(desk, "reviewer")];
    const { policy } = await policyOf(admin);
    const stage: Stage = {
      ...firstStage(policy),
      candidates: [
        { kind: "person", personId: reviewer.id },
        { kind: "role", role: "manager" },
      ],
    };
    await saved(admin, { ...policy, stages: [stage] }, 1);
    await desk.run((ctx) => ctx.db.patch("people", reviewer.id, { removedAt: Date.now() }));
    expect((await policyOf(admin)).gone).toEqual([{ id: reviewer.id, name: reviewer.name }]);
  });

  it("is for managers and admins, and only admins change anything", async () => {
    const desk = await demoDesk();
    const [manager, reviewer] = [await seat(desk, "manager"), await seat(desk, "reviewer")];
    const { policy } = await policyOf(manager);
    for (const call of [
      reviewer.query(api.policies.list, {}),
      reviewer.query(api.policies.get, REPLY),
      reviewer.query(api.policies.version, { ...REPLY, version: 1 }),
      reviewer.query(api.policies.dryRun, { ...REPLY, policy, last: 1 }),
      manager.mutation(api.policies.save, { ...REPLY, policy, basedOn: 1 }),
      manager.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "x" }),
      manager.mutation(api.groups.create, { name: "Mine" }),
    ]) {
      expect(await refusal(call)).toMatchObject({ code: "notAllowed" });
    }
  });
});

describe("saving", () => {
  it("makes the next version with keys of its own, and says so in the history", async () => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    expect(await saved(admin, twoStages(policy), 1)).toEqual({ version: 2 });
    const page = await policyOf(admin);
    expect(page).toMatchObject({ version: 2, savedBy: admin.name });
    expect(page.policy.stages.map(({ key }) => key)).toEqual(["review", "v2s2"]);
    expect(page.policy.rules[0]).toMatchObject({ id: "v2r1", leadsTo: { stages: ["review", "v2s2"] } });
    expect((await latestEvents(admin))[0]).toMatchObject({
      actor: { name: admin.name },
      text: "saved version 2 of the policy of Customer reply",
    });
  });

  it("an id that a rule once had is never another rule's", async () => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    await saved(admin, approving(policy), 1);
    const second = (await policyOf(admin)).policy;
    await admin.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "v2r1" });
    await saved(admin, policy, 2);
    await saved(admin, second, 3);
    expect((await policyOf(admin)).policy.rules[0]).toMatchObject({ id: "v4r1", name: "Routine" });
  });

  it.each<[string, (policy: Policy) => Policy, string, RegExp]>([
    [
      "an empty stage",
      (policy) => ({ ...policy, stages: [{ ...firstStage(policy), candidates: [] }] }),
      "stages[0].candidates",
      /Nobody/,
    ],
    [
      "a quorum above its candidates",
      (policy) => ({ ...policy, stages: [{ ...firstStage(policy), quorum: { kind: "count", count: 4 } }] }),
      "stages[0].quorum.count",
      /3 candidates/,
    ],
    [
      "an unknown person",
      (policy) => ({
        ...policy,
        stages: [{ ...firstStage(policy), candidates: [{ kind: "person", personId: "nobody" }] }],
      }),
      "stages[0].candidates[0]",
      /no such person/,
    ],
    [
      "an unknown group of requesters",
      (policy) => ({
        ...policy,
        rules: [
          {
            id: "r",
            name: "R",
            when: [{ anyOf: [{ kind: "member", field: "requester.groups", op: "isOneOf", values: ["x"] }] }],
            leadsTo: { kind: "review", stages: ["review"] },
          },
        ],
      }),
      "rules[0].when[0].anyOf[0].values[0]",
      /no such group/,
    ],
    [
      "an unknown field",
      (policy) => ({
        ...policy,
        rules: [
          {
            id: "r",
            name: "R",
            when: [{ anyOf: [{ kind: "presence", field: "action.price", op: "isPresent" }] }],
            leadsTo: { kind: "review", stages: ["review"] },
          },
        ],
      }),
      "rules[0].when[0].anyOf[0].field",
      /no field/,
    ],
    [
      "a circle of escalation",
      (policy) => ({ ...policy, stages: [{ ...firstStage(policy), escalateTo: "review" }] }),
      "stages[0].escalateTo",
      /circle/,
    ],
    ["an approval that has ended", (policy) => approving(policy, { until: 5 }), "rules[0].leadsTo.until", /already/],
    [
      "a text compared with a number",
      (policy) => ({
        ...policy,
        rules: [
          {
            id: "r",
            name: "R",
            when: [{ anyOf: [{ kind: "number", field: "action.subject", op: "is", value: 1 }] }],
            leadsTo: { kind: "review", stages: ["review"] },
          },
        ],
      }),
      "rules[0].when[0].anyOf[0]",
      /which is a text/,
    ],
    [
      "a time that does not exist",
      (policy) => ({
        ...policy,
        calendar: {
          ...policy.calendar,
          workingHours: { ...policy.calendar.workingHours, monday: [{ from: "17:00", to: "9:00" }] },
        },
      }),
      "calendar.workingHours.monday[0].to",
      /./,
    ],
    ["a policy that no document holds", (policy) => ({ ...policy, name: "x".repeat(600_000) }), "rules", /too large/],
  ])("%s is refused at its field, and nothing is saved", async (_, change, field, reason) => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    const refused = await refusal(saved(admin, change(policy), 1));
    expect(refused).toMatchObject({ code: "policyInvalid", message: expect.stringMatching(/Nothing was saved/) });
    const problems = refused["problems"] as { field: string; reason: string }[];
    expect(problems.find((problem) => problem.field === field)?.reason).toMatch(reason);
    expect((await policyOf(admin)).version).toBe(1);
  });

  it("somebody else's version in between is not overwritten", async () => {
    const desk = await demoDesk();
    const [admin, other] = [await seat(desk, "admin"), await anotherAdmin(desk)];
    const { policy } = await policyOf(admin);
    await saved(other, { ...policy, name: "Theirs" }, 1);
    const refused = await refusal(saved(admin, { ...policy, name: "Mine" }, 1));
    expect(refused).toMatchObject({
      code: "policyChanged",
      version: 2,
      message: expect.stringMatching(/text is kept/),
    });
    expect((await policyOf(admin)).policy.name).toBe("Theirs");
  });

  it("the same call again, whose answer got lost, saves nothing more; nor does what changes nothing", async () => {
    const desk = await demoDesk();
    const [admin, other] = [await seat(desk, "admin"), await anotherAdmin(desk)];
    const { policy } = await policyOf(admin);
    const changed = twoStages(policy);
    expect(await saved(admin, changed, 1)).toEqual({ version: 2 });
    expect(await saved(admin, changed, 1)).toEqual({ version: 2 });
    expect(await refusal(saved(other, changed, 1))).toMatchObject({ code: "policyChanged" });
    expect(await saved(admin, (await policyOf(admin)).policy, 2)).toEqual({ version: 2 });
    expect((await policyOf(admin)).versions).toHaveLength(2);
  });
});

describe("revoking a rule", () => {
  it("is told at once with every version, once in the history, and the rule stays as it is", async () => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    await saved(admin, approving(policy), 1);
    const rule = { ...REPLY, ruleId: "v2r1" };
    await admin.mutation(api.policies.revokeRule, rule);
    await admin.mutation(api.policies.revokeRule, rule);
    const page = await policyOf(admin);
    expect(page.revokedRuleIds).toEqual(["v2r1"]);
    const events = await latestEvents(admin);
    expect(events.map(({ text }) => text).filter((text) => text.startsWith("revoked"))).toEqual([
      "revoked the rule “Routine” of Customer reply: it approves nothing any more",
    ]);
    const changed = { ...page.policy, rules: page.policy.rules.map((one) => ({ ...one, name: "Other" })) };
    expect(await refusal(saved(admin, changed, 2))).toMatchObject({ problems: [{ field: "rules[0]" }] });
    expect(await saved(admin, { ...page.policy, name: "Other" }, 2)).toEqual({ version: 3 });
  });

  it("a rule of an earlier version can be revoked; one that asks people, or never was, cannot", async () => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    await saved(admin, approving(policy), 1);
    await saved(admin, twoStages(policy), 2);
    await admin.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "v2r1" });
    expect((await policyOf(admin)).revokedRuleIds).toEqual(["v2r1"]);
    const asking = admin.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "v3r1" });
    expect(await refusal(asking)).toMatchObject({ code: "ruleNotApproving" });
    const none = admin.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "v9r1" });
    expect(await refusal(none)).toMatchObject({ code: "notFound" });
  });
});

describe("a dry run", () => {
  const NOTHING = { same: 0, changed: 0, autoApproved: 0, blocked: 0 };

  it("compares what the desk's requests would have had, newest first, and changes nothing", async () => {
    const desk = await demoDesk();
    const [admin, requester] = [await seat(desk, "admin"), await seat(desk, "requester")];
    const older = await submitted(desk, requester);
    const newer = await submitted(desk, requester, { ...DANA, subject: "Charged again" });
    const { policy } = await policyOf(admin);
    const run = (changed: Policy, last = 200) => admin.query(api.policies.dryRun, { ...REPLY, policy: changed, last });

    expect(await run(policy)).toEqual({ ...NOTHING, looked: 2, cut: false, same: 2, rows: [] });

    const staged = await run(twoStages(policy));
    expect(staged).toMatchObject({ ...NOTHING, looked: 2, changed: 2 });
    expect(staged.rows.map(({ requestId }) => requestId)).toEqual([newer, older]);
    expect(staged.rows[0]).toMatchObject({
      subject: "Charged again",
      requester: requester.name,
      version: 1,
      before: { kind: "reviewed", stages: ["Review"] },
      after: { kind: "reviewed", stages: ["Review", "Manager"] },
      stages: [
        { kind: "same", stage: "Review" },
        { kind: "added", stage: "Manager" },
      ],
    });
    expect((await run(twoStages(policy), 1)).looked).toBe(1);

    const approved = await run(approving(policy));
    expect(approved).toMatchObject({ ...NOTHING, changed: 2, autoApproved: 2 });
    expect(approved.rows[0]?.after).toEqual({ kind: "autoApproved", rule: "Routine" });
    expect((await policyOf(admin)).version).toBe(1);
  });

  it("counts what nobody could decide: a requester's own", async () => {
    const desk = await demoDesk();
    const [admin, requester] = [await seat(desk, "admin"), await seat(desk, "requester")];
    await desk.run((ctx) => ctx.db.patch("people", requester.id, { roles: ["requester", "reviewer"] }));
    await submitted(desk, requester);
    const { policy } = await policyOf(admin);
    const own: Stage = { ...firstStage(policy), candidates: [{ kind: "person", personId: requester.id }] };
    const blocked = await admin.query(api.policies.dryRun, { ...REPLY, policy: { ...policy, stages: [own] }, last: 5 });
    expect(blocked).toMatchObject({ ...NOTHING, looked: 1, changed: 1, blocked: 1 });
    expect(blocked.rows[0]?.after).toEqual({ kind: "blocked", stage: "Review" });
  });

  it("a revoked rule approves nothing in it, and a request without a draft is left out", async () => {
    const desk = await demoDesk();
    const [admin, requester] = [await seat(desk, "admin"), await seat(desk, "requester")];
    await submitted(desk, requester);
    await requester.mutation(api.requests.submit, { ...REPLY, input: DANA, submissionKey: "not drafted yet" });
    const { policy } = await policyOf(admin);
    await saved(admin, approving(policy), 1);
    await admin.mutation(api.policies.revokeRule, { ...REPLY, ruleId: "v2r1" });
    const page = await policyOf(admin);
    const run = await admin.query(api.policies.dryRun, { ...REPLY, policy: page.policy, last: 10 });
    expect(run).toMatchObject({ ...NOTHING, looked: 1, same: 1 });
  });

  it("looks at fewer requests where so many would be too large for one query, and says so", async () => {
    const desk = await demoDesk();
    const [admin, requester] = [await seat(desk, "admin"), await seat(desk, "requester")];
    const requestId = await submitted(desk, requester);
    await desk.run(async (ctx) => {
      const request = await ctx.db.get("requests", requestId);
      const draft = await ctx.db.query("drafts").first();
      if (request === null || draft === null) throw new Error("There is no draft.");
      for (let i = 0; i < 120; i += 1) {
        const { _id: _requestId, _creationTime: _submittedAt, ...rest } = request;
        const input = { ...rest.input, message: "x".repeat(100_000) };
        const copyId = await ctx.db.insert("requests", { ...rest, input, submissionKey: `copy ${i}` });
        const { _id: _draftId, _creationTime: _draftedAt, ...written } = draft;
        await ctx.db.insert("drafts", { ...written, requestId: copyId });
      }
    });
    const { policy } = await policyOf(admin);
    const run = await admin.query(api.policies.dryRun, { ...REPLY, policy, last: 200 });
    expect(run.cut).toBe(true);
    expect(run.looked).toBeGreaterThan(50);
    expect(run.looked).toBeLessThan(120);
    expect((await admin.query(api.policies.dryRun, { ...REPLY, policy, last: 10 })).cut).toBe(false);
  });

  it("refuses a policy that could not be saved, and a number of requests it does not look at", async () => {
    const desk = await demoDesk();
    const admin = await seat(desk, "admin");
    const { policy } = await policyOf(admin);
    const broken = { ...policy, otherwise: [] };
    const refused = await refusal(admin.query(api.policies.dryRun, { ...REPLY, policy: broken, last: 5 }));
    expect(refused).toMatchObject({ code: "policyInvalid", problems: [{ field: "otherwise" }] });
    for (const last of [0, 201, 1.5]) {
      const call = admin.query(api.policies.dryRun, { ...REPLY, policy, last });
      expect(await refusal(call)).toMatchObject({ code: "dryRunInvalid" });
    }
  });
});

/** A reviewer who is made an admin. */
async function anotherAdmin(desk: Desk): Promise<Seat> {
  const reviewer = await seat(desk, "reviewer");
  const personId: Id<"people"> = reviewer.id;
  await desk.run(async (ctx) => {
    await ctx.db.patch("people", personId, { roles: ["reviewer", "admin"] });
    await ctx.db.insert("memberships", { of: "admin", personId });
  });
  return reviewer;
}
