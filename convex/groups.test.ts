import { expect, it } from "vitest";
import { api } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { demoDesk, latestEvents, quietWithFakeTimers, refusal, seat, type Seat } from "./testing/desk.helper";

quietWithFakeTimers();

async function groupsOf(admin: Seat) {
  return (await admin.query(api.policies.names, {})).groups;
}

it("an admin makes a group, names it, and says who is in it; each change is in the history once", async () => {
  const desk = await demoDesk();
  const [admin, reviewer] = [await seat(desk, "admin"), await seat(desk, "reviewer")];
  const { groupId } = await admin.mutation(api.groups.create, { name: " Night shift " });
  const member = { groupId, personId: reviewer.id };
  await admin.mutation(api.groups.addMember, member);
  await admin.mutation(api.groups.addMember, member);
  await admin.mutation(api.groups.rename, { groupId, name: "Nights" });
  await admin.mutation(api.groups.rename, { groupId, name: "Nights" });
  expect((await groupsOf(admin)).at(-1)).toEqual({ id: groupId, name: "Nights", memberIds: [reviewer.id] });
  await admin.mutation(api.groups.removeMember, member);
  await admin.mutation(api.groups.removeMember, member);
  expect((await groupsOf(admin)).at(-1)?.memberIds).toEqual([]);
  const page = await latestEvents(admin);
  expect(page.slice(0, 4).map(({ text }) => text)).toEqual([
    `took ${reviewer.name} out of the group Nights`,
    "renamed the group Night shift to Nights",
    `added ${reviewer.name} to the group Night shift`,
    "created the group Night shift",
  ]);
});

it.each([
  ["groupNameInvalid", "  "],
  ["groupNameInvalid", "x".repeat(101)],
  ["groupNameInvalid", "two\nlines"],
  ["groupNameTaken", " legal"],
])("refuses with %s the name %j", async (code, name) => {
  const desk = await demoDesk();
  const admin = await seat(desk, "admin");
  const before = await groupsOf(admin);
  expect(await refusal(admin.mutation(api.groups.create, { name }))).toMatchObject({ code });
  const groupId = before[0]?.id as Id<"groups">;
  expect(await refusal(admin.mutation(api.groups.rename, { groupId, name }))).toMatchObject({ code });
  expect(await groupsOf(admin)).toEqual(before);
});

it("nobody who has left joins a group", async () => {
  const desk = await demoDesk();
  const [admin, reviewer] = [await seat(desk, "admin"), await seat(desk, "reviewer")];
  await desk.run((ctx) => ctx.db.patch("people", reviewer.id, { removedAt: Date.now() }));
  const groupId = (await groupsOf(admin))[0]?.id as Id<"groups">;
  const call = admin.mutation(api.groups.addMember, { groupId, personId: reviewer.id });
  expect(await refusal(call)).toMatchObject({ code: "notFound" });
});
