// What the tests of people, sign-in and sessions share: a desk of real people, and sign-in as the dashboard does it.

import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { api } from "../_generated/api";
import { seatPerson } from "../model/accounts";
import { DESK } from "../model/audit";
import type { Role } from "../shared/roles";
import { type Desk, emptyDesk, type Seat, seatOf, setVariable } from "./desk.helper";

export const PASSWORD = "brown kettle over there";

const keys = generateKeyPair("RS256", { extractable: true });

/** An empty desk that can sign tokens, with the address its links begin with. */
export async function realDesk(): Promise<Desk> {
  const { privateKey, publicKey } = await keys;
  await setVariable("JWT_PRIVATE_KEY", await exportPKCS8(privateKey));
  await setVariable("JWKS", JSON.stringify({ keys: [{ use: "sig", ...(await exportJWK(publicKey)) }] }));
  await setVariable("SITE_URL", "https://desk.example.com");
  return await emptyDesk();
}

/** Somebody new at the desk, signed in; without a password. */
export async function seated(desk: Desk, name: string, roles: Role[]): Promise<Seat> {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.com`;
  return await seatOf(desk, await desk.run((ctx) => seatPerson(ctx, DESK, { name, email, title: "", roles })));
}

/** What `auth:signIn` answers to these parameters: who is signed in then. */
export async function signIn(desk: Pick<Desk, "action" | "withIdentity">, params: Record<string, string>) {
  const { tokens } = await desk.action(api.auth.signIn, { provider: "desk", params });
  if (!tokens) throw new Error("Nobody was signed in.");
  const { payload } = await jwtVerify(tokens.token, (await keys).publicKey, { audience: "convex" });
  return { tokens, subject: payload.sub ?? "" };
}

/** The token of a link. */
export function tokenOf(link: string): string {
  return new URL(link).hash.slice(1);
}
