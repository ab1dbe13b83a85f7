import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api.js";
import type { Role } from "../convex/shared/roles.ts";

/** A demo person as a program has them: a token, and as many connections as wanted. */
export interface Person {
  id: string;
  name: string;
  token: string;
  /** Opens a WebSocket of its own, signed in, and waits until the deployment knows who it is. */
  connect(): Promise<ConvexClient>;
}

/** Who takes part: one submits, one decides, one looks on in a browser. */
export interface Cast {
  requester: Person;
  reviewer: Person;
  onlooker: Person;
}

/** Signs in three of the desk's demo people. Fails when the desk is not in demo mode. */
export async function signIn(deploymentUrl: string): Promise<Cast> {
  return {
    requester: await signInAs(deploymentUrl, "requester", 0),
    reviewer: await signInAs(deploymentUrl, "reviewer", 0),
    onlooker: await signInAs(deploymentUrl, "reviewer", 1),
  };
}

/** Signs in the `which`th of the desk's demo people with a role. Fails when the desk is not in demo mode. */
export async function signInAs(deploymentUrl: string, role: Role, which: number): Promise<Person> {
  const http = new ConvexHttpClient(deploymentUrl, { logger: false });
  const people = await http.query(api.people.demo, {});
  const person = people.filter(({ roles }) => roles[0] === role)[which];
  if (person === undefined) throw new Error(`The desk lacks a demo ${role}.`);
  const { tokens } = await http.action(api.auth.signIn, { provider: "desk", params: { demoPersonId: person.id } });
  if (!tokens) throw new Error(`${person.name} got no token.`);
  return { id: person.id, name: person.name, token: tokens.token, connect: () => connect(deploymentUrl, tokens.token) };
}

async function connect(url: string, token: string): Promise<ConvexClient> {
  const client = new ConvexClient(url, { logger: false });
  await new Promise<void>((done, fail) =>
    client.setAuth(
      async () => token,
      (isIn) => (isIn ? done() : fail(new Error("The deployment refused the token."))),
    ),
  );
  return client;
}
