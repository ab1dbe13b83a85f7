import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { EventFilter, RequestFilter } from "./shared/history/filter";
import { quietWithFakeTimers, refusal, type Seat } from "./testing/desk.helper";
import {
  aPast,
  OUTCOMES,
  type Past,
  type Pattern,
  PLAYBOOKS,
  STAGES,
  writePast,
  writeVersions,
} from "./testing/history.helper";
import { group, policy, reviewing, stage } from "./testing/review.helper";

quietWithFakeTimers();

/** A desk with one request in review, whose task is the pattern for a past, and three people and two groups. */
async function prepared() {
  const on = await reviewing(policy([stage()]));
  const { desk, requester, priya, tom } = on;
  const groups = [await group(desk, "North", [priya]), await group(desk, "South", [tom])];
  const task = await desk.run((ctx) => ctx.db.get("tasks", on.task.taskId));
  if (task === null) throw new Error("There is no task.");
  const pattern: Pattern = { people: [requester.id, priya.id, tom.id], groups, task };
  return { ...on, pattern, versions: await writeVersions(desk) };
}
type Prepared = Awaited<ReturnType<typeof prepared>>;

/** Writes a past a second apart; when each request was submitted, ms since 1970. */
async function written({ desk, pattern, versions }: Prepared, past: readonly Past[]) {
  const ids: Id<"requests">[] = [];
  const times: number[] = [];
  for (const [n, one] of past.entries()) {
    await vi.advanceTimersByTimeAsync(1_000);
    times.push(Date.now());
    ids.push(await writePast(desk, pattern, versions, one, n));
  }
  return { ids, times };
}

/** All pages of requests, and how far back each that said so had looked. */
async function allRequests(who: Seat, filter: RequestFilter, numItems: number) {
  const found: Id<"requests">[] = [];
  const backTo: number[] = [];
  for (let cursor: string | null = null, isDone = false; !isDone;) {
    const args = { filter, paginationOpts: { cursor, numItems } };
    const result: Awaited<ReturnType<typeof who.query<typeof api.history.requests>>> = await who.query(
      api.history.requests,
      args,
    );
    for (const item of result.page) {
      if (item.is === "request") found.push(item.requestId);
      else backTo.push(item.backTo);
    }
    ({ continueCursor: cursor, isDone } = result);
  }
  return { found, backTo };
}

async function allEvents(who: Seat, filter: EventFilter, numItems: number) {
  const found: string[] = [];
  for (let cursor: string | null = null, isDone = false; !isDone;) {
    const args = { filter, paginationOpts: { cursor, numItems } };
    const result: Awaited<ReturnType<typeof who.query<typeof api.history.events>>> = await who.query(
      api.history.events,
      args,
    );
    for (const item of result.page) if (item.is === "event") found.push(item.id);
    ({ continueCursor: cursor, isDone } = result);
  }
  return found;
}

