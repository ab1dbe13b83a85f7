import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { api, internal } from "./_generated/api";
import {
  allowConsole,
  demoDesk,
  emptyDesk,
  quiet,
  refusal,
  seat,
  setVariable,
  siteUrl,
  type Desk,
} from "./testing/desk.helper";

quiet();

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  keys = await generateKeyPair("RS256", { extractable: true });
});
beforeEach(async () => {
  await setVariable("JWT_PRIVATE_KEY", await exportPKCS8(keys.privateKey));
  await setVariable("JWKS", JSON.stringify({ keys: [{ use: "sig", ...(await exportJWK(keys.publicKey)) }] }));
});

const signIn = (desk: Desk, params: Record<string, unknown>) =>
  desk.action(api.auth.signIn, { provider: "desk", params });

it("a demo person signs in without a password, and is that person afterwards", async () => {
  const desk = await demoDesk();
  const people = await desk.query(api.people.demo, {});
  expect(people.length).toBe(9);
  for (const role of ["requester", "reviewer", "manager"] as const) {
    expect(people.filter(({ roles }) => roles.includes(role)).length).toBeGreaterThan(1);
  }
  const person = people[3];
  const { tokens } = await signIn(desk, { demoPersonId: person?.id });
  allowConsole(/auth:store/);
  const { payload } = await jwtVerify(tokens?.token ?? "", keys.publicKey, { audience: "convex" });
  expect(payload.iss).toBe(siteUrl(desk));
  const viewer = await desk.withIdentity({ subject: payload.sub ?? "" }).query(api.viewer.current, {});
  expect(viewer).toMatchObject({ id: person?.id, name: person?.name, roles: person?.roles, demo: true });
});

it("refuses demo sign-in where demo mode is off, and shows nobody to sign in as", async () => {
  const desk = await demoDesk();
  const { id } = await seat(desk, "admin");
  await desk.run(async (ctx) => {
    const row = await ctx.db.query("desk").unique();
    if (row !== null) await ctx.db.patch("desk", row._id, { demo: false });
  });
  expect(await desk.query(api.people.demo, {})).toEqual([]);
  expect(await refusal(signIn(desk, { demoPersonId: id }))).toMatchObject({ code: "demoOff" });
  expect(await refusal(signIn(await emptyDesk(), { demoPersonId: id }))).toMatchObject({ code: "demoOff" });
});

it.each([{ demoPersonId: "nobody" }, { demoPersonId: 7 }, {}, { email: "a@example.com" }])(
  "refuses sign-in with %j",
  async (params) => {
    expect(await refusal(signIn(await demoDesk(), params))).toMatchObject({ code: "demoOff" });
  },
);

it("does not let somebody in who is not a demo person", async () => {
  const desk = await demoDesk();
  const id = await desk.run(async (ctx) => {
    const userId = await ctx.db.insert("users", { name: "Real Person" });
    return await ctx.db.insert("people", {
      userId,
      name: "Real Person",
      title: "Admin",
      initials: "RP",
      roles: ["admin"],
      demo: false,
    });
  });
  expect(await refusal(signIn(desk, { demoPersonId: id }))).toMatchObject({ code: "demoOff" });
});

it("switches demo mode on only where nothing real exists, and once", async () => {
  const desk = await demoDesk();
  expect(await desk.mutation(internal.desk.enableDemo, {})).toEqual({ people: 9 });
  expect(await desk.query(api.people.demo, {})).toHaveLength(9);
  expect(await desk.query(api.desk.status, {})).toEqual({
    demo: true,
    model: { kind: "template" },
    connector: "outbox",
    signIn: { sso: null, mail: false, empty: false },
  });

  const real = await emptyDesk();
  await real.run(async (ctx) => {
    await ctx.db.insert("users", { name: "Real Person" });
  });
  expect(await refusal(real.mutation(internal.desk.enableDemo, {}))).toMatchObject({ code: "demoNotEmpty" });
  expect((await real.query(api.desk.status, {})).demo).toBe(false);
});

it("says which model and connector the variables name, and never a key", async () => {
  await setVariable("OPENAI_API_KEY", "secret-key");
  await setVariable("OPENAI_MODEL", "some-model");
  await setVariable("WEBHOOK_URL", "https://hook.example/secret-path");
  const status = await (await demoDesk()).query(api.desk.status, {});
  expect(status).toMatchObject({ demo: true, model: { kind: "openai", model: "some-model" }, connector: "webhook" });
  expect(JSON.stringify(status)).not.toContain("secret");
});

it("a stranger sees nobody and nothing", async () => {
  const desk = await emptyDesk();
  expect(await desk.query(api.viewer.current, {})).toBeNull();
  expect(await refusal(desk.query(api.playbooks.list, {}))).toMatchObject({ code: "notSignedIn" });
  const forged = desk.withIdentity({ subject: "not-an-id|session" });
  expect(await forged.query(api.viewer.current, {})).toBeNull();
});
