// What the tests of people, sign-in and sessions share: a desk of real people, and sign-in as the dashboard does it.

import { afterAll, beforeAll } from "vitest";
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { api } from "../_generated/api";
import { seatPerson } from "../model/accounts";
import { DESK } from "../model/audit";
import { COST, hashText } from "../shared/account/hashes";
import type { Role } from "../shared/roles";
import { allowConsole, type Desk, emptyDesk, type Seat, seatOf, setVariable } from "./desk.helper";

export const PASSWORD = "brown kettle over there";

/** Passwords are hashed at a cost that does not make the tests of the file wait; `passwords.test.ts` has the real one. */
export function cheapHashes(): void {
  const real = { ...COST };
  beforeAll(() => void Object.assign(COST, { ln: 4, p: 1 }));
  afterAll(() => void Object.assign(COST, real));
}

const keys = generateKeyPair("RS256", { extractable: true });

/** An empty desk that can sign tokens, with the address its links begin with. */
export async function realDesk(): Promise<Desk> {
  const { privateKey, publicKey } = await keys;
  await setVariable("JWT_PRIVATE_KEY", await exportPKCS8(privateKey));
  await setVariable("JWKS", JSON.stringify({ keys: [{ use: "sig", ...(await exportJWK(publicKey)) }] }));
  await setVariable("SITE_URL", "https://desk.example.com");
  return await emptyDesk();
}

/** Somebody new at the desk, signed in; with a password that nobody knows, so that an admin counts as one who can sign in. */
export async function seated(desk: Desk, name: string, roles: Role[]): Promise<Seat> {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
  const person = await desk.run(async (ctx) => {
    const made = await seatPerson(ctx, DESK, { name, email, title: "", roles });
    const hash = hashText({ ...COST, salt: "A".repeat(22), key: "A".repeat(43) });
    await ctx.db.insert("credentials", { personId: made._id, hash, changedAt: Date.now() });
    return made;
  });
  return await seatOf(desk, person);
}

/** What `auth:signIn` answers to these parameters: who is signed in then. */
export async function signIn(desk: Pick<Desk, "action">, params: Record<string, string>) {
  const { tokens } = await desk.action(api.auth.signIn, { provider: "desk", params });
  if (!tokens) throw new Error("Nobody was signed in.");
  const { payload } = await jwtVerify(tokens.token, (await keys).publicKey, { audience: "convex" });
  return { tokens, subject: payload.sub ?? "" };
}

/** The token of a link. */
export function tokenOf(link: string): string {
  return new URL(link).hash.slice(1);
}

export const MARIA = {
  name: "Maria Lopez",
  email: "maria@example.com",
  title: "Support lead",
  roles: ["reviewer" as const],
};

/** A desk with an admin. */
export async function deskOf(): Promise<{ desk: Desk; samira: Seat }> {
  const desk = await realDesk();
  return { desk, samira: await seated(desk, "Samira Nasser", ["admin"]) };
}

/** Somebody who was invited and has chosen their password. */
export async function arrived() {
  const { desk, samira } = await deskOf();
  const { personId, link } = await samira.action(api.accounts.invite, MARIA);
  const { subject } = await signIn(desk, { token: tokenOf(link), password: PASSWORD });
  allowConsole(/auth:store/);
  return { desk, samira, personId, link, maria: desk.withIdentity({ subject }) };
}