/** Each member there or not, so that every combination comes up. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const second = fc.nat({ max: 12 });

describe("requests", () => {
  it("every combination of filters finds what a plain recount finds, newest first, whatever the size of pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aPast, { minLength: 4, maxLength: 12 }),
        fc.infiniteStream(combination),
        async (past, combinations) => {
          const on = await prepared();
          const { ids, times } = await written(on, past);
          const { people, groups } = on.pattern;
          for (let i = 0; i < 40; i += 1) {
            const { size, ...asked } = combinations.next().value;
            const since = times[asked.since ?? -1];
            const until = times[asked.until ?? -1];
            const filter: RequestFilter = {
              ...defined({
                since,
                until,
                playbook: asked.playbook,
                version: asked.version,
                stage: asked.stage,
                outcome: asked.outcome,
              }),
              ...defined({
                requester: people[asked.requester ?? -1],
                decider: people[asked.decider ?? -1],
                group: groups[asked.group ?? -1],
              }),
            };
            const matches = past.flatMap((one, n) =>
              isMatch(one, times[n] ?? 0, { ...asked, since, until }) ? [n] : [],
            );
            // The desk's own request in review is older than the past; times and people of the past leave it out or in alike.
            const { found } = await allRequests(on.helen, filter, size);
            const own = found.filter((id) => id !== on.requestId);
            expect({ filter, found: own.map((id) => ids.indexOf(id)) }).toEqual({ filter, found: matches.reverse() });
          }
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("a filter that no index answers alone says how far back each page looked, and goes on from there", async () => {
    const on = await prepared();
    const past = Array.from({ length: 12 }, (_, n): Past => ({
      ...PLAIN,
      stages: n === 1 ? [{ stage: "First look", group: 0 }] : [],
    }));
    const { ids, times } = await written(on, past);
    const { found, backTo } = await allRequests(
      on.helen,
      { group: on.pattern.groups[0] as string, since: times[0] as number },
      5,
    );
    expect(found).toEqual([ids[1]]);
    expect(backTo.map((at) => times.indexOf(Math.floor(at)))).toEqual([7, 2]);
  });

  it("pages neither overlap nor leave a gap while requests come in", async () => {
    const on = await prepared();
    const { ids } = await written(
      on,
      Array.from({ length: 6 }, () => PLAIN),
    );
    const filter = { playbook: "refund" };
    const first = await on.helen.query(api.history.requests, { filter, paginationOpts: { cursor: null, numItems: 3 } });
    await writePast(on.desk, on.pattern, on.versions, PLAIN, 99);
    const next = { cursor: first.continueCursor, numItems: 3 };
    const second = await on.helen.query(api.history.requests, { filter, paginationOpts: next });
    const found = [...first.page, ...second.page].map((item) => (item.is === "request" ? item.requestId : null));
    expect(found).toEqual(ids.toReversed());
  });

  it("a filter with an id of nobody finds nothing", async () => {
    const on = await prepared();
    expect((await allRequests(on.helen, { requester: "nobody" }, 5)).found).toEqual([]);
    expect((await allRequests(on.helen, { playbook: "refund", version: 9 }, 5)).found).toEqual([]);
  });

  it("are found by words of subject, sender, message and summary, with filters beside", async () => {
    const on = await prepared();
    const { ids } = await written(on, [
      { ...PLAIN, subject: "Exchange rate" },
      { ...PLAIN, subject: "Exchange rate", playbook: "customerReply" },
      { ...PLAIN, subject: "Charged twice" },
    ]);
    const find = async (filter: RequestFilter, limit = 10) => {
      const { found, ...more } = await on.helen.query(api.history.findRequests, { filter, limit });
      return { ...more, found: found.map(({ requestId }) => ids.indexOf(requestId)).sort() };
    };
    expect(await find({ text: "exchange" })).toEqual({ found: [0, 1], more: false, capped: false });
    expect(await find({ text: "exchange", playbook: "refund" })).toMatchObject({ found: [0] });
    expect(await find({ text: "exchange", outcome: "expired" })).toMatchObject({ found: [] });
    expect(await find({ text: "exchange" }, 1)).toMatchObject({ more: true });
    expect((await find({ text: "FH-20418" })).found).toEqual([-1]);
    const [page] = await on.desk.run((ctx) => ctx.db.query("drafts").take(1));
    expect((await find({ text: page?.summary.split(" ")[0] ?? "" })).found).toContain(-1);
  });
});

describe("events", () => {
  it("every combination of filters finds what a plain recount of all events finds, newest first", async () => {
    const on = await prepared();
    const past = fc.sample(aPast, { numRuns: 12, seed: 5 });
    await written(on, past);
    const rows = await on.desk.run((ctx) => ctx.db.query("auditEvents").order("desc").take(500));
    const { people, groups } = on.pattern;
    const times = rows.map(({ _creationTime }) => _creationTime);
    const ofVersion = new Map([...on.versions].map(([name, id]) => [id, name] as const));
    await fc.assert(
      fc.asyncProperty(eventCombination, async ({ size, ...asked }) => {
        const filter: EventFilter = defined({
          playbook: asked.playbook,
          version: asked.version,
          stage: asked.stage,
          kind: asked.kind,
          person: people[asked.person ?? -1],
          group: groups[asked.group ?? -1],
          since: times[asked.since ?? -1],
          until: times[asked.until ?? -1],
        });
        const matches = rows.filter(
          ({ event, actor, chain, ...row }) =>
            (filter.playbook === undefined || row.playbook === filter.playbook) &&
            (filter.version === undefined ||
              (filter.playbook !== undefined &&
                ofVersion.get(row.policyVersionId as Id<"policyVersions">) ===
                  `${filter.playbook} ${filter.version}`)) &&
            (filter.stage === undefined || ("stage" in event && event.stage === filter.stage)) &&
            (filter.kind === undefined || event.kind === filter.kind) &&
            (filter.person === undefined || (actor.kind === "person" && actor.personId === filter.person)) &&
            (filter.group === undefined || chain === `group:${filter.group}`) &&
            (filter.since === undefined || row._creationTime >= filter.since) &&
            (filter.until === undefined || row._creationTime < filter.until),
        );
        expect({ filter, found: await allEvents(on.helen, filter, size) }).toEqual({
          filter,
          found: matches.map(({ _id }) => _id),
        });
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it("are found by what people wrote, and no more once the words are erased", async () => {
    const on = await prepared();
    await written(on, [
      {
        ...PLAIN,
        votes: [
          { person: 1, reason: "Wrong amount" },
          { person: 2, reason: "Too late" },
        ],
      },
    ]);
    const find = async (filter: EventFilter) =>
      (await on.helen.query(api.history.findEvents, { filter, limit: 10 })).found;
    expect(await find({ text: "amount" })).toMatchObject([{ kind: "voted", text: "rejected draft 1: Wrong amount" }]);
    expect(await find({ text: "late", person: on.pattern.people[2] as string })).toHaveLength(1);
    expect(await find({ text: "late", person: on.pattern.people[1] as string })).toEqual([]);
    expect(await find({ text: "late", kind: "commented" })).toEqual([]);
    await on.desk.run(async (ctx) => {
      for (const row of await ctx.db.query("auditWords").collect()) await ctx.db.delete("auditWords", row._id);
    });
    expect(await find({ text: "amount" })).toEqual([]);
  });
});

const eventCombination = fc.record({
  playbook: maybe(fc.constantFrom(...PLAYBOOKS)),
  version: maybe(fc.constantFrom(1, 2)),
  stage: maybe(fc.constantFrom(...STAGES)),
  group: maybe(fc.nat({ max: 1 })),
  kind: maybe(fc.constantFrom("submitted" as const, "voted" as const, "taskOpened" as const, "groupCreated" as const)),
  person: maybe(fc.nat({ max: 2 })),
  since: maybe(fc.nat({ max: 40 })),
  until: maybe(fc.nat({ max: 40 })),
  size: fc.constantFrom(2, 7, 50),
});

describe("a replay", () => {
  it("has every event in its order with what was said, and every draft with its digest", async () => {
    const on = await reviewing(policy([stage()]));
    const { revision, digest } = on.task;
    const verdict = { kind: "reject", reason: "Not ours to pay." } as const;
    await on.priya.mutation(api.decisions.decide, { ...on.task, verdict });
    const replay = await on.helen.query(api.history.replay, { requestId: on.requestId });
    expect(replay?.steps.map(({ kind }) => kind)).toEqual([
      "submitted",
      "triaged",
      "drafted",
      "taskOpened",
      "voted",
      "decided",
    ]);
    expect(replay?.steps[4]).toMatchObject({
      actor: { kind: "person", name: on.priya.name },
      event: { kind: "voted", revision, digest, verdict },
    });
    expect(replay?.drafts).toMatchObject([{ revision, digest }]);
    expect(await on.helen.query(api.history.replay, { requestId: "none" })).toBeNull();
  });
});

describe("saved views", () => {
  const view = { of: "requests", filter: { outcome: "rejected", playbook: "refund" } } as const;

  it("are seen by their owner alone until they are shared, and changed by the owner and, once shared, by admins", async () => {
    const on = await reviewing(policy([stage()]));
    const { helen, samira } = on;
    const { viewId } = await helen.mutation(api.savedViews.save, { name: " Rejected refunds ", shared: false, view });
    const names = async (who: Seat) => (await who.query(api.savedViews.list, {})).map(({ name }) => name);
    expect(await names(samira)).toEqual([]);
    const change = { viewId, name: "Mine now", shared: true };
    expect(await refusal(samira.mutation(api.savedViews.update, change))).toMatchObject({ code: "viewGone" });
    await helen.mutation(api.savedViews.update, { viewId, name: "Refused refunds", shared: true });
    expect(await samira.query(api.savedViews.list, {})).toEqual([
      { viewId, name: "Refused refunds", shared: true, by: helen.name, mayChange: true, view },
    ]);
    const own = await samira.mutation(api.savedViews.save, {
      name: "All",
      shared: true,
      view: { of: "events", filter: {} },
    });
    expect(await refusal(helen.mutation(api.savedViews.remove, own))).toMatchObject({ code: "viewNotYours" });
    await samira.mutation(api.savedViews.remove, { viewId });
    expect(await names(helen)).toEqual(["All"]);
    await helen.mutation(api.savedViews.remove, { viewId });
  });

  it.each(["  ", "x".repeat(101), "two\nlines"])("refuse the name %j", async (name) => {
    const { helen } = await reviewing(policy([stage()]));
    const call = helen.mutation(api.savedViews.save, { name, shared: false, view });
    expect(await refusal(call)).toMatchObject({ code: "viewNameInvalid" });
  });
});

it("managers and admins read the history, nobody else", async () => {
  const on = await reviewing(policy([stage()]));
  const args = { filter: {}, paginationOpts: { cursor: null, numItems: 5 } };
  for (const who of [on.requester, on.priya]) {
    expect(await refusal(who.query(api.history.events, args))).toMatchObject({ code: "notAllowed" });
    expect(await refusal(who.query(api.history.requests, args))).toMatchObject({ code: "notAllowed" });
    expect(await refusal(who.query(api.history.replay, { requestId: on.requestId }))).toMatchObject({
      code: "notAllowed",
    });
    expect(await refusal(who.query(api.savedViews.list, {}))).toMatchObject({ code: "notAllowed" });
  }
  await on.samira.query(api.history.events, args);
});

const PLAIN: Past = {
  playbook: "refund",
  version: 1,
  requester: 0,
  outcome: "drafting",
  subject: "Where is my card",
  stages: [],
  votes: [],
};

const combination = fc.record({
  playbook: maybe(fc.constantFrom(...PLAYBOOKS)),
  version: maybe(fc.constantFrom(1, 2)),
  stage: maybe(fc.constantFrom(...STAGES)),
  group: maybe(fc.nat({ max: 1 })),
  outcome: maybe(fc.constantFrom(...OUTCOMES)),
  requester: maybe(fc.nat({ max: 2 })),
  decider: maybe(fc.nat({ max: 2 })),
  since: maybe(second),
  until: maybe(second),
  size: fc.constantFrom(1, 3, 50),
});
type Combination = typeof combination extends fc.Arbitrary<infer T> ? Omit<T, "size"> : never;

/** The plain recount: what a filter means, request by request. */
function isMatch(one: Past, submittedAt: number, asked: Combination): boolean {
  const is = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value;
  return (
    is(asked.playbook, one.playbook) &&
    (asked.version === undefined || (asked.playbook !== undefined && asked.version === one.version)) &&
    is(asked.outcome, one.outcome) &&
    is(asked.requester, one.requester) &&
    (asked.stage === undefined || one.stages.some(({ stage }) => stage === asked.stage)) &&
    (asked.group === undefined || one.stages.some(({ group }) => group === asked.group)) &&
    (asked.decider === undefined || one.votes.some(({ person }) => person === asked.decider)) &&
    (asked.since === undefined || submittedAt >= asked.since) &&
    (asked.until === undefined || submittedAt < asked.until)
  );
}

/** The object without its undefined members. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
