import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { api } from "../convex/_generated/api.js";

/** A demo person as a program has them: a token, and as many connections as wanted. */
export interface Person {
  id: string;
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
  const http = new ConvexHttpClient(deploymentUrl, { logger: false });
  const people = await http.query(api.people.demo, {});
  const become = async (role: "requester" | "reviewer", which: number): Promise<Person> => {
    const person = people.filter(({ roles }) => roles[0] === role)[which];
    if (person === undefined) throw new Error(`The desk lacks a demo ${role}.`);
    const { tokens } = await http.action(api.auth.signIn, { provider: "desk", params: { demoPersonId: person.id } });
    if (!tokens) throw new Error(`${person.name} got no token.`);
    return { id: person.id, connect: () => connect(deploymentUrl, tokens.token) };
  };
  return {
    requester: await become("requester", 0),
    reviewer: await become("reviewer", 0),
    onlooker: await become("reviewer", 1),
  };
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
