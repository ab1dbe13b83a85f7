// What admins change about people (rules R1 to R5 of convex/README.md).

import { expect, it } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import { seatPerson } from "./model/accounts";
import { DESK } from "./model/audit";
import { setPassword } from "./model/credentials";
import type { Role } from "./shared/roles";
import { ALL, type Desk, emptyDesk, latestEvents, quietWithFakeTimers, refusal, type Seat, seatOf, settle } from "./testing/desk.helper";
import { approve, cast, policy, reviewing, stage } from "./testing/review.helper";

quietWithFakeTimers();

const HOUR_MS = 3_600_000;

/** Somebody real; with a password where they can sign in. */
async function seated(desk: Desk, name: string, roles: Role[], canSignIn = true): Promise<Seat> {
  const person = await desk.run(async (plain) => {
    const ctx = plain as MutationCtx;
    const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
    const made = await seatPerson(ctx, DESK, { name, email, title: "", roles });
    if (canSignIn) await setPassword(ctx, made._id, "not a hash");
    return made;
  });
  return await seatOf(desk, person);
}

const find = async (who: Seat, search = "", list: "here" | "deactivated" = "here") =>
  (await who.query(api.people.list, { ...ALL, who: list, search })).page;
const rowOf = async (who: Seat, personId: Id<"people">) => await who.query(api.people.get, { personId });
const latest = async (who: Seat) => (await latestEvents(who))[0]?.text;

it("R1: managers list people with roles, groups and absence; requesters and reviewers do not", async () => {
  const { priya, tom, helen, requester } = await cast();
  const from = Date.now();
  await priya.mutation(api.people.setAbsence, { from, until: from + HOUR_MS, delegateId: tom.id });
  const people = await find(helen);
  expect(people.map(({ name }) => name)).toEqual(people.map(({ name }) => name).toSorted());
  expect(people).toHaveLength(9);
  expect(people.find(({ id }) => id === priya.id)).toEqual({
    id: priya.id,
    name: "Priya Raman",
    title: "Support lead",
    initials: "PR",
    email: null,
    roles: ["reviewer"],
    groups: [expect.objectContaining({ name: "Press office" })],
    demo: true,
    state: "active",
    away: { from, until: from + HOUR_MS, delegate: "Tom Hallberg" },
  });
  expect((await find(helen, "raman")).map(({ name }) => name)).toEqual(["Priya Raman"]);
  expect(await rowOf(helen, "nobody" as Id<"people">)).toBeNull();
  for (const who of [priya, requester]) expect(await refusal(find(who))).toMatchObject({ code: "notAllowed" });
});

it("R1: who was invited and has no way in yet is listed as invited", async () => {
  const desk = await emptyDesk();
  const ada = await seated(desk, "Ada Admin", ["admin"]);
  await seated(desk, "Ivo Invited", ["reviewer"], false);
  expect((await find(ada)).map(({ name, state, email }) => [name, state, email])).toEqual([
    ["Ada Admin", "active", "ada.admin@example.com"],
    ["Ivo Invited", "invited", "ivo.invited@example.com"],
  ]);
});

it("R1: people are found by the beginning of their e-mail address and by their name, each once", async () => {
  const desk = await emptyDesk();
  const ada = await seated(desk, "Ada Admin", ["admin"]);
  await seated(desk, "Ivo Ada", ["reviewer"]);
  const names = async (search: string) => (await find(ada, search)).map(({ name }) => name);
  expect(await names("IVO.Ada@")).toEqual(["Ivo Ada"]);
  expect(await names("ada")).toEqual(["Ada Admin", "Ivo Ada"]);
  expect(await names("example.com")).toEqual([]);
});

it("R2: roles change at once and stand in the history with before and after", async () => {
  const { samira, tom, helen } = await cast();
  await samira.mutation(api.people.setRoles, { personId: tom.id, roles: ["manager", "reviewer", "manager"] });
  expect((await rowOf(helen, tom.id))?.roles).toEqual(["reviewer", "manager"]);
  expect(await find(tom)).toHaveLength(9);
  expect(await latest(samira)).toBe("changed the roles of Tom Hallberg from reviewer to reviewer, manager");
  const events = (await latestEvents(samira)).length;
  await samira.mutation(api.people.setRoles, { personId: tom.id, roles: ["reviewer", "manager"] });
  expect((await latestEvents(samira))).toHaveLength(events);
  const nothing = samira.mutation(api.people.setRoles, { personId: tom.id, roles: [] });
  expect(await refusal(nothing)).toMatchObject({ code: "rolesEmpty" });
});

it("R2: names and titles are checked, and stand in the history with before and after", async () => {
  const { samira, tom } = await cast();
  await samira.mutation(api.people.update, { personId: tom.id, name: "  Tom  Berg ", title: "Support lead" });
  expect(await rowOf(samira, tom.id)).toMatchObject({ name: "Tom Berg", initials: "TB", title: "Support lead" });
  expect(await latest(samira)).toBe("changed Tom Hallberg (Senior support) to Tom Berg (Support lead)");
  for (const [name, title, code] of [
    [" ", "", "nameInvalid"],
    ["Tom\u202eBerg", "", "nameInvalid"],
    ["Tоm Berg", "", "nameInvalid"], // the o is Cyrillic
    ["Tom Berg", "x".repeat(101), "titleInvalid"],
  ] as const) {
    const call = samira.mutation(api.people.update, { personId: tom.id, name, title });
    expect(await refusal(call)).toMatchObject({ code, message: expect.stringContaining("Nothing was changed.") });
  }
});

