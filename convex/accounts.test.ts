import { expect, it, vi } from "vitest";
import { api, internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { standingOf } from "./shared/account/links";
import { arrived, cheapHashes, deskOf, MARIA, PASSWORD, realDesk, seated, signIn, tokenOf } from "./testing/accounts.helper";
import { allowConsole, demoDesk, type Desk, latestEvents, quiet, refusal, type Seat, seat } from "./testing/desk.helper";

quiet();
cheapHashes();

const eventsOf = async (reader: Seat) => (await latestEvents(reader)).map(({ text }) => text);

/** What is stored anywhere of the tables that could hold a secret. */
const stored = (desk: Desk): Promise<string> =>
  desk.run(async (ctx) => {
    const rows: unknown[] = [];
    for (const table of ["links", "people", "users", "auditEvents", "auditWords", "credentials"] as const) {
      rows.push(...(await ctx.db.query(table).collect()));
    }
    rows.push(...(await ctx.db.system.query("_scheduled_functions").collect()));
    return JSON.stringify(rows);
  });

it("L2: an invited person chooses a password by the link, is signed in, and signs in with it afterwards", async () => {
  const { desk, samira } = await deskOf();
  const { personId, link, expiresAt, mailed } = await samira.action(api.accounts.invite, MARIA);
  expect(link).toMatch(/^https:\/\/desk\.example\.com\/welcome#[A-Za-z0-9_-]{43}$/);
  expect(mailed).toBe(false);
  expect(expiresAt - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  const token = tokenOf(link);
  expect(await desk.query(api.accounts.link, { token })).toEqual({
    ok: true,
    kind: "invitation",
    person: { name: MARIA.name, email: MARIA.email },
  });
  const { subject } = await signIn(desk, { token, password: PASSWORD });
  const viewer = await desk.withIdentity({ subject }).query(api.viewer.current, {});
  expect(viewer).toMatchObject({
    id: personId,
    name: MARIA.name,
    title: MARIA.title,
    initials: "ML",
    roles: ["reviewer"],
  });
  const again = await signIn(desk, { email: " Maria@Example.com ", password: PASSWORD });
  expect(await desk.withIdentity({ subject: again.subject }).query(api.viewer.current, {})).toMatchObject({
    id: personId,
  });
  expect(await eventsOf(samira)).toEqual([
    "signed in with a password",
    "signed in with a link",
    "chose a new password",
    "used an invitation",
    "made an invitation for Maria Lopez",
    "invited Maria Lopez (maria@example.com) as reviewer",
    expect.stringMatching(/^invited Samira/),
  ]);
  const rows = await stored(desk);
  for (const secret of [token, PASSWORD]) expect(rows).not.toContain(secret);
  allowConsole(/auth:store/);
});

it("L2: used, replaced, expired and unknown links are refused, each with what to do", async () => {
  const { desk, samira, link, personId } = await arrived();
  const use = (token: string) => refusal(signIn(desk, { token, password: PASSWORD }));
  expect(await use(tokenOf(link))).toMatchObject({ code: "linkUsed" });
  expect(await use("")).toMatchObject({ code: "linkUnknown" });
  expect(await use("A".repeat(43))).toMatchObject({ code: "linkUnknown" });

  const older = await samira.action(api.accounts.resetLink, { personId });
  const newer = await samira.action(api.accounts.resetLink, { personId });
  expect(await use(tokenOf(older.link))).toMatchObject({ code: "linkReplaced" });
  expect(await desk.query(api.accounts.link, { token: tokenOf(older.link) })).toMatchObject({
    ok: false,
    code: "linkReplaced",
  });
  vi.useFakeTimers({ toFake: ["Date"], now: newer.expiresAt });
  try {
    expect(await use(tokenOf(newer.link))).toMatchObject({ code: "linkExpired" });
  } finally {
    vi.useRealTimers();
  }
});

it("L2: of two who use a link at once one gets in", async () => {
  const { desk, samira } = await deskOf();
  const { link } = await samira.action(api.accounts.invite, MARIA);
  const tries = await Promise.allSettled(
    ["brown kettle over there", "green bottle over here"].map((password) =>
      signIn(desk, { token: tokenOf(link), password }),
    ),
  );
  expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  allowConsole(/auth:store/);
});

it("P1 to P3: a link takes no weak password, and is still there afterwards", async () => {
  const { desk, samira } = await deskOf();
  const { link } = await samira.action(api.accounts.invite, MARIA);
  for (const password of ["short", "password1234", "maria@example.com", "x".repeat(300)]) {
    expect(await refusal(signIn(desk, { token: tokenOf(link), password }))).toMatchObject({ code: "passwordRefused" });
  }
  expect(await desk.query(api.accounts.link, { token: tokenOf(link) })).toMatchObject({ ok: true });
});

it("a link for a new password ends all sessions, and the old password", async () => {
  const { desk, samira, personId, maria } = await arrived();
  const { link } = await samira.action(api.accounts.resetLink, { personId });
  await signIn(desk, { token: tokenOf(link), password: "another quiet morning" });
  expect(await maria.query(api.viewer.current, {})).toBeNull();
  expect(await refusal(signIn(desk, { email: MARIA.email, password: PASSWORD }))).toMatchObject({
    code: "signInFailed",
  });
  await signIn(desk, { email: MARIA.email, password: "another quiet morning" });
  allowConsole(/auth:store/);
});

it("ten wrong passwords lock an address for a while, and say how long; a success gives the tries back", async () => {
  const { desk, samira } = await arrived();
  const fail = (email = MARIA.email) => refusal(signIn(desk, { email, password: "x" }));
  /** Tries that were begun and never came to the comparison count, too. */
  const begin = async (times: number, email = MARIA.email) => {
    for (let i = 0; i < times; i += 1) await desk.mutation(internal.accounts.begin, { email });
  };
  await begin(9);
  await signIn(desk, { email: MARIA.email, password: PASSWORD });
  await begin(8);
  expect(await fail()).toMatchObject({ code: "signInFailed" });
  expect(await fail()).toMatchObject({ code: "signInFailed" });
  const locked = await fail();
  expect(locked).toMatchObject({ code: "tooManyTries", message: expect.stringMatching(/Wait \d+ seconds/) });
  expect(Number(locked["retryAfterMs"])).toBeLessThanOrEqual(60_000);
  expect(await refusal(signIn(desk, { email: MARIA.email, password: PASSWORD }))).toMatchObject({
    code: "tooManyTries",
  });
  // Somebody unknown is locked in the same way.
  await begin(10, "nobody@example.com");
  expect(await fail("nobody@example.com")).toMatchObject({ code: "tooManyTries" });
  // Two refusals within a minute are one event.
  expect((await eventsOf(samira)).filter((text) => text.startsWith("refused"))).toEqual([
    "refused a wrong password for Maria Lopez",
  ]);
  allowConsole(/auth:store/);
});

it("one network address has sixty tries to sign in and thirty links, whoever it tries", async () => {
  const { desk } = await deskOf();
  const attacker = desk.withRequestMetadata({ ip: "203.0.113.7" });
  for (let i = 0; i < 60; i += 1) await attacker.mutation(internal.accounts.begin, { email: `person${i}@example.com` });
  const refused = await refusal(signIn(attacker, { email: "sixty-first@example.com", password: "x" }));
  expect(refused).toMatchObject({ code: "tooManyTries", message: expect.stringMatching(/Wait \d seconds/) });
  await desk.withRequestMetadata({ ip: "203.0.113.8" }).mutation(internal.accounts.begin, { email: "person0@example.com" });
  for (let i = 0; i < 30; i += 1) {
    expect(await refusal(signIn(attacker, { token: `guess ${i}`, password: PASSWORD }))).toMatchObject({
      code: "linkUnknown",
    });
  }
});

it("changing the password needs the current one, and ends the other sessions", async () => {
  const { desk, maria } = await arrived();
  const other = desk.withIdentity({
    subject: (await signIn(desk, { email: MARIA.email, password: PASSWORD })).subject,
  });
  const change = (current: string, next: string) => maria.action(api.accounts.changePassword, { current, next });
  expect(await refusal(change("something else here", "another quiet morning"))).toMatchObject({
    code: "passwordWrong",
  });
  expect(await refusal(change(PASSWORD, "short"))).toMatchObject({ code: "passwordRefused" });
  expect(await other.query(api.viewer.current, {})).not.toBeNull();
  await change(PASSWORD, "another quiet morning");
  expect(await maria.query(api.viewer.current, {})).not.toBeNull();
  expect(await other.query(api.viewer.current, {})).toBeNull();
  await signIn(desk, { email: MARIA.email, password: "another quiet morning" });
  allowConsole(/auth:store/);
});

it("somebody who was removed is signed out, and gets in by no password and no link", async () => {
  const { desk, samira, personId, maria } = await arrived();
  const { link } = await samira.action(api.accounts.resetLink, { personId });
  await samira.mutation(api.people.remove, { personId });
  expect(await maria.query(api.viewer.current, {})).toBeNull();
  expect(await refusal(maria.query(api.playbooks.list, {}))).toMatchObject({ code: "notSignedIn" });
  expect(await refusal(signIn(desk, { email: MARIA.email, password: PASSWORD }))).toMatchObject({
    code: "signInFailed",
  });
  expect(await refusal(signIn(desk, { token: tokenOf(link), password: PASSWORD }))).toMatchObject({
    code: "linkReplaced",
  });
  expect(await refusal(samira.action(api.accounts.resetLink, { personId }))).toMatchObject({ code: "personGone" });
  expect(await refusal(samira.action(api.accounts.invite, MARIA))).toMatchObject({ code: "emailTaken" });
  allowConsole(/auth:store/);
});

it.each([
  [{ name: "" }, "nameInvalid"],
  [{ name: "M\u0430ria" }, "nameInvalid"],
  [{ title: "Lead\u202E" }, "titleInvalid"],
  [{ email: "maria" }, "emailInvalid"],
  [{ email: "m\u0430ria@example.com" }, "emailInvalid"],
  [{ email: "SAMIRA.NASSER@example.com" }, "emailTaken"],
  [{ roles: [] }, "rolesEmpty"],
])("refuses to invite %j", async (change, code) => {
  const { samira } = await deskOf();
  expect(await refusal(samira.action(api.accounts.invite, { ...MARIA, ...change }))).toMatchObject({ code });
});

it("only admins invite and make links, and a new invitation voids the older one", async () => {
  const { desk, samira } = await deskOf();
  const helen = await seated(desk, "Helen Marsh", ["manager", "reviewer"]);
  expect(await refusal(helen.action(api.accounts.invite, MARIA))).toMatchObject({ code: "notAllowed" });
  expect(await refusal(desk.action(api.accounts.invite, MARIA))).toMatchObject({ code: "notSignedIn" });
  const { personId, link } = await samira.action(api.accounts.invite, MARIA);
  const again = await samira.action(api.accounts.inviteAgain, { personId });
  expect(await desk.query(api.accounts.link, { token: tokenOf(link) })).toMatchObject({ code: "linkReplaced" });
  await signIn(desk, { token: tokenOf(again.link), password: PASSWORD });
  expect(await refusal(samira.action(api.accounts.inviteAgain, { personId }))).toMatchObject({ code: "alreadyIn" });
  allowConsole(/auth:store/);
});

it("L3: the first admin says who they are; afterwards no setup link without a name is made or taken", async () => {
  const desk = await realDesk();
  expect(await desk.query(api.desk.status, {})).toMatchObject({ signIn: { empty: true, sso: null, mail: false } });
  const first = await desk.action(internal.accounts.firstAdmin, {});
  const { link } = await desk.action(internal.accounts.firstAdmin, {});
  expect(await desk.query(api.accounts.link, { token: tokenOf(first.link) })).toMatchObject({ code: "linkReplaced" });
  expect(await desk.query(api.accounts.link, { token: tokenOf(link) })).toEqual({
    ok: true,
    kind: "setup",
    person: null,
  });
  const params = { token: tokenOf(link), password: PASSWORD, name: "Ada King", email: "ada@example.com" };
  expect(await refusal(signIn(desk, { ...params, email: "nonsense" }))).toMatchObject({ code: "emailInvalid" });
  const { subject } = await signIn(desk, params);
  const ada = desk.withIdentity({ subject });
  expect(await ada.query(api.viewer.current, {})).toMatchObject({ name: "Ada King", roles: ["admin"], demo: false });
  expect(await refusal(desk.action(internal.accounts.firstAdmin, {}))).toMatchObject({ code: "adminThere" });
  allowConsole(/auth:store/);
});

it("a lost admin, or another one, is named by address; somebody who is there keeps their roles", async () => {
  const { desk, samira, personId } = await arrived();
  const { link } = await desk.action(internal.accounts.firstAdmin, { email: "MARIA@example.com", name: "Maria Lopez" });
  await signIn(desk, { token: tokenOf(link), password: "another quiet morning" });
  const { subject } = await signIn(desk, { email: MARIA.email, password: "another quiet morning" });
  const viewer = await desk.withIdentity({ subject }).query(api.viewer.current, {});
  expect(viewer).toMatchObject({ id: personId, roles: ["reviewer", "admin"] });
  expect(await eventsOf(samira)).toContain("made Maria Lopez an admin");
  await samira.mutation(api.people.remove, { personId });
  expect(await refusal(desk.action(internal.accounts.firstAdmin, { email: MARIA.email, name: "" }))).toMatchObject({
    code: "personGone",
  });
  allowConsole(/auth:store/);
});

it("asking for a new password answers the same to everybody, and makes no link where no mail can be sent", async () => {
  const { desk } = await arrived();
  for (const email of [MARIA.email, "nobody@example.com", "nonsense", ""]) {
    expect(await desk.mutation(api.accounts.requestReset, { email })).toBeNull();
  }
  await desk.finishInProgressScheduledFunctions();
  const open = await desk.run(async (ctx) =>
    (await ctx.db.query("links").collect()).filter((link) => standingOf(link, Date.now()) === "open"),
  );
  expect(open).toEqual([]);
  for (let i = 0; i < 2; i += 1) await desk.mutation(api.accounts.requestReset, { email: MARIA.email });
  expect(await refusal(desk.mutation(api.accounts.requestReset, { email: MARIA.email }))).toMatchObject({
    code: "tooManyTries",
    message: expect.stringMatching(/Wait \d+ minutes/),
  });
});

it("D1: a demo takes no real people, runs only on this machine, and is left for good with its history kept", async () => {
  const desk = await demoDesk();
  const samira = await seat(desk, "admin");
  expect(await refusal(samira.action(api.accounts.invite, MARIA))).toMatchObject({ code: "demoOn" });
  expect(await refusal(desk.action(internal.accounts.firstAdmin, {}))).toMatchObject({ code: "demoOn" });
  const before = await desk.run(async (ctx) => (await ctx.db.query("auditEvents").collect()).length);

  await desk.mutation(internal.desk.leaveDemo, {});
  expect(await samira.query(api.viewer.current, {})).toBeNull();
  expect(await desk.query(api.people.demo, {})).toEqual([]);
  expect(
    await refusal(desk.action(api.auth.signIn, { provider: "desk", params: { demoPersonId: samira.id } })),
  ).toMatchObject({ code: "demoOff" });
  expect(await desk.run(async (ctx) => (await ctx.db.query("auditEvents").collect()).length)).toBeGreaterThan(before);
  expect(await refusal(desk.mutation(internal.desk.enableDemo, {}))).toMatchObject({ code: "demoNotEmpty" });
  expect(await refusal(desk.mutation(internal.desk.leaveDemo, {}))).toMatchObject({ code: "notDemo" });
  expect(await desk.action(internal.accounts.firstAdmin, {})).toMatchObject({ link: expect.any(String) });
});

it("D1: a demo lets in callers from this machine only", async () => {
  const desk = await demoDesk();
  const [somebody] = await desk.query(api.people.demo, {});
  const enter = (ip: string) => desk.withRequestMetadata({ ip }).mutation(internal.accounts.enterDemo, { demoPersonId: somebody!.id });
  expect(await refusal(enter("192.168.1.20"))).toMatchObject({ code: "demoBeyondLoopback" });
  expect(await enter("::ffff:127.0.0.1")).toMatchObject({ userId: expect.any(String) });
});

it("D1: demo mode is refused where the desk has an address beyond this machine", async () => {
  const desk = await realDesk(); // its SITE_URL is desk.example.com
  expect(await refusal(desk.mutation(internal.desk.enableDemo, {}))).toMatchObject({ code: "demoBeyondLoopback" });
});

it("sessions are listed with where they began, and ended one by one, by oneself or by an admin", async () => {
  const { desk, samira, personId, maria } = await arrived();
  const second = desk.withIdentity({
    subject: (await signIn(desk, { email: MARIA.email, password: PASSWORD })).subject,
  });
  const third = desk.withIdentity({
    subject: (await signIn(desk, { email: MARIA.email, password: PASSWORD })).subject,
  });
  const own = await maria.query(api.sessions.list, {});
  expect(own.map(({ current }) => current)).toEqual([false, false, true]);
  expect(own[0]).toMatchObject({
    client: { program: "a program" },
    beganAt: expect.any(Number),
    usedAt: expect.any(Number),
  });

  await maria.mutation(api.sessions.end, { sessionId: own[1]?.id as Id<"authSessions"> });
  expect(await second.query(api.viewer.current, {})).toBeNull();
  expect(await third.query(api.viewer.current, {})).not.toBeNull();
  await maria.mutation(api.sessions.endOthers, {});
  expect(await third.query(api.viewer.current, {})).toBeNull();

  const tom = await seated(desk, "Tom Hallberg", ["reviewer", "manager"]);
  const [left] = await samira.query(api.sessions.list, { personId });
  expect(await refusal(tom.query(api.sessions.list, { personId }))).toMatchObject({ code: "notAllowed" });
  expect(await refusal(tom.mutation(api.sessions.end, { sessionId: left?.id as Id<"authSessions"> }))).toMatchObject({
    code: "notAllowed",
  });
  await samira.mutation(api.sessions.endAll, { personId });
  expect(await maria.query(api.viewer.current, {})).toBeNull();
  expect((await eventsOf(samira)).slice(0, 4)).toEqual([
    "ended a session of Maria Lopez",
    expect.stringMatching(/^invited Tom/),
    "ended a session of Maria Lopez",
    "ended a session of Maria Lopez",
  ]);
  allowConsole(/auth:store/);
});

it("signing out ends the session, and a token without its session, or of another user, is nobody's", async () => {
  const { desk, maria, samira } = await arrived();
  const { tokens, subject } = await signIn(desk, { email: MARIA.email, password: PASSWORD });
  const second = desk.withIdentity({ subject });
  await second.action(api.auth.signOut, {});
  await second.action(api.auth.signOut, {});
  expect(await second.query(api.viewer.current, {})).toBeNull();
  expect(await desk.action(api.auth.signIn, { refreshToken: tokens.refreshToken })).toEqual({ tokens: null });
  expect(await maria.query(api.viewer.current, {})).not.toBeNull();
  const [session] = await maria.query(api.sessions.list, {});
  const [user] = await desk.run(async (ctx) => await ctx.db.query("users").collect()); // Samira's
  const mixed = desk.withIdentity({ subject: `${user?._id}|${session?.id}` });
  expect(await mixed.query(api.viewer.current, {})).toBeNull();
  expect(await eventsOf(samira)).toContain("signed out");
  allowConsole(/auth:store|refresh token/i);
});

it("a token made anew within the hour writes nothing of the session; a later one notes that it is used", async () => {
  const { desk, maria } = await arrived();
  const { tokens } = await signIn(desk, { email: MARIA.email, password: PASSWORD });
  const used = async () => (await maria.query(api.sessions.list, {}))[0]?.usedAt ?? 0;
  const began = await used();
  const next = await desk.action(api.auth.signIn, { refreshToken: tokens.refreshToken });
  expect(await used()).toBe(began);
  vi.useFakeTimers({ toFake: ["Date"], now: began + 3_600_000 });
  try {
    await desk.action(api.auth.signIn, { refreshToken: next.tokens?.refreshToken ?? "" });
  } finally {
    vi.useRealTimers();
  }
  expect(await used()).toBeGreaterThanOrEqual(began + 3_600_000);
  allowConsole(/auth:store/);
});