it("R3: open stages are counted again when somebody loses a role, and when they are taken back", async () => {
  const all = policy([stage({ quorum: { kind: "count", count: 3 } })]);
  const { desk, priya, tom, aiko, samira, helen, requestId } = await reviewing(all);
  await samira.mutation(api.people.setRoles, { personId: aiko.id, roles: ["requester"] });
  await settle(desk);
  // Of three reviewers two are left, so the admins are asked in their place.
  const page = await helen.query(api.requests.get, { requestId });
  expect(page?.stages.map(({ name, status }) => [name, status])).toEqual([
    ["Review", "escalated"],
    ["Admins", "open"],
  ]);
  await samira.mutation(api.people.remove, { personId: tom.id });
  expect(await tom.query(api.viewer.current, {})).toBeNull();
  expect((await find(helen, "", "deactivated")).map(({ name, state }) => [name, state])).toEqual([
    ["Tom Hallberg", "deactivated"],
  ]);
  await samira.mutation(api.people.restore, { personId: tom.id });
  expect(await latest(samira)).toBe("restored Tom Hallberg");
  expect(await rowOf(helen, tom.id)).toMatchObject({ state: "active", roles: ["reviewer"] });
  expect((await approve(samira, requestId)).outcome).toBe("approved");
  expect(await priya.query(api.requests.get, { requestId })).not.toBeNull();
});

it("R4: nobody deactivates themselves; the last admin who can sign in stays one", async () => {
  const desk = await emptyDesk();
  const ada = await seated(desk, "Ada Admin", ["admin"]);
  // Another admin was invited, but has no way in yet.
  const ivo = await seated(desk, "Ivo Invited", ["admin"], false);
  const lose = (who: Seat, personId: Id<"people">) =>
    who.mutation(api.people.setRoles, { personId, roles: ["manager"] });
  expect(await refusal(ada.mutation(api.people.remove, { personId: ada.id }))).toMatchObject({ code: "removeSelf" });
  expect(await refusal(lose(ada, ada.id))).toMatchObject({ code: "lastAdmin" });
  await ada.mutation(api.people.remove, { personId: ivo.id });
  await ada.mutation(api.people.restore, { personId: ivo.id });
  await desk.run((ctx) => setPassword(ctx as MutationCtx, ivo.id, "not a hash"));
  await lose(ada, ada.id);
  expect(await refusal(ada.mutation(api.people.remove, { personId: ivo.id }))).toMatchObject({ code: "notAllowed" });
});

it("R4: of two admins who deactivate each other at once, one does", async () => {
  const desk = await emptyDesk();
  const [ada, bea] = [await seated(desk, "Ada Admin", ["admin"]), await seated(desk, "Bea Admin", ["admin"])];
  const results = await Promise.allSettled([
    ada.mutation(api.people.remove, { personId: bea.id }),
    bea.mutation(api.people.remove, { personId: ada.id }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

it("R5: an admin ends the absence of somebody else; without one nothing happens", async () => {
  const { samira, priya, tom, helen } = await cast();
  const from = Date.now();
  await priya.mutation(api.people.setAbsence, { from, until: from + HOUR_MS, delegateId: tom.id });
  expect(await refusal(helen.mutation(api.people.endAbsenceOf, { personId: priya.id }))).toMatchObject({
    code: "notAllowed",
  });
  await samira.mutation(api.people.endAbsenceOf, { personId: priya.id });
  await samira.mutation(api.people.endAbsenceOf, { personId: priya.id });
  expect((await rowOf(helen, priya.id))?.away).toBeNull();
  const said = (await latestEvents(samira)).map(({ text }) => text);
  expect(said.filter((text) => text === "ended the absence of Priya Raman")).toHaveLength(1);
});

it("people of a demo that is over are not taken back", async () => {
  const { desk, samira, tom } = await cast();
  const ada = await seated(desk, "Ada Admin", ["admin"]);
  await samira.mutation(api.people.remove, { personId: tom.id });
  await desk.run(async (ctx) => {
    const row = await ctx.db.query("desk").unique();
    if (row !== null) await ctx.db.patch("desk", row._id, { demo: false });
  });
  expect(await refusal(ada.mutation(api.people.restore, { personId: tom.id }))).toMatchObject({
    code: "demoPersonGone",
  });
});

it("whose content was erased is not taken back", async () => {
  const { samira, tom } = await cast();
  await samira.mutation(api.people.remove, { personId: tom.id });
  await samira.mutation(api.privacy.erase, { confirm: "erase", subject: { kind: "person", personId: tom.id } });
  const call = samira.mutation(api.people.restore, { personId: tom.id });
  expect(await refusal(call)).toMatchObject({ code: "personErased" });
});
